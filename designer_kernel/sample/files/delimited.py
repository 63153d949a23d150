"""Rows as lines of text: CSV, and the text of COPY and of INSERT."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.files.natural import frames
from designer_kernel.sample.files.spelling import spelled
from designer_kernel.sample.loading.encoding import CHUNK
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.rows.frame import Frame

_BARE: Final = frozenset({"integer", "numeric", "float", "boolean"})
"""Kinds whose text needs no quotes in SQL, but for what is no number."""

_NEVER_QUOTED: Final = frozenset({*_BARE, "uuid", "date", "timestamp", "time", "inet", "macaddr"})
_FORMULA: Final = r"^[=+\-@\t\r]"
"""What a spreadsheet takes for a formula at the beginning of a cell."""


def csv_pieces(plan: Plan, table: TablePlan, *, formula_safe: bool) -> Iterator[tuple[bytes, int]]:
    """Yield a table's rows as CSV; NULL is nothing, and empty text a pair of quotes, as COPY reads them."""
    for frame in frames(plan, table, CHUNK):
        columns = []
        for name, column in table.columns.items():
            text = spelled(column.facts.form, frame.column(name))
            plain = column.facts.form.kind in _NEVER_QUOTED
            columns.append(pc.fill_null(text if plain else _csv(text, formula_safe), ""))
        yield _lines(columns, ",", "\n"), len(frame)


def csv_header(table: TablePlan) -> bytes:
    """Return the line of column names."""
    return _lines([_csv(pa.array([name]), False) for name in table.columns], ",", "\n")


def _csv(text: pa.Array, formula_safe: bool) -> pa.Array:
    if formula_safe:
        text = pc.if_else(pc.match_substring_regex(text, _FORMULA), pc.binary_join_element_wise("'", text, ""), text)
    needs = pc.or_(pc.equal(text, ""), pc.match_substring_regex(text, r'[",\r\n]|^\s|\s$|^\\\.$'))
    if not pc.any(needs).as_py():
        return text
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(text, '"', '""'), '"', "")
    return pc.if_else(needs, quoted, text)


def copy_pieces(plan: Plan, table: TablePlan) -> Iterator[tuple[bytes, int]]:
    r"""Yield a table's rows as the text of COPY; NULL is ``\N``."""
    for frame in frames(plan, table, CHUNK):
        columns = []
        for name, column in table.columns.items():
            text = spelled(column.facts.form, frame.column(name))
            columns.append(pc.fill_null(text if column.facts.form.kind in _NEVER_QUOTED else _escaped(text), "\\N"))
        yield _lines(columns, "\t", "\n"), len(frame)


def _escaped(text: pa.Array) -> pa.Array:
    if not pc.any(pc.match_substring_regex(text, r"[\\\t\n\r\x08\x0b\x0c]")).as_py():
        return text
    for letter, escape in (
        ("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"), ("\b", "\\b"), ("\v", "\\v"), ("\f", "\\f"),
    ):  # fmt: skip
        text = pc.replace_substring(text, letter, escape)
    return text


def insert_rows(plan: Plan, table: TablePlan, most: int) -> Iterator[tuple[bytes, int]]:
    """Yield ``most`` rows at a time as the list behind VALUES."""
    for frame in frames(plan, table, CHUNK - CHUNK % most):
        columns = _constants(table, frame)
        for start in range(0, len(frame), most):
            part = [column.slice(start, most) for column in columns]
            yield b"(" + _lines(part, ", ", "),\n(")[: -len("\n(") - 1], len(part[0])


def _constants(table: TablePlan, frame: Frame) -> list[pa.Array]:
    made = []
    for name, column in table.columns.items():
        text = spelled(column.facts.form, frame.column(name))
        if column.facts.form.kind not in _BARE:
            text = _literal(text)
        elif column.facts.form.kind == "float":
            text = pc.if_else(pc.match_substring_regex(text, "[a-zA-Z]+$"), _literal(text), text)
        made.append(pc.fill_null(text, "NULL"))
    return made


def _literal(text: pa.Array) -> pa.Array:
    """Return constants that mean the same whatever ``standard_conforming_strings`` says, as `catalog.literals` does."""
    doubled = pc.binary_join_element_wise("'", pc.replace_substring(text, "'", "''"), "'", "")
    slashed = pc.match_substring(text, "\\")
    if not pc.any(slashed).as_py():
        return doubled
    escaped = pc.binary_join_element_wise("E", pc.replace_substring(doubled, "\\", "\\\\"), "")
    return pc.if_else(slashed, escaped, doubled)


def _lines(columns: list[Any], between: str, end: str) -> bytes:
    """Return rows put together, each with its end."""
    rows = pc.binary_join_element_wise(*columns, between) if len(columns) > 1 else columns[0]
    whole = pa.ListArray.from_arrays(pa.array([0, len(rows)], type=pa.int32()), rows)
    text: bytes = pc.binary_join(whole.cast(pa.list_(pa.binary())), end.encode())[0].as_py()
    return text + end.encode()
