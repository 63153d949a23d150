"""What a target remembers of its migrations: each with its time, its outcome, and all that is needed to undo it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import UnknownObject
from designer_kernel.migrate import record_tables
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.steps import Mode

Direction: TypeAlias = Literal["up", "down", "noted", "revert"]
"""What a record is of: a migration, the undoing of one, a change that somebody else made and we only noted, or the way
back from such a change to what was recorded before; that is nothing to undo."""

_MOMENT: Final = "%Y-%m-%d %H:%M:%S%z"


@dataclass(frozen=True, slots=True)
class Record:
    """One migration that was applied to a target, or failed.

    Attributes
    ----------
    id
        Its number on the target; later ones are greater.
    version
        The version of the design that it led to; 0 if it does not belong to the versions of a design.
    direction
        Whether it went up, undid another one, was only noted, or led back to what was recorded.
    by
        Who did it, as he said; ``role`` is the server's role.
    rolled_back_at, rolled_back_by
        When it was undone, and the record of that.
    """

    id: int
    version: int
    name: str
    direction: Direction
    mode: Mode
    up_hash: str
    down_hash: str
    plan_hash: str
    proof_hash: str
    before_hash: str
    after_hash: str
    design_hash: str
    applied_at: datetime
    duration: timedelta
    by: str
    role: str
    success: bool
    error: str
    rolled_back_at: datetime | None
    rolled_back_by: int | None
    run: UUID

    def __str__(self) -> str:
        number = f" (version {self.version})" if self.version else ""
        state = "applied" if self.success else "failed"
        took = f"by {self.by} in {self.duration.total_seconds():.1f} s"
        undone = f", rolled back {self.rolled_back_at:{_MOMENT}}" if self.rolled_back_at else ""
        why = "" if self.success else f": {self.error}"
        return f"{self.id} {self.name}{number}: {state} {self.applied_at:{_MOMENT}} {took}{undone}{why}"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        return values | {
            "applied_at": self.applied_at.isoformat(),
            "duration": self.duration.total_seconds(),
            "rolled_back_at": None if self.rolled_back_at is None else self.rolled_back_at.isoformat(),
            "run": str(self.run),
        }


_COLUMNS: Final = """
    SELECT id, version, name, direction, mode, up_hash, down_hash, plan_hash, proof_hash, before_hash, after_hash,
           design_hash, applied_at, duration, by_whom AS "by", role, success, error, rolled_back_at, rolled_back_by, run
    FROM schema_designer.schema_migrations
"""

_ADD: Final = """
    INSERT INTO schema_designer.schema_migrations (
        version, name, direction, mode, up_hash, down_hash, plan_hash, proof_hash, before_hash, after_hash, design_hash,
        duration, by_whom, success, error, run, document, before_catalog, after_catalog)
    VALUES (%(version)s, %(name)s, %(direction)s, %(mode)s, %(up)s, %(down)s, %(plan)s, %(proof)s, %(before)s,
        %(after)s, %(design)s, %(duration)s, coalesce(nullif(%(by)s, ''), session_user), %(success)s, %(error)s,
        %(run)s, %(document)s, %(before_catalog)s, %(after_catalog)s)
    RETURNING id
"""

_DOCUMENT: Final = """
    SELECT m.document, b.catalog::text, a.catalog::text
    FROM schema_designer.schema_migrations m
    JOIN schema_designer.schema_catalogs b ON b.hash = m.before_catalog
    JOIN schema_designer.schema_catalogs a ON a.hash = m.after_catalog
    WHERE m.id = %s
"""


def history(connection: psycopg.Connection[Any]) -> list[Record]:
    """Return all that a target remembers, the oldest first; attempts that failed too.

    Raises
    ------
    RecordsUnusable
        If the role may not read it, or it is not ours.
    """
    return _records(connection, b" ORDER BY id")


def last(connection: psycopg.Connection[Any]) -> Record | None:
    """Return the record that says what the target holds now; none if nothing was applied to it."""
    found = _records(connection, b" WHERE success ORDER BY id DESC LIMIT 1")
    return found[0] if found else None


def find(connection: psycopg.Connection[Any], run: UUID) -> Record | None:
    """Return the record of one run; none if it was not recorded."""
    found = _records(connection, b" WHERE run = %s", [run])
    return found[0] if found else None


def applied(connection: psycopg.Connection[Any]) -> list[Record]:
    """Return the records that can be rolled back, the oldest first: what went up or was noted, and stayed."""
    where = b" WHERE success AND direction IN ('up', 'noted') AND rolled_back_at IS NULL ORDER BY id"
    return _records(connection, where)


def migration_of(connection: psycopg.Connection[Any], record: Record) -> Migration:
    """Return the whole migration of a record.

    Raises
    ------
    UnknownObject
        If the target keeps none: an attempt that failed is remembered without it.
    """
    row = connection.execute(_DOCUMENT, [record.id]).fetchone()
    if row is None:
        raise UnknownObject(
            f"the target keeps no migration of {record.name!r}, record {record.id}",
            mend="name a record of the history that was applied",
        )
    return revived(*row)


def add(
    connection: psycopg.Connection[Any],
    migration: Migration,
    run: UUID,
    *,
    duration: timedelta,
    by: str,
    direction: Direction = "up",
    undoes: int | None = None,
) -> int:
    """Remember a migration that is applied, in the transaction that is open, and return the number of its record.

    Parameters
    ----------
    undoes
        The number of the record that it undoes.
    """
    values = _values(migration, run, duration, by, direction) | {"success": True, "error": ""}
    document, before, after = stored(connection, migration)
    number = _number(connection, values | {"document": document, "before_catalog": before, "after_catalog": after})
    if undoes is not None:
        connection.execute(
            "UPDATE schema_designer.schema_migrations SET rolled_back_at = clock_timestamp(), rolled_back_by = %s"
            " WHERE id = %s",
            [number, undoes],
        )
    return number


def add_failure(
    connection: psycopg.Connection[Any],
    migration: Migration,
    run: UUID,
    *,
    duration: timedelta,
    by: str,
    error: str,
    direction: Direction = "up",
) -> int:
    """Remember an attempt that failed, without the migration itself, and return the number of its record."""
    nothing = {"document": None, "before_catalog": None, "after_catalog": None}
    values = _values(migration, run, duration, by, direction) | {"success": False, "error": error}
    return _number(connection, values | nothing)


def stored(connection: psycopg.Connection[Any], migration: Migration) -> tuple[str, str, str]:
    """Return a migration as a document, and the names under which its catalogs are kept, each once."""
    kept = [_keep(connection, catalog) for catalog in (migration.before, migration.after)]
    document = {name: value for name, value in migration.as_dict().items() if name not in {"before", "after"}}
    return json.dumps(document, ensure_ascii=False), kept[0], kept[1]


def documents(migration: Migration) -> tuple[str, str, str]:
    """Return a migration as a document, and the texts of its catalogs: what `add` keeps of it."""
    document = {name: value for name, value in migration.as_dict().items() if name not in {"before", "after"}}
    catalogs = [canonical.to_json(catalog) for catalog in (migration.before, migration.after)]
    return json.dumps(document, ensure_ascii=False), catalogs[0], catalogs[1]


def catalog_name(text: str) -> str:
    """Return the name under which a catalog is kept: the hash of its text, since the order of its facts counts too."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def revived(document: dict[str, Any], before: str, after: str) -> Migration:
    """Return the migration of a document and of the texts of its catalogs."""
    return Migration.from_dict({**document, "before": json.loads(before), "after": json.loads(after)})


def ignored(connection: psycopg.Connection[Any]) -> frozenset[ObjectId]:
    """Return the objects of a target that are not compared any more."""
    if record_tables.version(connection) == 0:
        return frozenset()
    rows = connection.execute("SELECT kind, path FROM schema_designer.schema_ignored").fetchall()
    return frozenset(ObjectId(kind, tuple(path)) for kind, path in rows)


def ignore(connection: psycopg.Connection[Any], objects: Iterable[ObjectId], by: str) -> None:
    """Remember objects of a target that are not to be compared any more."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO schema_designer.schema_ignored (kind, path, by_whom)"
            " VALUES (%s, %s, coalesce(nullif(%s, ''), session_user)) ON CONFLICT DO NOTHING",
            [[key.kind, list(key.path), by] for key in objects],
        )


def heed(connection: psycopg.Connection[Any], objects: Iterable[ObjectId]) -> None:
    """Forget that objects are not to be compared."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "DELETE FROM schema_designer.schema_ignored WHERE kind = %s AND path = %s",
            [[key.kind, list(key.path)] for key in objects],
        )


def _records(connection: psycopg.Connection[Any], rest: bytes, parameters: Sequence[Any] = ()) -> list[Record]:
    if record_tables.version(connection) == 0:
        return []
    # binary, since not every style of dates and intervals that a session may have is understood as text
    with connection.cursor(row_factory=class_row(Record), binary=True) as cursor:
        return cursor.execute(_COLUMNS.encode() + rest, parameters).fetchall()


def _values(migration: Migration, run: UUID, duration: timedelta, by: str, direction: Direction) -> dict[str, Any]:
    plan = migration.plan
    return {
        "version": migration.number,
        "name": migration.name,
        "direction": direction,
        "mode": plan.mode,
        "up": plan.up_hash,
        "down": plan.down_hash,
        "plan": plan.hash,
        "proof": "" if migration.proof is None else migration.proof.hash,
        "before": plan.before,
        "after": plan.after,
        "design": migration.design,
        "duration": duration,
        "by": by,
        "run": run,
    }


def _number(connection: psycopg.Connection[Any], values: dict[str, Any]) -> int:
    row = connection.execute(_ADD, values).fetchone()
    assert row is not None
    return int(row[0])


def _keep(connection: psycopg.Connection[Any], catalog: Catalog) -> str:
    """Keep a catalog, once, and return its name."""
    text = canonical.to_json(catalog)
    name = catalog_name(text)
    connection.execute(
        "INSERT INTO schema_designer.schema_catalogs VALUES (%s, %s) ON CONFLICT DO NOTHING", [name, text]
    )
    return name
