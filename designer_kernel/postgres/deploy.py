"""Deploying: what a design means is created in a database, all of it or nothing.

The order: ask the server what it lacks; let a shadow database say what is meant; look at what the target has; create
what is missing, in one transaction; look again, and commit only if what came to be is exactly what was meant.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import Difference, differences
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.schema import DroppedSchema
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.render import SEARCH_PATH, SETTINGS
from designer_kernel.catalog.render import create as render_missing
from designer_kernel.errors import DeployRefused, DesignerError
from designer_kernel.postgres import capabilities, lacking, shadow, target
from designer_kernel.postgres.capabilities import Missing
from designer_kernel.postgres.connection import connect, redact
from designer_kernel.postgres.judgement import (
    MEND_DESIGN,
    Judgement,
    catalog_of,
    is_from_parents,
    judge,
    refused,
    unlike,
)
from designer_kernel.postgres.script import COMMIT, cancelling, explained, run
from designer_kernel.postgres.server import Progress

if TYPE_CHECKING:
    from designer_kernel.design.design import Design

LOCK: Final = 0x5C_4E_3A_DE_51_67  # an arbitrary number that all versions share
"""Key of the advisory lock that keeps two deployments or migrations from one database."""

Recording: TypeAlias = Callable[[psycopg.Connection[Any], Catalog, Catalog], str]
"""Remembers a deployment in its transaction: what was there before, and after; returns a note, or an empty text."""

_PHASES: Final = {"server": (0, 5), "shadow": (5, 45), "target": (45, 100)}
_LOCK_TIMEOUT: Final = "10s"


@dataclass(frozen=True, slots=True, repr=False)
class Deployment:
    """What a deployment did.

    ``created`` were missing; ``kept`` were there already, as meant; ``left_out`` need something that the server lacks,
    which ``missing`` tells; ``needs`` says what of it each of these needs, by `Missing.id`.
    """

    url: str
    created: tuple[ObjectId, ...]
    kept: tuple[ObjectId, ...]
    left_out: tuple[ObjectId, ...]
    missing: tuple[Missing, ...]
    statements: tuple[str, ...]
    seconds: float
    notes: tuple[str, ...]
    needs: Mapping[ObjectId, tuple[str, ...]] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.created:
            kept = f", {len(self.kept)} {'was' if len(self.kept) == 1 else 'were'} there already" if self.kept else ""
            objects = "1 object" if len(self.created) == 1 else f"{len(self.created)} objects"
            lines = [f"{objects} created in {self.seconds:.1f} s{kept}"]
        else:
            lines = [f"nothing to do: all {len(self.kept)} objects are there already"]
        lines += [f"missing: {item}" for item in self.missing]
        if self.left_out:
            lines.append(f"left out {len(self.left_out)} object{'' if len(self.left_out) == 1 else 's'}:")
            lines += [f"  - {key}{self._need(key)}" for key in self.left_out]
        lines += [f"note: {note}" for note in self.notes]
        return "\n".join(lines)

    def _need(self, key: ObjectId) -> str:
        needs = [name.replace(":", " ") for name in self.needs.get(key, ()) if name != ":".join((key.kind, *key.path))]
        return f", which needs {', '.join(needs)}" if needs else ""

    def __repr__(self) -> str:
        return str(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # a cell shows the words, not a thousand objects
        printer.text(str(self))

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "url": self.url,
            "created": [str(key) for key in self.created],
            "kept": [str(key) for key in self.kept],
            "left_out": [str(key) for key in self.left_out],
            "needs": {str(key): list(names) for key, names in self.needs.items()},
            "missing": [item.as_dict() for item in self.missing],
            "statements": list(self.statements),
            "seconds": round(self.seconds, 3),
            "notes": list(self.notes),
        }


def deploy(
    design: Design | Catalog,
    url: str,
    *,
    allow_missing: bool = False,
    recording: Recording | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Deployment:
    """Create in a database what a design means, and return what was done. Doing it again does nothing.

    What is there and equal is kept; what is missing is created. Nothing is changed or dropped.

    Parameters
    ----------
    design
        A design, or the catalog that one was lowered to.
    url
        The database: a URL, or a name, see `designer_kernel.postgres.target.resolve`.
    allow_missing
        Whether to leave out what needs something that the server lacks, instead of refusing.
    recording
        Remembers it in the same transaction.
    progress
        Told of each statement, as parts of a hundred.
    cancel
        Set by another thread to stop; the target stays as it was.

    Raises
    ------
    DeployRefused
        If the server lacks something, the database holds something else than is meant, or what came to be is not
        what was meant.
    StatementFailed
        If PostgreSQL refuses a statement.
    Cancelled
        If ``cancel`` was set.
    ServerUnavailable
        If there is no connection.
    """
    started = time.monotonic()
    report = _steps(progress)
    address = target.resolve(url, progress=report("server"))
    meant = catalog_of(design)
    with connect(address, autocommit=True) as connection, alone(connection, address):
        meant = lacking.without_habits(connection.info.server_version // 10000, meant)
        missing = capabilities.check(connection, meant)
        wanted, left_out = capabilities.without_missing(meant, missing)
        if missing and not (allow_missing and wanted):
            raise lacking_error(missing, address, may_be_left_out=bool(wanted))
        judgement = judge(connection, wanted, address, report("shadow"), cancel)
        notes = (*judgement.notes, *capabilities.notes(connection, wanted))
        made = _create(connection, wanted, judgement, address, recording, report("target"), cancel)
    return Deployment(
        url=redact(address),
        created=made.created,
        kept=made.kept,
        left_out=left_out,
        missing=tuple(missing),
        statements=made.statements,
        seconds=time.monotonic() - started,
        notes=(*notes, *made.notes),
        needs=_needs(meant, missing) if left_out else {},
    )


def _needs(meant: Catalog, missing: list[Missing]) -> dict[ObjectId, tuple[str, ...]]:
    """Return for each object that is left out what it needs and the server lacks."""
    needs: dict[ObjectId, tuple[str, ...]] = {}
    for item in missing:
        for key in capabilities.without_missing(meant, [item])[1]:
            needs[key] = (*needs.get(key, ()), item.id)
    return needs


@dataclass(frozen=True, slots=True)
class _Made:
    created: tuple[ObjectId, ...]
    kept: tuple[ObjectId, ...]
    statements: tuple[str, ...]
    notes: tuple[str, ...] = ()


def _create(
    connection: psycopg.Connection[Any],
    wanted: Catalog,
    judgement: Judgement,
    address: str,
    recording: Recording | None,
    progress: Progress | None,
    cancel: threading.Event | None,
) -> _Made:
    """Create what is missing in one transaction, and commit only what is exactly as meant."""
    # the snapshot keeps what others create meanwhile out of both looks at the database
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction():
            try:
                return _change(connection, wanted, judgement, address, recording, progress, cancel)
            except psycopg.Error as error:
                raise explained(error, "", ()) from error
    except psycopg.Error as error:
        raise explained(error, COMMIT, ()) from error


def _change(
    connection: psycopg.Connection[Any],
    wanted: Catalog,
    judgement: Judgement,
    address: str,
    recording: Recording | None,
    progress: Progress | None,
    cancel: threading.Event | None,
) -> _Made:
    """Do what `_create` does, within its transaction."""
    with cancelling(connection, cancel):
        _prepare(connection)
        observed = shadow.observe(connection, wanted)
        before = observed.catalog
        _refuse_other(before, judgement, address)
        new = _lacking_in(before, wanted)
        statements = render_missing(wanted, set(new))
    run(connection, statements, progress=progress, cancel=cancel)
    with cancelling(connection, cancel):
        after = shadow.observe(connection, wanted)
        meant = {*new, *_lacking_in(before, judgement.catalog)}
        _verify(before, after.catalog, judgement, meant, address)
        if made := set(after.unclaimed) - set(observed.unclaimed):
            raise DeployRefused(
                f"other objects came to be beside what was meant: {', '.join(sorted(map(str, made)))}",
                where=target.describe(address),
                mend=f"look for event triggers in the database; {MEND_DESIGN}",
            )
    made_now = set(new)
    kept = tuple(key for key in wanted if key not in made_now)
    note = recording(connection, before, after.catalog) if recording is not None else ""
    return _Made(new, kept, tuple(statement.sql for statement in statements), (note,) if note else ())


def _lacking_in(before: Catalog, meant: Catalog) -> tuple[ObjectId, ...]:
    """Return what is meant and not there."""
    return tuple(key for key in meant if key not in before and not is_from_parents(key, meant, before))


def _prepare(connection: psycopg.Connection[Any]) -> None:
    """Give the transaction the settings under which scripts are written, and keep it from waiting for ever."""
    settings = SETTINGS | {
        "search_path": ", ".join(SEARCH_PATH),
        "lock_timeout": _LOCK_TIMEOUT,
        "TimeZone": "UTC",
        "client_min_messages": "warning",
        "check_function_bodies": "on",
    }
    connection.execute(
        "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS s (name, value)",
        [list(settings), list(settings.values())],
    )


def _refuse_other(before: Catalog, judgement: Judgement, address: str) -> None:
    """Refuse if what is there differs from what is meant: changing and dropping are not done here."""
    there = judgement.catalog.only(key for key in judgement.catalog if key in before)
    tables = {key for key in there if key.kind == "relation"}
    owned = before.only({*there, *_within(before, tables)})
    if found := unlike(there, owned, before, with_sql=judgement.with_sql):
        strangers = filter(None, (_stranger(key, found, judgement.catalog, before) for key in tables))
        what = "; ".join([*strangers, "the database holds other objects than the design"])
        raise refused(what, found, address, _MEND_TARGET)


def _stranger(table: ObjectId, found: list[Difference], meant: Catalog, before: Catalog) -> str:
    """Return in a person's words what another table of the same name has and lacks; empty if it is not another one."""
    has = [column.name for column in before.parts(table, Column)]
    lacks = [column.name for column in meant.parts(table, Column) if column.name not in has]
    if not lacks or not any(d.change == "extra" and d.id.path[:2] == table.path for d in found):
        return ""
    held = ", ".join(has) or "no columns"
    return f"a different table {'.'.join(table.path)} exists: it has {held}; it lacks {', '.join(lacks)}"


def _within(catalog: Catalog, tables: set[ObjectId]) -> set[ObjectId]:
    """Return all parts, and parts of parts, of some tables."""
    found: set[ObjectId] = set()
    waiting = list(tables)
    while waiting:
        parts = catalog.all_parts(waiting.pop())
        found.update(part.id for part in parts)
        waiting.extend(part.id for part in parts)
    return found


def _verify(before: Catalog, after: Catalog, judgement: Judgement, new: set[ObjectId], address: str) -> None:
    """Refuse unless exactly the new facts came to be, each as meant, and all others stayed."""
    # The schema public, which every new database has, goes if that is what is meant; PostgreSQL drops none in use.
    dropped = {ObjectId("schema", key.path) for key in new if key.kind == DroppedSchema.kind}
    before = before.only(key for key, fact in before.items() if not {key, fact.parent} & dropped)
    found = differences(before, after.only(before)) + unlike(
        judgement.catalog.only(new), after.only(set(after) - set(before)), after, with_sql=judgement.with_sql
    )
    if found:
        raise refused("what came to be is not what was meant, so it was rolled back", found, address, MEND_DESIGN)


@contextmanager
def alone(connection: psycopg.Connection[Any], address: str) -> Iterator[None]:
    """Hold the lock on deploying to this database and migrating it.

    It is given back before the connection is closed: the server takes its time to notice that one is gone.

    Raises
    ------
    DeployRefused
        If somebody else has it.
    """
    row = connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone()
    if row is None or not row[0]:
        raise DeployRefused(
            "another deployment to this database is running",
            where=target.describe(address),
            mend="wait until it has ended",
        )
    try:
        yield
    finally:
        with suppress(psycopg.OperationalError):  # the connection is gone, and the lock with it
            connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def lacking_error(missing: list[Missing], address: str, *, may_be_left_out: bool) -> DesignerError:
    """Return the refusal that names everything that a server lacks, and how to mend it."""
    otherwise = ", or leave out what needs it: allow_missing=True" if may_be_left_out else ""
    if len(missing) == 1:
        return DeployRefused(missing[0].what, where=target.describe(address), mend=f"{missing[0].mend}{otherwise}")
    lines = "".join(f"\n  - {item}" for item in missing)
    return DeployRefused(
        f"the server lacks {len(missing)} things that the design needs:{lines}",
        where=target.describe(address),
        mend=f"mend each of them{otherwise}",
    )


def _steps(progress: Progress | None) -> Callable[[str], Progress | None]:
    """Return a function that gives each phase its share of one progress of a hundred parts."""

    def phase(name: str) -> Progress | None:
        begin, end = _PHASES[name]

        def told(done: int, total: int, label: str) -> None:
            assert progress is not None
            progress(begin + (end - begin) * done // max(total, 1), 100, f"{name}: {label}")

        return told if progress is not None else None

    return phase


_MEND_TARGET: Final = (
    "deploying only adds; project.plan() shows what changes and drops it would take, which is then proved and applied"
)
