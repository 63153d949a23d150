"""What servers have said of catalogs: kept in memory and on disk, so that the same question is not asked twice.

An answer is known by all that it follows from: the catalog, the server and the rights of the role there, and
our own code. A file that is damaged is as good as none; of two that write the same one, the last wins, and both say the
same.
"""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
from collections import OrderedDict
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog import canonical
from designer_kernel.errors import DocumentError
from designer_kernel.postgres.connection import connect

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

FORMAT: Final = 1
"""The version of the format of these files."""

_IN_MEMORY: Final = 32
_ON_DISK: Final = 256
_CODE: Final = ("catalog", "postgres")

logger = logging.getLogger(__name__)

_guard = threading.Lock()
_recent: OrderedDict[str, Catalog] = OrderedDict()
_builds: dict[str, str] = {}


def directory() -> Path:
    """Return where answers are kept: ``$DESIGNER_CACHE_DIR``, within ``$DESIGNER_DATA_DIR``, or the user's caches."""
    import platformdirs

    chosen, data = os.environ.get("DESIGNER_CACHE_DIR"), os.environ.get("DESIGNER_DATA_DIR")
    own = Path(data, "cache") if data else Path(platformdirs.user_cache_dir("schema-designer", appauthor=False))
    base = Path(chosen) if chosen else own
    return base.expanduser() / "normal-forms"


def key_of(catalog: Catalog, url: str, role: str) -> str:
    """Return under which name the answer of a server to a catalog is kept.

    Parameters
    ----------
    url
        A database of the server.
    role
        Who asks there.
    """
    parts = (str(FORMAT), _code(), _build(url), role, canonical.to_json(catalog))
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def recall(key: str) -> Catalog | None:
    """Return an answer that is known; ``None`` if none is."""
    with _guard:
        known = _recent.get(key)
        if known is not None:
            _recent.move_to_end(key)
            return known
    found = _read(directory() / f"{key}.json")
    if found is not None:
        _remember(key, found)
    return found


def keep(key: str, answer: Catalog) -> None:
    """Keep an answer; that it cannot be written is no error."""
    _remember(key, answer)
    folder = directory()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / f"{key}.json", canonical.to_json(answer))
        _tidy(folder)
    except OSError as error:
        logger.debug("what a server said of a catalog is not kept: %s", error)


def forget() -> None:
    """Forget what is in memory; what is on disk stays."""
    with _guard:
        _recent.clear()
        _builds.clear()


def _remember(key: str, answer: Catalog) -> None:
    with _guard:
        _recent[key] = answer
        _recent.move_to_end(key)
        while len(_recent) > _IN_MEMORY:
            _recent.popitem(last=False)


def _build(url: str) -> str:
    """Return all of a server on which its words depend: its build, encoding and locale, and what the role may do."""
    with _guard:
        known = _builds.get(url)
    if known is None:
        with connect(url, autocommit=True) as connection:
            row = connection.execute(
                "SELECT concat_ws(' ', version(), current_setting('server_encoding'), d.datcollate, d.datctype,"
                " r.rolsuper, r.rolcreaterole, current_user)"
                " FROM pg_catalog.pg_database d, pg_catalog.pg_roles r"
                " WHERE d.datname = 'template0' AND r.rolname = current_user"
            ).fetchone()
        known = str(row[0]) if row else ""
        with _guard:
            _builds[url] = known
    return known


@cache
def _code() -> str:
    """Return what tells this program from one that reads and writes catalogs in another way."""
    package = Path(__file__).parents[1]
    files = sorted(file for room in _CODE for file in (package / room).rglob("*.py"))
    told = "".join(f"{file.relative_to(package)} {hashlib.sha256(file.read_bytes()).hexdigest()}\n" for file in files)
    return hashlib.sha256(told.encode()).hexdigest()


def _read(path: Path) -> Catalog | None:
    try:
        seal, _, text = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    try:
        if seal.decode() == hashlib.sha256(text).hexdigest():
            found = canonical.from_json(text.decode("utf-8", "surrogatepass"))
            with suppress(OSError):
                os.utime(path)  # those that are not asked for any more go first
            return found
    except (DocumentError, UnicodeDecodeError) as error:
        logger.debug("%s is damaged: %s", path, error)
    with suppress(OSError):
        path.unlink()
    return None


def _write(path: Path, text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    descriptor, temporary = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _tidy(folder: Path) -> None:
    """Remove the answers that were not asked for longest, where there are too many."""
    files = [entry for entry in os.scandir(folder) if entry.name.endswith(".json")]
    if len(files) > _ON_DISK:
        ages = []
        for entry in files:
            with suppress(FileNotFoundError):  # another process tidies, too
                ages.append((entry.stat().st_mtime, entry.path))
        for _, path in sorted(ages)[: len(files) - _ON_DISK]:
            Path(path).unlink(missing_ok=True)
