"""What is sent as COPY BINARY is what the server then holds, whatever the ranges and chunks that it was made in."""

# ruff: noqa: E501 a table reads better with one type a line

from __future__ import annotations

import gc
import struct
import tracemalloc
from decimal import Decimal
from typing import Any

import numpy as np
import psycopg
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from psycopg import sql

from designer_kernel.sample import fill, plan
from designer_kernel.sample.loading import compiled
from designer_kernel.sample.loading.assembly import Assembler
from designer_kernel.sample.loading.columns import sent
from designer_kernel.sample.loading.compiled import Compiled
from designer_kernel.sample.loading.encoding import HEADER, TRAILER, stream
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import FOREVER, NEVER, Values
from designer_kernel.sample.rows.written import Picked, written
from tests.designer_kernel.sample.databases import contents, create

ROWS = 6
_I8 = np.iinfo(np.int64)


def _numeric(precision: int | None, scale: int) -> Form:
    return Form("numeric", "numeric", precision=precision, scale=scale)


def _ints(*items: int) -> Values:
    return Values(np.array([*items, *[0] * (ROWS - len(items))], dtype=np.int64))


def _text(*items: str) -> Values:
    return Values(pa.array([*items, *[""] * (ROWS - len(items))], type=pa.string()))


COLUMNS: dict[str, tuple[Form, Values, list[str]]] = {
    "smallint": (Form("integer", "smallint"), _ints(-32768, 32767, 1), ["-32768", "32767", "1"]),
    "integer": (Form("integer", "integer"), _ints(-(2**31), 2**31 - 1, -1), ["-2147483648", "2147483647", "-1"]),
    "bigint": (Form("integer", "bigint"), _ints(_I8.min, _I8.max, 258), [str(_I8.min), str(_I8.max), "258"]),
    "numeric(12,2)": (
        _numeric(12, 2), _ints(999_999_999_999, -1, 120_000, -100_00, 5), ["9999999999.99", "-0.01", "1200.00", "-100.00", "0.05", "0.00"]
    ),
    "numeric(5,0)": (_numeric(5, 0), _ints(99_999, -10_000, 7), ["99999", "-10000", "7", "0"]),
    "numeric(18,17)": (_numeric(18, 17), _ints(10**18 - 1, -1, 10**17), ["9.99999999999999999", "-0.00000000000000001", "1.00000000000000000"]),
    "numeric(9,9)": (_numeric(9, 9), _ints(10**9 - 1, -(10**8), 1), ["0.999999999", "-0.100000000", "0.000000001"]),
    "numeric": (_numeric(None, 2), _ints(_I8.max, -_I8.max, 1), ["92233720368547758.07", "-92233720368547758.07", "0.01"]),
    "real": (Form("float", "real"), Values(np.array([1.5, -0.0, np.inf, np.nan, 0, 0])), ["1.5", "-0", "Infinity", "NaN"]),
    "double precision": (
        Form("float", "double precision"), Values(np.array([1e300, 0.1, -np.inf, 0, 0, 0])), ["1e+300", "0.1", "-Infinity"]
    ),
    "boolean": (Form("boolean", "boolean"), Values(np.array([True, False] * 3)), ["true", "false"]),
    "date": (Form("date", "date"), _ints(0, 19_000, FOREVER, NEVER), ["1970-01-01", "2022-01-08", "infinity", "-infinity"]),
    "timestamp": (
        Form("timestamp", "timestamp without time zone"), _ints(0, 1, FOREVER, NEVER),
        ["1970-01-01 00:00:00", "1970-01-01 00:00:00.000001", "infinity", "-infinity"],
    ),
    "time": (Form("time", "time without time zone"), _ints(0, 86_399_999_999), ["00:00:00", "23:59:59.999999"]),
    "interval": (Form("interval", "interval"), _ints(1, -60_000_000), ["00:00:00.000001", "-00:01:00"]),
    "uuid": (
        Form("uuid", "uuid"), Values(np.arange(ROWS * 16, dtype=np.uint8).reshape(ROWS, 16)), ["00010203-0405-0607-0809-0a0b0c0d0e0f"]
    ),
    "text": (Form("text", "text"), _text("", "é", "👩\u200d💻 \u202ex", "a" * 300), ["", "é", "👩\u200d💻 \u202ex", "a" * 300]),
    "jsonb": (Form("json", "jsonb"), _text('{"a": 1}', "[]", *["null"] * 4), ['{"a": 1}', "[]", "null"]),
    "json": (Form("json", "json"), _text('{"a":1}', *["1"] * 5), ['{"a":1}', "1"]),
    "bytea": (Form("bytes", "bytea"), Values(np.full((ROWS, 3), 255, dtype=np.uint8)), [r"\xffffff"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def wanted() -> dict[str, list[str]]:
    return {name: texts for name, (_, _, texts) in COLUMNS.items()}


@pytest.mark.parametrize("assembler", [Assembler, Compiled])
@pytest.mark.parametrize("nulls", ["none", "some", "all"])
def test_every_plain_type_arrives_as_it_was_meant(
    clean_url: str, wanted: dict[str, list[str]], nulls: str, assembler: type[Assembler | Compiled]
) -> None:
    null = {"none": None, "some": np.arange(ROWS) % 2 == 1, "all": np.ones(ROWS, dtype=np.bool_)}[nulls]
    _arrives(clean_url, wanted, null, assembler)


@pytest.mark.older
def test_every_plain_type_arrives_on_an_older_server(older_url: str, wanted: dict[str, list[str]]) -> None:
    _arrives(older_url, wanted, np.arange(ROWS) == 5, Compiled)


def _arrives(url: str, wanted: dict[str, list[str]], null: Any, assembler: type[Assembler | Compiled]) -> None:
    names = [sql.Identifier(name) for name in COLUMNS]
    kinds = [sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL(n)) for n in COLUMNS]  # type: ignore[arg-type]
    made = [sent(form, values.without(null)) for form, values, _ in COLUMNS.values()]
    data = HEADER + bytes(assembler().assembled(made, ROWS)) + TRAILER
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("CREATE TABLE plain ({})").format(sql.SQL(", ").join(kinds)))
        with connection.cursor().copy(sql.SQL("COPY plain FROM STDIN (FORMAT binary)")) as copy:
            copy.write(data)
        texts = sql.SQL(", ").join(sql.SQL("{}::text").format(name) for name in names)
        rows = connection.execute(sql.SQL("SELECT {} FROM plain").format(texts)).fetchall()
    assert len(rows) == ROWS
    for index, name in enumerate(COLUMNS):
        got = [row[index] for row in rows]
        assert [text is None for text in got] == (null.tolist() if null is not None else [False] * ROWS), name
        kept = [(text, want) for text, want in zip(got, wanted[name], strict=False) if text is not None]
        assert [text for text, _ in kept] == [want for _, want in kept], name


@pytest.mark.parametrize("nulls", [None, [True, False, False, True, False, True], [True] * ROWS])
def test_the_compiled_loop_writes_the_same_bytes(nulls: list[bool] | None) -> None:
    null = None if nulls is None else np.array(nulls)
    made = [sent(form, values.without(null)) for form, values, _ in COLUMNS.values() if form.kind != "numeric"]
    assert bytes(Compiled().assembled(made, ROWS)) == bytes(Assembler().assembled(made, ROWS))


@given(
    units=st.lists(st.integers(_I8.min, _I8.max) | st.integers(-30_000, 30_000), min_size=1, max_size=ROWS),
    scale=st.integers(0, 18),
)
@example(units=[_I8.min, _I8.max], scale=0)
@example(units=[1, 7], scale=12)
def test_numerics_are_the_numbers_that_they_were(units: list[int], scale: int) -> None:
    """By either way; the loop writes no zeros before them, for each of which the server would have to look."""
    made = [sent(_numeric(None, scale), Values(np.array(units, dtype=np.int64)))]
    wanted = [Decimal(int(unit)).scaleb(-scale) for unit in units]
    assert [number for number, _ in _decimals(bytes(Assembler().assembled(made, len(units))))] == wanted
    compact = _decimals(bytes(Compiled().assembled(made, len(units))))
    assert [number for number, _ in compact] == wanted
    if scale <= 16 and _I8.min not in units:
        assert all(groups[:1] != (0,) or abs(number) < 1 for number, groups in compact)


def _decimals(data: bytes) -> list[tuple[Decimal, tuple[int, ...]]]:
    """Return the numbers of rows that have nothing else, and their groups of digits (``numeric_recv``)."""
    found = []
    while data:
        columns, length, count, weight, sign, scale = struct.unpack(">hihhHh", data[:14])
        assert (columns, length) == (1, 8 + 2 * count)
        groups = struct.unpack(f">{count}h", data[14 : 14 + 2 * count])
        size = sum((Decimal(digits).scaleb(4 * (weight - place)) for place, digits in enumerate(groups)), Decimal(0))
        found.append(((-size if sign else size).quantize(Decimal(1).scaleb(-scale)), groups))
        data = data[14 + 2 * count :]
    return found


def test_the_compiled_loop_reads_nothing_beyond_an_array() -> None:
    words = pa.array(["a", "b"])
    for index in ([0, 2], [-1, 0]):
        with pytest.raises(IndexError):
            Compiled().assembled([sent(Form("text", "text"), Values(written(Picked(words, np.array(index)))))], 2)
    for values in (written(Picked(words, np.array([0]))), np.array([1]), words.slice(0, 1)):
        form = Form("integer", "integer") if isinstance(values, np.ndarray) else Form("text", "text")
        with pytest.raises(ValueError, match="1 values for 2 rows"):
            Compiled().assembled([sent(form, Values(values))], 2)
    assert bytes(Compiled().assembled([sent(Form("text", "text"), Values(words.slice(1, 1)))], 1)) == (b"\0\1\0\0\0\1b")


SHOP = """
CREATE TYPE mood AS ENUM ('glad', 'sad');
CREATE TABLE customers (id uuid PRIMARY KEY, name text NOT NULL, mood mood, tags varchar(10)[], born date, note text);
CREATE TABLE orders (
  id bigint PRIMARY KEY, customer_id uuid REFERENCES customers, total numeric(10, 2) NOT NULL, details jsonb,
  seen inet, period tstzrange, created_at timestamptz NOT NULL
);
"""


@pytest.fixture
def shop(clean_url: str) -> Plan:
    return plan(create(clean_url, SHOP), rows={"customers": 90, "orders": 700}, seed=5)


def _rows(made: Plan, start: int, stop: int, chunk: int) -> bytes:
    data = b"".join(piece for piece, _ in stream(made, ("public", "orders"), start, stop, chunk=chunk))
    assert data.startswith(HEADER)
    assert data.endswith(TRAILER)
    return data[len(HEADER) : -len(TRAILER)]


def test_bytes_depend_on_neither_chunk_nor_range(shop: Plan) -> None:
    whole = _rows(shop, 0, 700, 1000)
    assert _rows(shop, 0, 700, 33) == whole
    assert _rows(shop, 0, 250, 100) + _rows(shop, 250, 251, 100) + _rows(shop, 251, 700, 64) == whole


def test_pieces_tell_their_rows_and_the_last_holds_none(shop: Plan) -> None:
    assert [rows for _, rows in stream(shop, ("public", "orders"), 10, 710 - 10, chunk=300)] == [300, 300, 90, 0]
    assert [(bytes(data), rows) for data, rows in stream(shop, ("public", "orders"), 5, 5)] == [(HEADER + TRAILER, 0)]


def test_the_loop_is_loaded_where_it_is_worth_it_and_its_bytes_depend_on_neither_chunk_nor_range(
    shop: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _rows(shop, 0, 700, 300)
    said: list[str] = []
    compiled.prepare(shop, lambda: said.append("loading"))
    assert not said
    monkeypatch.setattr(compiled, "WORTH_IT", 0)
    compiled.prepare(shop, lambda: said.append("loading"))
    assert said
    assert isinstance(compiled.assembler(5), Compiled)
    looped = _rows(shop, 0, 700, 300)
    assert len(looped) < len(whole)  # by the zeros before numerics
    assert _rows(shop, 0, 250, 100) + _rows(shop, 250, 700, 64) == looped


@pytest.mark.parametrize("missing", ["is_there", "_loop"])
def test_without_numba_or_with_one_that_fails_rows_are_joined(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    monkeypatch.setattr(compiled, missing, lambda: None)
    assert isinstance(compiled.assembler(10**9), Assembler)


def test_a_fill_says_that_the_loop_is_loaded_and_makes_the_same_rows(
    clean_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(clean_url, SHOP)
    wanted = {"customers": 50, "orders": 200}
    labels: list[str] = []
    fill(clean_url, rows=wanted, seed=5, progress=lambda done, total, label: labels.append(label))
    before = contents(clean_url)
    assert "loading the compiled loop" not in labels
    monkeypatch.setattr(compiled, "WORTH_IT", 0)
    fill(clean_url, rows=wanted, seed=5, mode="replace", progress=lambda done, total, label: labels.append(label))
    assert "loading the compiled loop" in labels
    assert contents(clean_url) == before


def test_memory_does_not_grow_with_the_rows(clean_url: str) -> None:
    """The last rows of a billion, and those of their parents that are looked up, cost what the first ones do."""
    create(
        clean_url,
        """CREATE TABLE users (id uuid PRIMARY KEY, email text NOT NULL UNIQUE, town text NOT NULL);
        CREATE TABLE orders (id bigint PRIMARY KEY, user_id uuid NOT NULL REFERENCES users, customer_email text NOT NULL,
          number text NOT NULL UNIQUE, at timestamptz NOT NULL, total numeric(10, 2) NOT NULL CHECK (total > 0))""",
    )
    rows = 1_000_000_000
    many = plan(clean_url, rows={"users": 100_000_000, "orders": rows}, seed=3)
    few = plan(clean_url, rows={"users": 10_000, "orders": 100_000}, seed=3)
    peaks = []
    for made, start in ((few, 0), (few, 60_000), (many, 0), (many, rows - 40_000)):
        gc.collect()
        pa.default_memory_pool().release_unused()
        before = pa.total_allocated_bytes()
        tracemalloc.start()
        sent_bytes = sum(len(piece) for piece, _ in stream(made, ("public", "orders"), start, start + 40_000))
        peaks.append(tracemalloc.get_traced_memory()[1] + max(0, pa.total_allocated_bytes() - before))
        tracemalloc.stop()
        assert sent_bytes > 40_000 * 60
    assert max(peaks) < 2 * peaks[1] + (8 << 20)
    assert max(peaks) < 100 << 20
