"""How fast changes are found, planned and proved, beside Alembic's comparison and ``pg_dump``, in one run.

``make bench``, or ``python -m benchmarks.migrations --tables 1000 --json``. The database is that of
`benchmarks.catalog`; fifty mixed changes are made to a copy of it. What happens in scratch databases is measured apart:
it is the server's time, and the second plan of the same two states spends none on it.
"""

from __future__ import annotations

import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, Final

import psycopg
import sqlalchemy

from benchmarks.catalog import best_of_each, command, dump, make, read_catalog
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.objects import Change
from designer_kernel.migrate.changes import changes
from designer_kernel.migrate.plan import Plan, plan
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.postgres.server import EmbeddedServer, embedded

CHANGES: Final = 50

_KINDS: Final[tuple[Callable[[int], str], ...]] = (
    lambda n: f"ALTER TABLE t{n} ADD COLUMN note text NOT NULL DEFAULT ''",
    lambda n: f"ALTER TABLE t{n} DROP COLUMN tags",
    lambda n: f"ALTER TABLE t{n} ALTER amount TYPE numeric(14,2)",
    lambda n: f"CREATE INDEX ON t{n} (created)",
    lambda n: f"ALTER TABLE t{n} ALTER code SET DEFAULT 'none'",
    lambda n: f"ALTER TABLE t{n} ADD CONSTRAINT told CHECK (born < created)",
    lambda n: f"CREATE TABLE new{n} (id bigint PRIMARY KEY, of bigint REFERENCES t{n})",
    lambda n: f"ALTER TABLE t{n} ALTER name SET NOT NULL",
    lambda n: f"COMMENT ON TABLE t{n} IS 'changed'",
    lambda n: f"CREATE VIEW seen{n} AS SELECT id, name FROM t{n} WHERE active",
)  # fmt: skip
"""The changes, in turn; the number is that of a table."""


class TimedRehearsal(Rehearsal):
    """Tells how long its scratch databases took."""

    def __init__(self, server: Any) -> None:
        super().__init__(server)
        self.seconds = 0.0

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Keep databases, and note how long it takes to drop them."""
        with ExitStack() as stack:
            stack.enter_context(super().kept())
            yield
            started = time.perf_counter()
            stack.close()
            self.seconds += time.perf_counter() - started

    def __call__(self, catalog: Catalog, statements: tuple[str, ...]) -> Catalog:
        """Return what a catalog is after statements, and note how long that took."""
        started = time.perf_counter()
        try:
            return super().__call__(catalog, statements)
        finally:
            self.seconds += time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    command("Compare, plan and plan again for a large generated database.", measure, _told)


def measure(tables: int) -> dict[str, Any]:
    """Return seconds of each step, and ratios to other programs."""
    with tempfile.TemporaryDirectory(prefix="designer-") as folder, embedded(folder) as server:
        old, same, new = (make(server, tables, name) for name in ("old", "same", "new"))
        _alter(new, tables)
        before, equal, after = read_catalog(old), read_catalog(same), read_catalog(new)
        version = server_version(old)
        seconds = best_of_each({
            "diff_of_equals": lambda: differences(before, equal),
            "changes_of_equals": lambda: changes(Change(before, equal, version)),
            "introspect_and_diff": lambda: differences(before, read_catalog(same)),
            "alembic_compare": lambda: _alembic(old, same),
            "pg_dump": lambda: dump(old),
        })  # fmt: skip
        assert not differences(before, equal)
        planned = _planned(server, before, after, version)
    return {
        "tables": tables,
        "facts": len(before),
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "plan": planned,
        "alembic_to_introspect_and_diff": round(seconds["alembic_compare"] / seconds["introspect_and_diff"], 1),
        "diff_to_pg_dump": round(seconds["diff_of_equals"] / seconds["pg_dump"], 3),
        "plan_to_pg_dump": round(planned["own"] / seconds["pg_dump"], 2),
    }


def server_version(url: str) -> int:
    """Return the major version of a server."""
    with psycopg.connect(url) as connection:
        return connection.info.server_version // 10000


def _alter(url: str, tables: int) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for number in range(CHANGES):
            connection.execute(_KINDS[number % len(_KINDS)](number * 13 % tables).encode())


def _planned(server: EmbeddedServer, before: Catalog, after: Catalog, version: int) -> dict[str, Any]:
    """Return what the first and the second plan take, and how much of it scratch databases do."""
    shadow = TimedRehearsal(server)
    first, way = _timed(lambda: plan(before, after, version=version, shadow=shadow))
    in_shadow, shadow.seconds = shadow.seconds, 0.0
    again, _ = _timed(lambda: plan(before, after, version=version, shadow=shadow))
    return {
        "steps": len(way.up),
        "first": round(first, 3),
        "in_scratch_databases": round(in_shadow, 3),
        "own": round(first - in_shadow, 3),
        "again": round(again, 3),
        "again_in_scratch_databases": round(shadow.seconds, 3),
    }


def _timed(work: Callable[[], Plan]) -> tuple[float, Plan]:
    started = time.perf_counter()
    made = work()
    return time.perf_counter() - started, made


def _alembic(old: str, new: str) -> None:
    """Let Alembic compare two databases: it reads the new one into a MetaData, then the old one against it."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engines = [
        sqlalchemy.create_engine("postgresql+psycopg://", creator=lambda u=u: psycopg.connect(u)) for u in (old, new)
    ]
    warnings.simplefilter("ignore", sqlalchemy.exc.SAWarning)  # the tables refer to each other in circles
    metadata = sqlalchemy.MetaData()
    metadata.reflect(engines[1])
    with engines[0].connect() as connection:
        compare_metadata(MigrationContext.configure(connection), metadata)
    for engine in engines:
        engine.dispose()


def _told(figures: dict[str, Any]) -> str:
    lines = [f"{figures['tables']:,} tables, {figures['facts']:,} facts, {CHANGES} changes", ""]
    wanted = {"diff_of_equals": "   (less than 0.1 is wanted)"}
    lines += [
        f"{name.replace('_', ' '):<36} {value:>8.3f} s{wanted.get(name, '')}"
        for name, value in figures["seconds"].items()
    ]
    made = figures["plan"]
    lines += [
        "",
        f"{'plan, both ways':<36} {made['first']:>8.3f} s, {made['steps']} steps up",
        f"{'  of that in scratch databases':<36} {made['in_scratch_databases']:>8.3f} s",
        f"{'  of that our own':<36} {made['own']:>8.3f} s   (less than 1 is wanted)",
        f"{'plan of the same again':<36} {made['again']:>8.3f} s",
        f"{'  of that in scratch databases':<36} {made['again_in_scratch_databases']:>8.3f} s   (none is wanted)",
        "",
        f"{'Alembic, beside introspect and diff':<36} {figures['alembic_to_introspect_and_diff']:>8.1f}",
        f"{'diff, beside pg_dump':<36} {figures['diff_to_pg_dump']:>8.3f}",
        f"{'our part of a plan, beside pg_dump':<36} {figures['plan_to_pg_dump']:>8.2f}",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
