"""What can be imported, exported or inspected: a design, a script, a database, DBML, files of data.

A source is named by one text, as people type it: a path, a connection string, the name of a database on the embedded
server, ``connection:NAME``, or ``team:workspace/project``.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from designer_kernel.design.losses import all_kept
from designer_kernel.errors import DesignerError, DocumentError, UnknownObject
from designer_kernel.studio.locations import CONNECTION, is_shared, project_name
from designer_kernel.studio.reaching import is_connection

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.exchange.sql import Limits
    from designer_kernel.exchange.transfer import Imported
    from designer_kernel.postgres.server import Progress

SourceKind: TypeAlias = Literal["design", "script", "database", "dbml", "data"]

SUFFIXES: Final[Mapping[str, SourceKind]] = {
    ".yaml": "design", ".yml": "design", ".json": "design", ".sql": "script", ".dump": "script", ".ddl": "script",
    ".psql": "script", ".dbml": "dbml", ".csv": "data", ".tsv": "data", ".parquet": "data",
}  # fmt: skip
"""What a file holds, by the end of its name."""


_NOT_READ: Final[Mapping[str, tuple[str, str]]] = {
    ".py": (
        "this is Python, and importing Python runs it, which no import of a file does",
        "import the module yourself, in a notebook or in Python, and give its tables: dk.import_(Base.metadata)",
    ),
    **dict.fromkeys(
        (".mmd", ".mermaid"),
        (
            "this is Mermaid, a picture of a design: it is written, and not read",
            "give what it was made from: the design, a script, DBML or a database",
        ),
    ),
}
"""What is said of files that a name tells us and that are not read, and what to do, by the end of the name."""


_OF_SCRIPT: Final = ("schemas", "owners", "privileges", "trusted", "database", "limits")


@dataclass(frozen=True, slots=True)
class Options:
    """How a source is read.

    ``schemas`` narrows a database or script to some schemas; ``owners`` and ``privileges`` keep who owns what and who
    may do what; ``mends`` are applied to a script: their ids, or ``all``. A script that is ``trusted`` as one's own
    runs with the rights of a superuser on the embedded server: see `designer_kernel.exchange.sql.trust`. ``encoding``
    is that of a script, DBML or CSV, where the file does not tell. ``database`` is the one that is read of a script
    about several. ``accept`` are suggestions that data make and that are not accepted by themselves: their ids, or
    ``all`` that no value breaks. ``limits`` are what a script may use. ``beside`` is the ``team:workspace/project``
    whose workspace a ``connection:NAME`` is one of.
    """

    name: str = ""
    schemas: tuple[str, ...] | None = None
    owners: bool = False
    privileges: bool = True
    mends: tuple[str, ...] = ()
    trusted: bool = False
    encoding: str = ""
    database: str = ""
    accept: tuple[str, ...] = ()
    limits: Limits | None = None
    beside: str = ""

    @property
    def chosen_mends(self) -> tuple[str, ...] | Literal["all"]:
        """The mends as `designer_kernel.exchange.sql.read_script` takes them."""
        return "all" if "all" in self.mends else self.mends

    @property
    def of_script(self) -> dict[str, Any]:
        """What `designer_kernel.exchange.sql.read_script` takes of them, apart from mends."""
        return {name: getattr(self, name) for name in _OF_SCRIPT}


def options_of(name: str = "", **given: Any) -> Options:
    """Return options from keywords; one text stands for a sequence of one.

    Raises
    ------
    DesignerError
        If there is no such option.
    """
    known = {"schemas", "owners", "privileges", "mends", "trusted", "encoding", "database", "accept", "beside"}
    if unknown := given.keys() - known:
        raise DesignerError(f"there is no option {min(unknown)!r}", mend=f"use {', '.join(sorted(known))}")
    for key in ("schemas", "mends", "accept"):
        if given.get(key) is None:
            given.pop(key, None)
        else:
            given[key] = (given[key],) if isinstance(given[key], str) else tuple(given[key])
    return Options(name, **given)


@dataclass(frozen=True)
class Source:
    """Something to import, export or inspect; it is read once, when first asked."""

    text: str
    kind: SourceKind
    options: Options = Options()
    progress: Progress | None = None
    cancel: threading.Event | None = None

    @cached_property
    def imported(self) -> Imported:
        """The design that the source holds or means, and what became of each of its objects.

        Raises
        ------
        DesignerError
            If it cannot be read.
        """
        return _READERS[self.kind](self)

    @cached_property
    def catalog(self) -> Catalog:
        """What the source means to PostgreSQL. A database or a script is read as it is, with no design between.

        Raises
        ------
        DesignerError
            If it cannot be read.
        """
        if self.kind == "database":
            from designer_kernel.exchange.database import read_database

            options = self.options
            with self.reached() as url:
                return read_database(
                    url, schemas=options.schemas, owners=options.owners, privileges=options.privileges
                ).catalog
        from designer_kernel.exchange.sql import ImportedScript

        if isinstance(self.imported, ImportedScript):
            return self.imported.reading.catalog
        from designer_kernel.design.lower import lower

        return lower(self.imported.design)

    @property
    def name(self) -> str:
        """The name of the design: the one that was asked for, or what the source is called."""
        if self.options.name:
            return self.options.name
        if is_shared(self.text):
            return self.text.partition("/")[2]
        if self.kind != "database":
            return project_name(Path(self.text))
        if is_connection(self.text):
            return self.text.removeprefix(CONNECTION).rpartition("/")[2]
        from designer_kernel.postgres import target

        return target.database_name(self.text)

    def reached(self) -> AbstractContextManager[str]:
        """Return a context that gives the URL of a database; that of a connection holds while the block runs."""
        from designer_kernel.studio.reaching import reached_beside

        return reached_beside(self.text, self.options.beside, write=False)


def source(
    text: str,
    options: Options | None = None,
    *,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Source:
    """Return what a text names: a file by its suffix, a database by its URL or name.

    Raises
    ------
    DocumentError
        If it is a file of an unknown kind.
    UnknownObject
        If there is neither a file nor a database of this name.
    """
    kind = kind_of(text)
    _check_encoding(kind, options or Options())
    return Source(text, kind, options or Options(), progress, cancel)


def _check_encoding(kind: SourceKind, options: Options) -> None:
    from designer_kernel.exchange.encodings import check_encoding

    check_encoding(options.encoding)
    if options.accept and kind != "data":
        raise DesignerError("only data has suggestions", mend="leave accept out; a script has mends: --mend all")
    if options.encoding and kind in {"design", "database"}:
        raise DesignerError(
            f"a {kind} needs no encoding: it is always UTF-8 to us", mend="leave the encoding out; save a file as UTF-8"
        )


def import_any(
    given: Any,
    options: Options | None = None,
    *,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Imported:
    """Return the design of whatever a notebook holds.

    Parameters
    ----------
    given
        What `source` takes, a path, DataFrames by name, a proposal made of such, SQLAlchemy's ``MetaData`` or a class
        with one, or what was imported already.

    Raises
    ------
    DesignerError
        If it is nothing of these, or cannot be read.
    """
    from designer_kernel.exchange.transfer import Imported

    chosen = options or Options()
    if isinstance(given, Imported):
        return given
    if isinstance(given, str | Path):
        return source(str(given), chosen, progress=progress, cancel=cancel).imported
    if isinstance(given, Mapping):
        from designer_kernel.exchange.frames import propose

        if not given:
            raise DesignerError("there is nothing to import", mend="give DataFrames by name: {'orders': orders}")
        return propose(given, chosen.name or "data").accept(*chosen.accept).imported()
    if hasattr(given, "imported"):
        proposed: Imported = given.imported()
        return proposed
    metadata = getattr(given, "metadata", given)
    if hasattr(metadata, "sorted_tables"):
        from designer_kernel.exchange.models import read_metadata

        return read_metadata(metadata, chosen.name or "models", cancel=cancel)
    raise DesignerError(
        f"a {type(given).__name__} cannot be imported",
        mend="give a path, a URL, DataFrames by name ({'orders': df}), or SQLAlchemy's Base.metadata",
    )


def kind_of(text: str) -> SourceKind:
    """Return what kind of source a text names, see `source`."""
    if is_shared(text):
        return "design"
    if "://" in text or is_connection(text):
        return "database"
    if "\n" in text:
        raise DocumentError(
            "this is a text, not the name of a source",
            mend="save it as a file; a script is also read by designer_kernel.exchange.sql.import_sql(text)",
        )
    from designer_kernel.exchange.data_files import holds_data
    from designer_kernel.exchange.files import unreadable

    try:
        path = Path(text).expanduser()
        is_file, is_data = path.is_file(), holds_data(path)
    except (OSError, ValueError, RuntimeError) as error:  # too long, not permitted, no such user
        raise unreadable(Path(text), error) from error
    if path.suffix.lower() in SUFFIXES and not is_data:
        if not is_file:
            what = "this is a directory" if path.is_dir() else "this is no regular file"
            raise DocumentError(what if path.exists() else "there is no such file", where=text, mend="correct the path")
        return SUFFIXES[path.suffix.lower()]
    if is_data:
        return "data"
    if is_file:
        raise _not_read(path, text)
    from designer_kernel.postgres import target
    from designer_kernel.postgres.connection import redact

    if path.is_dir() and not target.exists(text):
        raise DocumentError(
            "this directory holds no data", where=text, mend="name a file in it, or put .csv or .parquet files there"
        )
    if not target.exists(text):
        shown = redact(text)  # what was meant as a URL may hold a password
        raise UnknownObject(
            f"there is neither a file nor a database {shown!r}",
            where=shown,
            mend="give a design file, a .sql script, postgresql://user@host/name, or a database of the embedded server",
        )
    return "database"


def _not_read(path: Path, text: str) -> DocumentError:
    """Return what to say of a file that no name of a source fits."""
    from designer_kernel.exchange.files import check_begin

    check_begin(path)
    if path.suffix.lower() in _NOT_READ:
        what, mend = _NOT_READ[path.suffix.lower()]
        return DocumentError(what, where=text, mend=mend)
    return DocumentError(
        "the end of the file's name does not say what it holds",
        where=text,
        mend=f"rename it to end with one of {', '.join(SUFFIXES)}",
    )


def _text(source: Source) -> str:
    from designer_kernel.exchange.sql import read_file

    return read_file(Path(source.text).expanduser(), encoding=source.options.encoding)


def _design(source: Source) -> Imported:
    from designer_kernel.design import document
    from designer_kernel.exchange.transfer import Imported

    if is_shared(source.text):
        from designer_kernel.studio.team.opening import open_shared

        design = open_shared(source.text).design
    else:
        design = document.open_file(Path(source.text).expanduser()).design
    return Imported(design, all_kept(design))


def _script(source: Source) -> Imported:
    from designer_kernel.exchange.sql import import_sql

    return import_sql(
        _text(source),
        name=source.name,
        mends=source.options.chosen_mends,
        progress=source.progress,
        cancel=source.cancel,
        **source.options.of_script,
    )


def _database(source: Source) -> Imported:
    from designer_kernel.exchange.database import import_database

    options = source.options
    with source.reached() as url:
        return import_database(
            url,
            name=source.name,
            schemas=options.schemas,
            owners=options.owners,
            privileges=options.privileges,
        )


def _dbml(source: Source) -> Imported:
    from designer_kernel.exchange.dbml import read_dbml
    from designer_kernel.exchange.files import DBML_BYTES, read_text

    text = read_text(Path(source.text).expanduser(), limit=DBML_BYTES, encoding=source.options.encoding)
    try:
        return read_dbml(text, name=source.name)
    except DocumentError as error:
        raise DocumentError(error.what, where=f"{source.text}:{error.where}", mend=error.mend) from error


def _data(source: Source) -> Imported:
    from designer_kernel.exchange.data_files import propose_files

    path, options = Path(source.text).expanduser(), source.options
    return propose_files([path], source.name, encoding=options.encoding).accept(*options.accept).imported()


_READERS: Final[Mapping[SourceKind, Callable[[Source], Imported]]] = {
    "design": _design, "script": _script, "database": _database, "dbml": _dbml, "data": _data,
}  # fmt: skip
