"""Importing in two steps: read what is offered, look at what would become of it, and only then change the design."""

from __future__ import annotations

import io
import re
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from designer_kernel.design.losses import all_kept
from designer_kernel.design.problems import invalid
from designer_kernel.errors import DesignerError, DocumentError
from designer_kernel.studio.locations import project_name
from designer_kernel.studio.sources import SUFFIXES, Options, Source, SourceKind, kind_of, source

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.exchange.frames import Proposal
    from designer_kernel.exchange.sql import ScriptReading
    from designer_kernel.exchange.transfer import Imported
    from designer_kernel.postgres.server import Progress

_LOOK: Final = 20_000
"""How much of a text is looked at to know what it is."""

_DBML: Final = re.compile(r"^\s*(Project|Table|TableGroup|Enum|Ref)\b[^;()]*[{:]", re.MULTILINE)
_SQL: Final = re.compile(r"(?im)^\s*(CREATE|ALTER|SET|BEGIN|COMMENT|INSERT|SELECT|DROP|GRANT|--|\\)")
_DESIGN: Final = re.compile(r"^\s*(\{|\"?(format|entities|target_database_type)\"?\s*:)", re.MULTILINE)


@dataclass(frozen=True)
class Candidate:
    """What was read, and could become the design; nothing has changed yet.

    Attributes
    ----------
    imported
        The design that it would be, and what became of each object.
    catalog
        What it means to PostgreSQL, if it was read as such: what a refresh goes by.
    reading
        What became of each statement, if it is a script.
    proposal
        The suggestions, if it is data.
    text, options
        The script, and how it was read, if it is one: mends are applied in the same way.
    """

    kind: SourceKind
    imported: Imported
    catalog: Catalog | None = None
    reading: ScriptReading | None = None
    proposal: Proposal | None = None
    text: str = ""
    options: Options = field(default_factory=Options)

    @property
    def is_real(self) -> bool:
        """Whether PostgreSQL itself said what it means, so that a design can be brought up to date with it."""
        return self.catalog is not None

    def with_mends(
        self, ids: Sequence[str], *, progress: Progress | None = None, cancel: threading.Event | None = None
    ) -> Candidate:
        """Return the script read again with these mends and no others; ``all`` stands for the best of each failure.

        Raises
        ------
        UnknownObject
            If an id is of no mend that came up.
        Cancelled
            If ``cancel`` was set.
        """
        if self.reading is None:
            raise DesignerError("only a script has mends", mend="change the source and read it again")
        kept = [mend for mend in self.reading.applied if mend.id in ids or "all" in ids]
        more = [key for key in ids if key not in {mend.id for mend in kept}]
        return _script(self.text, self.imported.design.name, (*kept, *more), self.options, progress, cancel)

    def with_suggestions(self, accepted: Iterable[str]) -> Candidate:
        """Return the design of exactly these suggestions.

        Raises
        ------
        UnknownObject
            If an id is of no suggestion.
        """
        if self.proposal is None:
            raise DesignerError("only data has suggestions", mend="change the source and read it again")
        wanted = list(accepted)
        others = [one.id for one in self.proposal.suggestions if one.id not in set(wanted)]
        return _proposed(self.proposal.reject(*others).accept(*wanted))


def kind_of_text(text: str, file_name: str = "") -> SourceKind:
    """Return what a text holds: by the end of its file's name, or by how it reads.

    Raises
    ------
    DocumentError
        If it is nothing that can be read.
    """
    if not text.strip():
        raise DocumentError("there is nothing to read", where=file_name, mend="paste a script, DBML, a design or CSV")
    known = SUFFIXES.get(PurePosixPath(file_name).suffix.lower())
    if known is not None:
        return known
    head = text[:_LOOK].lstrip("\ufeff")
    if _DBML.search(head) and not re.search(r"\bCREATE\s+(TABLE|TYPE)\b", head, re.IGNORECASE):
        return "dbml"
    if _DESIGN.match(head):
        return "design"
    if _SQL.search(head):
        return "script"
    first, *rest = head.splitlines()
    if rest and any(mark in first and rest[0].count(mark) >= first.count(mark) for mark in ",;\t|"):
        return "data"
    if ";" in head:
        return "script"
    raise DocumentError(
        "this is neither SQL, DBML, a design nor CSV",
        where=file_name,
        mend="say what it is, or name the file .sql, .dbml, .yaml, .json or .csv",
    )


def read_texts(
    texts: Mapping[str, str],
    *,
    kind: SourceKind | None = None,
    name: str = "imported",
    options: Options | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Candidate:
    """Return what texts hold, by the names of their files.

    Parameters
    ----------
    texts
        One text; or several of data, each a table.
    kind
        What they hold; found out if not given.
    name
        What to call the design.
    options
        How a script is read.

    Raises
    ------
    DesignerError
        If they cannot be read.
    Cancelled
        If ``cancel`` was set.
    """
    kinds = {kind or kind_of_text(text, file) for file, text in texts.items()}
    if len(kinds) != 1 or (len(texts) > 1 and kinds != {"data"}):
        raise DocumentError("only files of data can be imported together", mend="import one file after the other")
    found = kinds.pop()
    if found == "data":
        return _proposed(_suggested(texts, name))
    file, text = next(iter(texts.items()))
    if found == "script":
        return _script(text, name, (), options or Options(), progress, cancel)
    if found == "dbml":
        from designer_kernel.exchange.dbml import read_dbml

        return Candidate("dbml", _named(read_dbml(text.removeprefix("\ufeff"), name=name), name))
    if found == "design":
        return Candidate("design", _named(_document(text, file), name))
    raise DocumentError("a database is not a text", mend="give its URL")


def read_place(
    place: str,
    options: Options,
    *,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Candidate:
    """Return what a database, or a file on this machine, holds; see `designer_kernel.studio.sources.source`.

    Raises
    ------
    DesignerError
        If it cannot be read.
    Cancelled
        If ``cancel`` was set.
    """
    kind = kind_of(place)
    if kind == "script":
        from designer_kernel.exchange.sql import read_file

        text = read_file(Path(place).expanduser(), encoding=options.encoding)
        return _script(text, options.name or project_name(Path(place)), options.mends, options, progress, cancel)
    if kind == "data":
        from designer_kernel.exchange.data_files import propose_files

        path = Path(place).expanduser()
        proposal = propose_files([path], options.name or path.stem, encoding=options.encoding)
        return _proposed(proposal.accept(*options.accept))
    opened = source(place, options, progress=progress, cancel=cancel)
    return _read_database(opened) if kind == "database" else Candidate(kind, _named(opened.imported, opened.name))


def _read_database(opened: Source) -> Candidate:
    from designer_kernel.design.lift import lift
    from designer_kernel.exchange.database import all_losses, read_database
    from designer_kernel.exchange.transfer import Imported

    options = opened.options
    with opened.reached() as url:
        read = read_database(
            url, schemas=options.schemas, owners=options.owners, privileges=options.privileges
        )  # once: what is imported and what a refresh goes by are of one snapshot
    lifted = lift(read.catalog, name=opened.name)
    return Candidate("database", Imported(lifted.design, all_losses(lifted.losses, read)), catalog=read.catalog)


def _script(
    text: str,
    name: str,
    mends: Sequence[Any],
    options: Options,
    progress: Progress | None,
    cancel: threading.Event | None,
) -> Candidate:
    from designer_kernel.exchange.sql import read_script
    from designer_kernel.exchange.sql.importing import imported

    reading = read_script(text, progress=progress, cancel=cancel, mends=mends, **options.of_script)
    return Candidate("script", imported(reading, name), reading.catalog, reading, text=text, options=options)


def _proposed(proposal: Proposal) -> Candidate:
    return Candidate("data", proposal.imported(), proposal=proposal)


def _suggested(texts: Mapping[str, str], name: str) -> Proposal:
    from designer_kernel.exchange.data_files import read_csv
    from designer_kernel.exchange.frames import propose

    frames = {}
    for file, text in texts.items():
        separator = "\t" if file.lower().endswith(".tsv") else ""
        table = PurePosixPath(file).stem or "imported"
        if table in frames:
            raise DocumentError(f"two files are called {table!r}", where=file, mend="rename one")
        frames[table] = read_csv(io.StringIO(text.removeprefix("\ufeff")), separator, where=file)
    return propose(frames, name)


def _document(text: str, file: str) -> Imported:
    from designer_kernel.design import document
    from designer_kernel.exchange.transfer import Imported

    design = document.read(text, file or "design")
    return Imported(design, all_kept(design))


def _named(imported: Imported, name: str) -> Imported:
    """Give a design a name; without one it keeps its own."""
    if not name:
        return imported
    try:
        return replace(imported, design=imported.design.replace(name=name))
    except ValidationError as error:
        raise invalid(error, "") from error
