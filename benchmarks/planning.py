"""How fast sample data is planned for a large database: no row is made but those that the plan is tried on.

``make bench``, or ``python -m benchmarks.planning --tables 1000 --json``. Two generated databases: that of
`benchmarks.catalog` (references that may be NULL, in circles), and one of tenants, where every reference is NOT NULL
and carries the tenant. Each figure is the best of several runs.
"""

from __future__ import annotations

import tempfile
import time
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

from benchmarks import catalog as databases
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.postgres.server import EmbeddedServer, embedded
from designer_kernel.sample import Plan
from designer_kernel.sample.planning import planner

RUNS: Final = 3
PARTS: Final = 20

_COLUMNS: Final[tuple[LiteralString, ...]] = (
    "tenant_id uuid NOT NULL REFERENCES tenants",
    "id uuid NOT NULL DEFAULT gen_random_uuid()",
    "name varchar(80) NOT NULL",
    "status text NOT NULL CHECK (status IN ('new', 'paid', 'sent'))",
    "price numeric(12, 2) NOT NULL CHECK (price >= 0)",
    "quantity integer NOT NULL CHECK (quantity BETWEEN 1 AND 9)",
    "created_at timestamptz NOT NULL DEFAULT now()",
    "paid_at timestamptz CHECK (paid_at >= created_at)",
    "detail jsonb",
    "PRIMARY KEY (tenant_id, id)",
    "UNIQUE (tenant_id, name)",
)
_REFERENCE: Final = sql.SQL("FOREIGN KEY (tenant_id, parent_id) REFERENCES {}")


def main() -> None:
    """Measure and print."""
    databases.command("Plan sample data for a large generated database.", measure, _told)


def measure(tables: int) -> dict[str, Any]:
    """Return seconds of planning and of writing and reading the plan's document, for each database."""
    with tempfile.TemporaryDirectory(prefix="designer-") as folder, embedded(folder) as server:
        return {
            "tables": tables,
            "circles": _measured(databases.read_catalog(databases.make(server, tables))),
            "tenants": _measured(databases.read_catalog(make_tenants(server, tables))),
        }


def make_tenants(server: EmbeddedServer, tables: int) -> str:
    """Make a database of tables that refer to each other inside of a tenant, and return its URL."""
    url = server.ensure_database(f"tenants_{tables}")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE tenants (id uuid PRIMARY KEY, name text NOT NULL UNIQUE)")
        for n in range(tables - 1):
            lines: list[sql.Composable] = [sql.SQL(line) for line in _COLUMNS]
            if n:
                lines += [sql.SQL("parent_id uuid NOT NULL"), _REFERENCE.format(sql.Identifier(f"t{n // PARTS}"))]
            made = sql.SQL("CREATE TABLE {} ({})").format(sql.Identifier(f"t{n}"), sql.SQL(", ").join(lines))
            connection.execute(made)
    return url


def _measured(catalog: Catalog) -> dict[str, Any]:
    figures: dict[str, float] = {}
    for _ in range(RUNS):
        started = time.perf_counter()
        plan = planner.plan(catalog, scale=0.1)
        planned = time.perf_counter()
        text = plan.to_yaml()
        written = time.perf_counter()
        again = Plan.from_yaml(text, catalog)
        read = time.perf_counter()
        last = plan.tables[plan.order[-1]].label
        again.preview(last)
        shown = time.perf_counter()
        assert again == plan
        run = {
            "plan": planned - started,
            "to_yaml": written - planned,
            "from_yaml": read - written,
            "preview": shown - read,
        }
        figures = {name: min(seconds, figures.get(name, seconds)) for name, seconds in run.items()}
    return {"rows": plan.rows, **{name: round(seconds, 4) for name, seconds in figures.items()}}


def _told(figures: dict[str, Any]) -> str:
    lines = [f"sample data planned for {figures['tables']:,} tables (best of {RUNS} runs)"]
    for name in ("circles", "tenants"):
        found = figures[name]
        lines.append(
            f"  {name}: plan {found['plan']:.2f} s ({1000 * found['plan'] / figures['tables']:.2f} ms a table), "
            f"to YAML {found['to_yaml']:.2f} s, from YAML {found['from_yaml']:.2f} s, "
            f"ten rows of the last table {1000 * found['preview']:.1f} ms"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
