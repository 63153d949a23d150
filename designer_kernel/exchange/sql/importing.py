"""`import_sql`: a script as a design, with what became of each of its statements in the loss report."""

from __future__ import annotations

import re
import threading
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from designer_kernel.design.lift import lift
from designer_kernel.design.losses import Loss
from designer_kernel.exchange import files
from designer_kernel.exchange.sql.mends import NOTHING_KNOWN
from designer_kernel.exchange.sql.outcome import Limits, Mend, StatementOutcome
from designer_kernel.exchange.sql.reading import ScriptReading, read_script
from designer_kernel.exchange.sql.role_losses import of_roles
from designer_kernel.exchange.sql.statements import NOISE, defines_nothing, makes_rows_by_query
from designer_kernel.exchange.transfer import Imported, corrected, unclaimed
from designer_kernel.postgres.server import Progress
from designer_kernel.postgres.target import Server

_LINES: Final = 10
"""How many lines are listed at most."""

_HEAD: Final = re.compile(r"""\s*((?:(?:"(?:[^"]|"")*"|`[^`]*`|[\w.$])+\s*){1,9})""")
_IF_NOT_EXISTS: Final = re.compile(r"\bIF\s+NOT\s+EXISTS\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImportedScript(Imported):
    """A design that was read from a script, what became of its objects, and the reading with its mends."""

    reading: ScriptReading


def import_sql(
    source: str | Path,
    *,
    name: str = "",
    server: Server | str | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    limits: Limits | None = None,
    mends: Sequence[str | Mend] | Literal["all"] = (),
    trusted: bool = False,
    schemas: Sequence[str] | None = None,
    owners: bool = False,
    privileges: bool = True,
    database: str = "",
) -> ImportedScript:
    """Return the design that a script means.

    Parameters
    ----------
    source
        The script's text, or the path of its file.
    name
        What to call the design; that of the file, if not given.
    server, progress, cancel, limits, mends, trusted, schemas, owners, privileges, database
        See `read_script`.

    Raises
    ------
    DocumentError
        If the file is no script, or larger than the limits allow.
    Cancelled
        If ``cancel`` was set, or the script takes longer than the limits allow.
    """
    text = read_file(source) if isinstance(source, Path) else source
    reading = read_script(
        text,
        server=server,
        progress=progress,
        cancel=cancel,
        limits=limits,
        mends=mends,
        trusted=trusted,
        schemas=schemas,
        owners=owners,
        privileges=privileges,
        database=database,
    )
    return imported(reading, name or (source.stem if isinstance(source, Path) else "imported"))


def imported(reading: ScriptReading, name: str) -> ImportedScript:
    """Return the design of a script that was read."""
    lifted = lift(reading.catalog, name=name)
    roles, numbers = of_roles(reading.outcomes, {loss.object for loss in lifted.losses if loss.kind == "role"})
    losses = corrected(lifted.losses, roles) + _losses(reading, told=numbers)
    return ImportedScript(lifted.design, losses, reading)


def _losses(reading: ScriptReading, told: Collection[int]) -> Iterator[Loss]:
    """Yield what became of a script's statements, but for those whose numbers are told elsewhere."""
    yield from _of_mends(reading)
    for outcome in reading.failed:
        yield Loss(label(outcome), "statement", "refused", f"line {outcome.where}: {outcome.message}{_advice(outcome)}")
    left_out = [o for o in reading.outcomes if o.state == "skipped" and o.message not in NOISE and o.number not in told]
    for reason, number in Counter(o.message for o in left_out).items():
        first = next(o for o in left_out if o.message == reason)
        more = f" and {number - 1} more" if number > 1 else ""
        yield Loss(label(first) + more, "statement", "refused", reason.removeprefix("refused: "))
    yield from _of_noise(reading)
    yield from _of_data(reading)
    yield from map(unclaimed, reading.unmodelled)


def _advice(outcome: StatementOutcome) -> str:
    """Return what can be done about a statement that failed, as the end of a sentence; nothing if that is not known."""
    mends = [mend for mend in outcome.mends if not mend.is_last_resort]
    if mends:
        return f"; mend: {mends[0].title}"
    known = (mend.explanation for mend in outcome.mends if mend.explanation != NOTHING_KNOWN)
    return next((f"; {words}" for words in known), "")


def _of_mends(reading: ScriptReading) -> Iterator[Loss]:
    """Yield what each mend has made of the script, each once: a mended design is not what the script says."""
    by_number: dict[int, list[StatementOutcome]] = defaultdict(list)
    for outcome in reading.outcomes:
        by_number[outcome.number].append(outcome)
    told = (
        Loss(
            _about(mend, by_number),
            "mend",
            "refused" if mend.is_last_resort else "changed",
            f"{mend.title}: {mend.explanation}",
        )
        for mend in reading.applied
    )
    yield from dict.fromkeys(told)


def _about(mend: Mend, by_number: Mapping[int, Sequence[StatementOutcome]]) -> str:
    """Return the beginning of the statement that a mend is about: the first that it changes."""
    change = mend.changes[0]
    if change.kind in {"role", "extension"}:
        return f"{change.kind} {change.name}"
    found = by_number.get(change.statement, ())
    if not found:
        return mend.title
    # what a mend puts in front has the same number, and comes first
    mended = (outcome for outcome in found if change.kind == "replace" and change.sql.startswith(outcome.sql))
    return label(next(mended, found[-1]))


def _of_noise(reading: ScriptReading) -> Iterator[Loss]:
    """Yield one entry for all statements that leave nothing in a database, but that somebody wrote for a purpose."""
    lines = [
        outcome.line
        for outcome in reading.outcomes
        if outcome.state != "failed" and defines_nothing(outcome.sql, outcome.message)
    ]
    if lines:
        more = ", …" if len(lines) > _LINES else ""
        where = f"line{'s' * (len(lines) > 1)} {', '.join(map(str, lines[:_LINES]))}{more}"
        object_ = f"{len(lines)} statement{'s' * (len(lines) > 1)} ({where})"
        why = "defines nothing that lasts" if len(lines) == 1 else "they define nothing that lasts"
        what = "queries, housekeeping, temporary tables, what only a session knows, where sequences stand"
        yield Loss(object_, "statement", "refused", f"{why} ({what})")


def _of_data(reading: ScriptReading) -> Iterator[Loss]:
    queried = {
        name
        for outcome in reading.outcomes
        if outcome.state == "skipped" and (name := makes_rows_by_query(outcome.sql))
    }
    for table, rows in reading.data.items():
        counted = [f"{rows} row{'s' * (rows != 1)}"] if rows else []
        parts = [*counted, *(["rows made by a query"] if table in queried else [])] or ["changes of rows"]
        verb = "was" if parts == ["1 row"] else "were"
        yield Loss(table, "data", "refused", f"{' and '.join(parts)} {verb} skipped: only definitions are read")


def label(outcome: StatementOutcome) -> str:
    """Return the first words of a statement: ``CREATE TABLE public.orders``."""
    found = _HEAD.match(outcome.sql)
    return " ".join(_IF_NOT_EXISTS.sub("", found[1]).split()[:5]) if found is not None else outcome.sql[:40]


def read_file(path: Path, *, encoding: str = "") -> str:
    """Return the text of a script's file.

    The encoding is the one that is asked for, that of the file's byte order mark, the one that the script names
    (``SET client_encoding``), or else UTF-8.

    Raises
    ------
    DocumentError
        If the file cannot be read, is too large, is no text, or is in another encoding.
    """
    return files.read_text(path, limit=files.SCRIPT_BYTES, encoding=encoding, is_script=True)
