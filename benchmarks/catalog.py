"""How fast a database is read, written down, lifted and lowered, beside ``pg_dump`` and SQLAlchemy, in one run.

``make bench``, or ``python -m benchmarks.catalog --tables 1000 --json``. The database is generated: 12 columns, 1.5
foreign keys and 3 indexes a table, and a view and a function to every tenth. Each figure is the best of several runs;
what is compared takes turns, so that a busy machine is busy for all. All speak to the server through the same socket.
"""

from __future__ import annotations

import argparse
import gc
import json
import math
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg
import sqlalchemy

from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design.lift import lift
from designer_kernel.design.lower import lower
from designer_kernel.postgres import cluster
from designer_kernel.postgres.introspect import introspect, read
from designer_kernel.postgres.server import EmbeddedServer, embedded

TABLES: Final = 1_000
SIZES: Final = (100, 500, 1_000, 5_000)
RUNS: Final = 5

_COLUMNS: Final = (
    "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "code text NOT NULL", "name character varying(80)",
    "amount numeric(12,2) DEFAULT 0 CHECK (amount >= 0)", "active boolean NOT NULL DEFAULT true", "born date",
    "created timestamp with time zone NOT NULL DEFAULT now()", "detail jsonb DEFAULT '{}'", "tags text[]",
    "mood mood", "first bigint", "second bigint",
)  # fmt: skip


def main() -> None:
    """Measure and print."""
    parser = _parser("Read, render, lift and lower a large generated database.")
    parser.add_argument(
        "--no-growth", action="store_true", help="leave out how the times grow from 100 to 5,000 tables"
    )
    parser.add_argument("--memory-of", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.memory_of:
        print(json.dumps(_memory(options.memory_of)))
        return
    figures = measure(options.tables, () if options.no_growth else SIZES)
    print(json.dumps(figures) if options.json else _told(figures))


def command(description: str, measured: Callable[[int], dict[str, Any]], told: Callable[[dict[str, Any]], str]) -> None:
    """Measure what is asked for on the command line, and print it."""
    options = _parser(description).parse_args()
    figures = measured(options.tables)
    print(json.dumps(figures) if options.json else told(figures))


def _parser(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--tables", type=int, default=TABLES, help=f"tables of a database (default: {TABLES:,})")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


def measure(tables: int, sizes: Sequence[int]) -> dict[str, Any]:
    """Return seconds of each step at one size, ratios to other programs, memory, and how the times grow."""
    with tempfile.TemporaryDirectory(prefix="designer-") as folder, embedded(folder) as server:
        url = make(server, tables)
        with psycopg.connect(url) as connection:
            figures = {"tables": tables, "facts": len(introspect(connection)), **_speed(connection, url)}
        command = [sys.executable, "-m", "benchmarks.catalog", "--memory-of", url]
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
        return figures | {"memory": json.loads(done.stdout), "growth": _growth(server, sizes) if sizes else {}}


def make(server: EmbeddedServer, tables: int, name: str = "bench") -> str:
    """Make a database with a number of tables, and return its URL."""
    url = server.ensure_database(f"{name}_{tables}")
    with psycopg.connect(url) as connection:
        for statement in _statements(tables):
            connection.execute(statement.encode())
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    return url


def _statements(tables: int) -> list[str]:
    made = ["CREATE TYPE mood AS ENUM ('glad', 'sad')"]
    made += [f"CREATE TABLE t{n} ({', '.join(_COLUMNS)})" for n in range(tables)]
    for n in range(tables):
        made.append(f"ALTER TABLE t{n} ADD FOREIGN KEY (first) REFERENCES t{n * 7 % tables}")
        if n % 2:
            made.append(
                f"ALTER TABLE t{n} ADD FOREIGN KEY (second) REFERENCES t{(n * 3 + 1) % tables} ON DELETE CASCADE"
            )
        made.append(f"CREATE INDEX ON t{n} (first)")
        made.append(f"CREATE UNIQUE INDEX ON t{n} (code, born DESC)")
        made.append(f"CREATE INDEX ON t{n} (lower(name)) WHERE active")
    for n in range(0, tables, 10):
        made.append(
            f"CREATE VIEW v{n} AS SELECT a.id, a.name, sum(b.amount) AS total FROM t{n} a"
            f" LEFT JOIN t{(n + 1) % tables} b ON b.first = a.id WHERE a.active GROUP BY a.id, a.name"
        )
        made.append(
            f"CREATE FUNCTION f{n}(wanted bigint) RETURNS numeric LANGUAGE sql STABLE"
            f" AS 'SELECT amount FROM t{n} WHERE id = wanted'"
        )
    return made


def _speed(connection: psycopg.Connection[Any], url: str) -> dict[str, Any]:
    catalog = introspect(connection)
    design = lift(catalog).design
    seconds = best_of_each({
        "introspect": lambda: introspect(connection),
        "connect_and_introspect": lambda: read_catalog(url),
        "read_with_closing_check": lambda: read(connection),
        "pg_dump": lambda: dump(url),
        "sqlalchemy_reflect": lambda: _reflect(url),
    }) | best_of_each({
        "render": lambda: render.script(catalog),
        "lift": lambda: lift(catalog),
        "lower": lambda: lower(design),
    })  # fmt: skip
    return {
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "introspect_to_pg_dump": round(seconds["introspect"] / seconds["pg_dump"], 2),
        "connect_and_introspect_to_pg_dump": round(seconds["connect_and_introspect"] / seconds["pg_dump"], 2),
        "reflect_to_introspect": round(seconds["sqlalchemy_reflect"] / seconds["introspect"], 1),
    }


def best_of_each(steps: Mapping[str, Callable[[], object]], runs: int = RUNS) -> dict[str, float]:
    """Return the shortest time of several runs of each step, which take turns."""
    times: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(runs):
        for name, step in steps.items():
            gc.collect()
            started = time.perf_counter()
            step()
            times[name].append(time.perf_counter() - started)
    return {name: min(found) for name, found in times.items()}


def read_catalog(url: str) -> Catalog:
    """Return what a database holds, over a connection of its own."""
    with psycopg.connect(url) as connection:
        return introspect(connection)


def dump(url: str) -> None:
    program = cluster.binaries() / "pg_dump"
    subprocess.run([program, "--schema-only", "-f", "/dev/null", "-d", url], check=True, env=cluster.environment())


def _reflect(url: str) -> None:
    engine = sqlalchemy.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(url))
    sqlalchemy.MetaData().reflect(engine)
    engine.dispose()


def _memory(url: str) -> dict[str, float]:
    """Return how much a process of its own grows by reading and rendering a database, in megabytes."""
    with psycopg.connect(url) as connection:
        introspect(connection, ["no such schema"])  # imports and opens all that any reading needs
        before = _peak()
        catalog = introspect(connection)
        after_reading = _peak()
        render.script(catalog)
    after = _peak()
    return {"introspect": after_reading - before, "and_render": after - before, "whole_process": after}


def _peak() -> float:
    """Return the most memory that this process has had, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage tells on Linux begins with the size of the parent
        found = re.search(r"VmHWM:\s+(\d+)", status.read_text())
        return int(found[1]) / 1e3 if found else 0.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def _growth(server: EmbeddedServer, sizes: Sequence[int]) -> dict[str, Any]:
    """Return the times at several sizes, and the exponent of the size that fits them best."""
    times: dict[str, list[float]] = {}
    for size in sizes:
        with psycopg.connect(make(server, size, "growth")) as connection:
            catalog = introspect(connection)
            design = lift(catalog).design
            steps: dict[str, Callable[[], object]] = {
                "introspect": partial(introspect, connection),
                "render": partial(render.script, catalog),
                "lift": partial(lift, catalog),
                "lower": partial(lower, design),
            }
            for name, seconds in best_of_each(steps, 3).items():
                times.setdefault(name, []).append(seconds)
    return {
        "tables": list(sizes),
        **{name: [round(value, 3) for value in values] for name, values in times.items()},
        "exponents": {name: round(_exponent(sizes, values), 2) for name, values in times.items()},
    }


def _exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """Return the slope of the line through sizes and times on logarithmic scales, by least squares."""
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in times]
    middle, height = sum(x) / len(x), sum(y) / len(y)
    above = sum((a - middle) * (b - height) for a, b in zip(x, y, strict=True))
    return above / sum((a - middle) ** 2 for a in x)


def _told(figures: dict[str, Any]) -> str:
    seconds = figures["seconds"]
    lines = [f"{figures['tables']:,} tables, {figures['facts']:,} facts", ""]
    wanted = dict.fromkeys(("render", "lift", "lower"), "   (less than 1 is wanted)")
    lines += [f"{name.replace('_', ' '):<32} {value:>8.2f} s{wanted.get(name, '')}" for name, value in seconds.items()]
    lines += [
        "",
        f"{'introspect, beside pg_dump':<32} {figures['introspect_to_pg_dump']:>8.2f}   (1 or less is wanted)",
        f"{'  with connecting':<32} {figures['connect_and_introspect_to_pg_dump']:>8.2f}",
        f"{'reflect, beside introspect':<32} {figures['reflect_to_introspect']:>8.1f}   (4 or more is wanted)",
        f"{'memory of introspect and render':<32} {figures['memory']['and_render']:>8.0f} MB (under 300 is wanted)",
    ]
    if growth := figures["growth"]:
        lines += ["", f"{'tables':<16}" + "".join(f"{size:>10,}" for size in growth["tables"]) + "  exponent"]
        lines += [
            f"{name:<16}" + "".join(f"{value:>8.2f} s" for value in growth[name]) + f"{exponent:>10.2f}"
            for name, exponent in growth["exponents"].items()
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
