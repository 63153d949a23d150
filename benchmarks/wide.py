"""One wide table: made and loaded, beside the server's own COPY BINARY of the very same rows."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any, Final, LiteralString

import psycopg
from faker import Faker
from psycopg import sql

from benchmarks.copying import columns_of, copy_in, copy_out, in_turns, side_by_side, timed
from designer_kernel import sample
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample.loading import compiled
from designer_kernel.sample.loading.encoding import stream
from designer_kernel.sample.loading.pipeline import Ahead
from designer_kernel.sample.loading.sending import send
from designer_kernel.sample.plan import Plan

TABLE: Final = "orders"
_NAME: Final = ("public", TABLE)
_IDENTIFIER: Final = sql.Identifier(TABLE)

_SCHEMA: Final[LiteralString] = """
CREATE TABLE orders (
  id uuid NOT NULL, customer_id uuid NOT NULL, account_id uuid NOT NULL, order_number varchar(32) NOT NULL,
  status varchar(16) NOT NULL CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled')),
  subtotal numeric(12, 2) NOT NULL, total numeric(12, 2) NOT NULL, currency char(3) NOT NULL,
  shipping_address jsonb NOT NULL, created_at timestamptz NOT NULL
)
"""
_WORTH_IT: Final = compiled.WORTH_IT
_STATUSES: Final = ("pending", "paid", "shipped", "delivered", "cancelled")
_KEY: Final[LiteralString] = "ALTER TABLE orders ADD PRIMARY KEY (id)"


def measure(server: EmbeddedServer, folder: Path, rows: int, rounds: int, seed: int, faker_rows: int) -> dict[str, Any]:
    """Return rows a second of each way, and their ratios."""
    url = server.ensure_database(f"wide_{rows}")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_SCHEMA)
        sample.fill(url, rows={TABLE: rows}, seed=seed)
        columns = columns_of(connection, TABLE)
        everything = folder / "rows"
        copy_out(connection, sql.SQL("SELECT {} FROM {}").format(columns, _IDENTIFIER), everything)
        figures: dict[str, Any] = {"rows": rows, "bytes": everything.stat().st_size}
        figures |= _one_connection(connection, url, columns, everything, rows, rounds, seed)
        figures |= _two_connections(connection, url, columns, folder, rows, rounds, seed)
        figures |= _with_key(connection, url, columns, everything, rows, rounds, seed)
        everything.unlink()
        if faker_rows:
            figures |= _faker(connection, columns, faker_rows, figures["one_connection"]["rows_per_second"])
    return figures


def _one_connection(
    connection: psycopg.Connection[Any],
    url: str,
    columns: sql.Composable,
    file: Path,
    rows: int,
    rounds: int,
    seed: int,
) -> dict[str, Any]:
    """Sending alone: the seconds of COPY, in a transaction that has emptied the table before, on both sides."""
    client: dict[bool, list[float]] = {False: [], True: []}

    def ceiling() -> float:
        with connection.transaction():
            connection.execute("TRUNCATE orders")
            return copy_in(connection, _IDENTIFIER, columns, file, freeze=True)

    def plain() -> float:
        connection.execute("TRUNCATE orders")
        return copy_in(connection, _IDENTIFIER, columns, file)

    def ours(is_compiled: bool) -> float:
        _compile(is_compiled)
        before = time.process_time()
        filling = sample.fill(url, rows={TABLE: rows}, seed=seed, mode="replace")
        client[is_compiled].append(time.process_time() - before)
        return filling.loading

    steps = {"ceiling": ceiling, "ours": partial(ours, False), "compiled": partial(ours, True), "plain": plain}
    found = in_turns(steps, rounds, _settled(connection))
    spent = {is_compiled: round(min(times) / rows * 1e6, 2) for is_compiled, times in client.items()}
    return {
        "ceiling": _rate(rows, found["ceiling"]),
        "ceiling_plain": _rate(rows, found["plain"]),
        "one_connection": _rate(rows, found["ours"]) | {"client_cpu_per_million": spent[False]},
        "one_connection_compiled": _rate(rows, found["compiled"]) | {"client_cpu_per_million": spent[True]},
        "ratio_one_connection": round(found["ceiling"] / found["ours"], 2),
        "ratio_one_connection_compiled": round(found["ceiling"] / found["compiled"], 2),
        "ratio_of_plain": round(found["plain"] / found["ours"], 2),
        "ratio_of_plain_compiled": round(found["plain"] / found["compiled"], 2),
    }


def _two_connections(
    connection: psycopg.Connection[Any],
    url: str,
    columns: sql.Composable,
    folder: Path,
    rows: int,
    rounds: int,
    seed: int,
) -> dict[str, Any]:
    """Two connections that take half of the rows each: files on one side, two processes that make rows on the other.

    ``two_connections`` are the processes once they run; ``fill_over_two_connections`` is a whole fill, which starts
    them (about a second) and notes each part in its journal.
    """
    half = rows // 2
    halves = [folder / "first half", folder / "second half"]
    query = sql.SQL("SELECT {} FROM {} LIMIT {} OFFSET {}")
    copy_out(connection, query.format(columns, _IDENTIFIER, sql.Literal(half), sql.Literal(0)), halves[0])
    copy_out(connection, query.format(columns, _IDENTIFIER, sql.Literal(rows - half), sql.Literal(half)), halves[1])
    plan = sample.plan(url, rows={TABLE: rows}, seed=seed)

    def copy(file: Path) -> None:
        with psycopg.connect(url, autocommit=True) as other:
            copy_in(other, _IDENTIFIER, columns, file)

    def ceiling() -> float:
        connection.execute("TRUNCATE orders")
        return side_by_side([partial(copy, file) for file in halves])

    def whole() -> float:
        _compile(rows >= _WORTH_IT)
        connection.execute("TRUNCATE orders")
        return sample.fill(url, rows={TABLE: rows}, seed=seed, connections=2).loading

    with _workers(plan) as pool:

        def ours(is_compiled: bool) -> float:
            connection.execute("TRUNCATE orders")
            ranges = [(url, 0, half, is_compiled), (url, half, rows, is_compiled)]
            return timed(lambda: pool.starmap(_send, ranges, chunksize=1))

        steps = {"ceiling": ceiling, "ours": partial(ours, False), "compiled": partial(ours, True), "whole": whole}
        found = in_turns(steps, rounds, _settled(connection))
    for file in halves:
        file.unlink()
    return {
        "ceiling_two_connections": _rate(rows, found["ceiling"]),
        "two_connections": _rate(rows, found["ours"]),
        "two_connections_compiled": _rate(rows, found["compiled"]),
        "fill_over_two_connections": _rate(rows, found["whole"]),
        "ratio_two_connections": round(found["ceiling"] / found["ours"], 2),
        "ratio_two_connections_compiled": round(found["ceiling"] / found["compiled"], 2),
        "ratio_fill_over_two_connections": round(found["ceiling"] / found["whole"], 2),
    }


def _with_key(
    connection: psycopg.Connection[Any],
    url: str,
    columns: sql.Composable,
    file: Path,
    rows: int,
    rounds: int,
    seed: int,
) -> dict[str, Any]:
    """Everything, with a primary key: reading the catalog and planning count for us, statistics for both."""
    connection.execute("TRUNCATE orders")
    connection.execute(_KEY)

    def ceiling() -> float:
        with connection.transaction():
            connection.execute("TRUNCATE orders")
            connection.execute("ALTER TABLE orders DROP CONSTRAINT orders_pkey")
            return copy_in(connection, _IDENTIFIER, columns, file, freeze=True) + timed(
                lambda: (connection.execute(_KEY), connection.execute("ANALYZE orders"))
            )

    def in_place() -> float:
        with connection.transaction():
            connection.execute("TRUNCATE orders")
            return copy_in(connection, _IDENTIFIER, columns, file, freeze=True)

    def ours() -> float:
        return sample.fill(url, rows={TABLE: rows}, seed=seed, mode="replace").seconds

    _compile(rows >= _WORTH_IT)
    steps = {"ceiling": ceiling, "in_place": in_place, "ours": ours}
    connection.execute("SET maintenance_work_mem = '256MB'")  # as a fill sets it
    found = in_turns(steps, rounds, _settled(connection))
    return {
        "ceiling_key_added_afterwards": _rate(rows, found["ceiling"]),
        "ceiling_key_in_place": _rate(rows, found["in_place"]),
        "with_key": _rate(rows, found["ours"]),
        "ratio_with_key": round(found["ceiling"] / found["ours"], 2),
        "ratio_with_key_in_place": round(found["in_place"] / found["ours"], 2),
    }


def _faker(
    connection: psycopg.Connection[Any], columns: sql.Composable, rows: int, rows_per_second: float
) -> dict[str, Any]:
    """Faker, one call for each value, and psycopg's own COPY."""
    fake = Faker()
    Faker.seed(0)
    connection.execute("TRUNCATE orders")
    _faked(fake)  # it loads its lists when they are first needed

    def load() -> None:
        statement = sql.SQL("COPY {} ({}) FROM STDIN").format(_IDENTIFIER, columns)
        with connection.cursor().copy(statement) as copy:
            for _ in range(rows):
                copy.write_row(_faked(fake))

    rate = rows / timed(load)
    return {
        "faker": {"rows": rows, "rows_per_second": round(rate)},
        "times_faker": round(rows_per_second / rate),
    }


def _faked(fake: Faker) -> tuple[Any, ...]:
    """Return a row of the same columns, with the same sort of values."""
    subtotal = fake.pydecimal(left_digits=4, right_digits=2, positive=True)
    address = {
        "name": fake.name(), "line1": fake.street_address(), "city": fake.city(), "region": fake.state(),
        "postal_code": fake.postcode(), "country": fake.country_code(),
    }  # fmt: skip
    return (
        fake.uuid4(), fake.uuid4(), fake.uuid4(), fake.bothify("ORD-#######"), fake.random_element(_STATUSES),
        subtotal, subtotal, fake.currency_code(), json.dumps(address), fake.date_time_between("-2y"),
    )  # fmt: skip


_PLAN: Plan | None = None


@contextmanager
def _workers(plan: Plan) -> Iterator[Pool]:
    """Two processes that hold the plan and have made some rows, so that starting them is not measured."""
    with multiprocessing.get_context("spawn").Pool(2, _begin, (plan,)) as pool:
        pool.map(_warm, range(4), chunksize=1)
        yield pool


def _begin(plan: Plan) -> None:
    globals()["_PLAN"] = plan


def _warm(_number: int) -> int:
    assert _PLAN is not None
    time.sleep(0.2)  # so that each of the processes gets some of these
    made = 0
    for is_compiled in (False, True):
        _compile(is_compiled)
        made += sum(rows for _, rows in stream(_PLAN, _NAME, 0, min(20_000, _PLAN.tables[_NAME].rows)))
    return made


def _send(url: str, start: int, stop: int, is_compiled: bool) -> int:
    assert _PLAN is not None
    _compile(is_compiled)
    with psycopg.connect(url, autocommit=True) as connection, Ahead(stream(_PLAN, _NAME, start, stop)) as pieces:
        return send(connection, _PLAN.tables[_NAME], stop - start, pieces, lambda rows: None)


def _compile(is_compiled: bool) -> None:
    """Let all tables, or none, be written by the compiled loop, and load it first, so that this is not measured."""
    if is_compiled:
        compiled.Compiled()
    compiled.WORTH_IT = 0 if is_compiled else 1 << 60  # type: ignore[misc]


def _settled(connection: psycopg.Connection[Any]) -> Callable[[], object]:
    return lambda: connection.execute("CHECKPOINT")


def _rate(rows: int, seconds: float) -> dict[str, float]:
    return {"seconds": round(seconds, 2), "rows_per_second": round(rows / seconds)}
