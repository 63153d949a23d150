"""Which leaf partition each row belongs to, told before the rows are sent."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.nodes import Expr, Name, Unreadable
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.planning.partitions import Division
from designer_kernel.sample.planning.pieces import OPEN_HIGH, OPEN_LOW
from designer_kernel.sample.rows import partition_hash
from designer_kernel.sample.rows.arrays import texts
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Mask, Values

_WHOLE = frozenset({"integer", "numeric", "date", "timestamp"})
_EXPRESSION = "the value of the expression that it is divided by"
_LISTED = _WHOLE | {"text", "enum", "boolean"}


def leaf_of(plan: Plan, table: TableName, frame: Frame) -> tuple[Rows, tuple[TableName, ...]] | None:
    """Return the index of each row's leaf partition, and the leaves.

    ``None`` if the table has no partitions, or it cannot be told which one takes a row: keys of types whose order or
    hash only the server knows (text in ranges, numbers of any size in hashes), or expressions that are not known here.
    Then the rows go to the table itself.
    """
    division = plan.tables[table].division
    if division is None:
        return None
    leaves = tuple(leaf.name for leaf in division.leaves())
    numbers = {name: index for index, name in enumerate(leaves)}
    found = np.full(len(frame), -1, dtype=np.int64)
    try:
        _route(frame, division, np.ones(len(frame), dtype=np.bool_), numbers, found)
    except Unreadable:
        return None
    return None if (found < 0).any() else (found, leaves)


def with_notes(plan: Plan) -> Plan:
    """Return the plan with a note for each table whose rows the server has to route to their partitions."""
    found = [(table.label, _unknown(plan, name)) for name, table in plan.tables.items() if table.rows]
    notes = [
        f"{label}: only the server knows {why}, so it finds the partition of each row" for label, why in found if why
    ]
    return replace(plan, notes=(*plan.notes, *notes)) if notes else plan


def _unknown(plan: Plan, table: TableName) -> str:
    """Return what is not known here of the keys that rows are divided by; empty where the leaf of each can be told."""
    division = plan.tables[table].division
    waiting = [] if division is None else [division]
    frame = Frame(plan, table, np.zeros(1, dtype=np.int64))
    while waiting:
        one = waiting.pop()
        try:
            _CHOSEN[one.strategy](frame, one)
        except Unreadable as error:
            return str(error)
        waiting += [partition.below for partition in one.partitions if partition.below is not None]
    return ""


def _route(frame: Frame, division: Division, rows: Mask, numbers: dict[TableName, int], found: Rows) -> None:
    """Set the leaves of some rows."""
    chosen = _CHOSEN[division.strategy](frame, division)
    for index, partition in enumerate(division.partitions):
        here = rows & (chosen == index)
        if not here.any():
            continue
        if partition.below is None:
            found[here] = numbers[partition.name]
        else:
            _route(frame, partition.below, here, numbers, found)


def _key(frame: Frame, key: Expr | None) -> tuple[Form, Values]:
    """Return the values of a key, with their form.

    Raises
    ------
    Unreadable
        If they cannot be computed.
    """
    if isinstance(key, Name):
        return frame.table.columns[key.column].facts.form, frame.column(key.column)
    if key is None:
        raise Unreadable(_EXPRESSION)
    try:
        operand = evaluating.value(key, frame)
    except Unreadable:
        raise Unreadable(_EXPRESSION) from None
    if operand.kind == "text":
        return Form("text", "text"), Values(operand.data, operand.null)
    if operand.kind in ("number", "time") and not operand.scale:
        return Form("timestamp" if operand.kind == "time" else "integer", "bigint"), Values(operand.data, operand.null)
    raise Unreadable(_EXPRESSION)


def _default(division: Division) -> int:
    return next((i for i, partition in enumerate(division.partitions) if partition.is_default), -1)


def _null(values: Values) -> Mask:
    null = values.null if values.null is not None else np.zeros(len(values), dtype=np.bool_)
    if values.is_arrow and values.data.null_count:
        null = null | values.data.is_null().to_numpy(zero_copy_only=False)
    return null


def _by_hash(frame: Frame, division: Division) -> Rows:
    keys = [_key(frame, key) for key in division.keys]
    if not all(isinstance(k, Name) for k in division.keys):
        raise Unreadable(_EXPRESSION)
    for form, _ in keys:
        if not partition_hash.knows(form):
            raise Unreadable(f"the hash of {form.base}")
    hashes = partition_hash.row_hash(tuple(form for form, _ in keys), tuple(values for _, values in keys))
    chosen = np.full(len(frame), -1, dtype=np.int64)
    for index, partition in enumerate(division.partitions):
        chosen[hashes % np.uint64(partition.modulus) == np.uint64(partition.remainder)] = index
    return chosen


def _by_list(frame: Frame, division: Division) -> Rows:
    form, values = _key(frame, division.keys[0])
    if form.kind not in _LISTED:
        raise Unreadable(f"which values of {form.base} are equal")
    chosen = np.full(len(frame), _default(division), dtype=np.int64)
    null = _null(values)
    data = values.data
    for index, partition in enumerate(division.partitions):
        known = [value for value in partition.values if value is not None]
        if None in partition.values:
            chosen[null] = index
        if not known:
            continue
        if values.is_arrow:
            text = pc.utf8_rtrim(data, " ") if form.base in ("character", "bpchar") else data
            inside = pc.is_in(text.cast(pa.string()), value_set=texts(known))
            matches = inside.fill_null(False).to_numpy(zero_copy_only=False)
        else:
            matches = np.isin(np.asarray(data), np.array(known))
        chosen[matches & ~null] = index
    return chosen


def _by_range(frame: Frame, division: Division) -> Rows:
    keys = [_key(frame, key) for key in division.keys]
    for form, _ in keys:
        if form.kind not in _WHOLE:
            raise Unreadable(f"the order of {form.base}")
    null = np.logical_or.reduce([_null(values) for _, values in keys])
    columns = [_in_units(values) for _, values in keys]
    chosen = np.full(len(frame), _default(division), dtype=np.int64)
    for index, partition in enumerate(division.partitions):
        if not partition.is_default:
            inside = ~_before(columns, partition.low) & _before(columns, partition.high)
            chosen[inside & ~null] = index
    return chosen


def _in_units(values: Values) -> Any:
    if values.is_arrow:
        raise Unreadable("the order of numbers of any size")
    return values.data


def _before(columns: list[Any], bound: tuple[Any, ...]) -> Mask:
    """Return where rows lie before a bound, in the order of rows."""
    rows = len(columns[0])
    result = np.zeros(rows, dtype=np.bool_)
    same = np.ones(rows, dtype=np.bool_)
    for data, end in zip(columns, bound, strict=True):
        if end is OPEN_LOW:
            return result
        if end is OPEN_HIGH:
            return result | same
        result |= same & (data < end)
        same &= data == end
    return result


_CHOSEN = {"HASH": _by_hash, "LIST": _by_list, "RANGE": _by_range}
