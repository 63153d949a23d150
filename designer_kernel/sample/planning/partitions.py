"""A table's partitions as a tree, and the boxes of values that their leaves take.

A box names for some columns what they may hold; a leaf of one range is one box, a range of several columns takes up to
three for each column. Whatever lies in one of a table's boxes has a partition.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any, Final
from uuid import UUID

import postgast

from designer_kernel.catalog.kinds.table import Table
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import conditions
from designer_kernel.sample.constraints.narrowing import smallest_units
from designer_kernel.sample.constraints.nodes import Call, Expr, Name, Unreadable
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.planning.pieces import ANY, OPEN_HIGH, OPEN_LOW, Piece, inverted

_STRATEGY = re.compile(r"\s*(RANGE|LIST|HASH)\s*\((.*)\)\s*", re.IGNORECASE | re.DOTALL)
_RANGE = re.compile(r"FOR VALUES FROM \((.*)\) TO \((.*)\)", re.IGNORECASE | re.DOTALL)
_LIST = re.compile(r"FOR VALUES IN \((.*)\)", re.IGNORECASE | re.DOTALL)
_HASH = re.compile(r"FOR VALUES WITH \(MODULUS (\d+), REMAINDER (\d+)\)", re.IGNORECASE)
_CLASS = re.compile(r'(?:\s+COLLATE\s+\S+)?(?:\s+[\w".]+_ops)?\s*$', re.IGNORECASE)
Box = Mapping[str, Piece]
_MOST_BOXES: Final = 4096


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition: its bound in the units of the keys, and what lies below it.

    ``low`` and ``high`` are the ends of a range, ``values`` those of a list (``None`` stands for NULL), ``modulus`` and
    ``remainder`` those of a hash; none of them is set for a default partition.
    """

    name: TableName
    low: tuple[Any, ...] = ()
    high: tuple[Any, ...] = ()
    values: tuple[Any, ...] = ()
    modulus: int = 0
    remainder: int = 0
    is_default: bool = False
    below: Division | None = None


@dataclass(frozen=True, slots=True)
class Division:
    """How rows are divided among partitions; ``keys`` are columns or expressions, ``None`` for what cannot be read."""

    strategy: str
    keys: tuple[Expr | None, ...]
    partitions: tuple[Partition, ...]

    def leaves(self) -> Iterator[Partition]:
        """Yield the partitions that hold rows themselves, at any depth."""
        for partition in self.partitions:
            if partition.below is None:
                yield partition
            else:
                yield from partition.below.leaves()


def division_of(table: TableFacts) -> Division | None:
    """Return how a table is divided, or ``None`` if it is not.

    Raises
    ------
    SamplePlanError
        If a bound cannot be read.
    """
    by_parent: dict[TableName, list[Table]] = defaultdict(list)
    for child in table.partitions:
        assert child.partition_of is not None
        by_parent[child.partition_of].append(child)
    return _division(table, table.name, table.partition_by, by_parent)


def _division(
    table: TableFacts, name: TableName, text: str, by_parent: Mapping[TableName, Sequence[Table]]
) -> Division | None:
    match = _STRATEGY.fullmatch(text)
    if match is None:
        return None
    strategy = match[1].upper()
    keys = _keys(match[2])
    forms = tuple(_form(table, key) for key in keys)
    found = []
    for child in by_parent.get(name, ()):
        below = _division(table, (child.schema, child.name), child.partition_by, by_parent)
        found.append(_partition(table, (child.schema, child.name), child.bound, forms, below))
    return Division(strategy, keys, tuple(found))


def _keys(text: str) -> tuple[Expr | None, ...]:
    from designer_kernel.catalog.spelling import split_list

    keys: list[Expr | None] = []
    for item in split_list(text):
        plain = _CLASS.sub("", item.strip())
        try:
            keys.append(conditions.read(plain))
        except Unreadable:
            keys.append(None)
    return tuple(keys)


def _form(table: TableFacts, key: Expr | None) -> Form:
    """Return the form that a key's bounds are in."""
    match key:
        case Name(column) if column in table.columns:
            return table.columns[column].form
        case Call("date", _):
            return Form("date", "date")
        case Call("date_trunc", (_, Name(column))) if column in table.columns:
            return table.columns[column].form
        case Call("lower" | "upper" | "btrim" | "left" | "substr" | "substring" | "md5" | "concat" | "||", _):
            return Form("text", "text")
        case Call(_, arguments):
            known = [f for a in arguments if (f := _form(table, a)).kind in ("integer", "numeric")]
            return known[0] if known else Form("integer", "bigint")
        case _:
            return Form("integer", "bigint")


def _partition(
    table: TableFacts, name: TableName, bound: str, forms: tuple[Form, ...], below: Division | None
) -> Partition:
    if bound.upper().startswith("DEFAULT"):
        return Partition(name, is_default=True, below=below)
    hashed = _HASH.search(bound)
    if hashed is not None:
        return Partition(name, modulus=int(hashed[1]), remainder=int(hashed[2]), below=below)
    try:
        ranged = _RANGE.search(bound)
        if ranged is not None:
            low, high = (
                tuple(_unit(item, form) for item, form in zip(_items(text), forms, strict=True))
                for text in ranged.groups()
            )
            return Partition(name, low=low, high=high, below=below)
        listed = _LIST.search(bound)
        if listed is not None:
            return Partition(name, values=tuple(_unit(item, forms[0]) for item in _items(listed[1])), below=below)
    except (ValueError, ArithmeticError) as error:
        raise _unread(table, bound) from error
    raise _unread(table, bound)


def _unread(table: TableFacts, bound: str) -> SamplePlanError:
    return SamplePlanError(f"its bound {bound} cannot be read", where=table.label, mend="leave the table out")


def _items(text: str) -> Iterator[Any]:
    """Yield the literals of a bound; ``MINVALUE`` and ``MAXVALUE`` as the ends of everything, NULL as ``None``."""
    for item in postgast.parse(f"SELECT {text}").stmts[0].stmt.select_stmt.target_list:
        node = item.res_target.val
        while node.WhichOneof("node") == "type_cast":
            node = node.type_cast.arg
        sign = 1
        if node.WhichOneof("node") == "a_expr":
            sign, node = -1, node.a_expr.rexpr
        if node.WhichOneof("node") == "column_ref":
            yield OPEN_LOW if node.column_ref.fields[-1].string.sval == "minvalue" else OPEN_HIGH
            continue
        constant = node.a_const
        if constant.isnull:
            yield None
        elif constant.WhichOneof("val") == "sval":
            yield constant.sval.sval
        elif constant.WhichOneof("val") == "boolval":
            yield bool(constant.boolval.boolval)
        elif constant.WhichOneof("val") == "fval":
            yield sign * Decimal(constant.fval.fval)
        else:
            yield sign * int(constant.ival.ival)


def _unit(value: Any, form: Form) -> Any:
    """Return a literal of a bound in the unit of a form."""
    if value is None or value is OPEN_LOW or value is OPEN_HIGH:
        return value
    if form.kind in ("timestamp", "date", "numeric") and str(value).lstrip("+-").lower() in ("infinity", "inf"):
        return OPEN_LOW if str(value).startswith("-") else OPEN_HIGH
    match form.kind:
        case "timestamp" | "date":
            moment = datetime.fromisoformat(str(value))
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
            exact = smallest_units(moment.date() if form.kind == "date" else moment, form)
            assert exact is not None
            return int(exact)
        case "integer" | "numeric":
            exact = smallest_units(Decimal(str(value)), form)
            assert exact is not None
            return int(exact)
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() in ("t", "true", "yes", "on", "1")
        case "uuid":
            return UUID(str(value))
        case _:
            return str(value).rstrip(" ") if form.base in ("character", "bpchar") else str(value)


def takes_rows(table: TableFacts) -> bool:
    """Whether a table is no partitioned one without any partition: rows for that would have no place to go.

    Nor one with a foreign partition: to look at the table, or to empty it, is to do so on another server.
    """
    if table.elsewhere:
        return False
    division = division_of(table) if table.partition_by else None
    return division is None or any(division.leaves())


def boxes_of(table: TableFacts, division: Division) -> list[Box]:
    """Return boxes whose rows all have a partition; an empty box means that every row has.

    Raises
    ------
    SamplePlanError
        If there is no partition that takes rows, or none whose rows are known.
    """
    if table.elsewhere:
        raise SamplePlanError(
            f"its partition {'.'.join(table.elsewhere[0])} is a foreign table: its rows are elsewhere",
            where=table.label,
            mend="leave the table out by tables=…, or fill its other partitions by themselves",
        )
    if not any(division.leaves()):
        raise SamplePlanError(
            "it is partitioned and has no partition that takes rows", where=table.label, mend="create a partition"
        )
    found = [box for box in _boxes(table, division) if _is_possible(box)]
    if not found:
        raise SamplePlanError(
            "it is not known which rows its partitions take: they are divided by an expression that cannot be solved",
            where=table.label,
            mend="create a default partition, or leave the table out",
        )
    return found


def _boxes(table: TableFacts, division: Division) -> Iterator[Box]:
    """Yield the boxes of a division; a default partition counts only where nothing else is known."""
    known = []
    for partition in division.partitions:
        if partition.is_default:
            continue
        own = _own_boxes(table, division, partition)
        inner: list[Box] = [{}] if partition.below is None else list(_boxes(table, partition.below))
        known += [both for a, b in product(own, inner) if (both := _both(a, b)) is not None]
        if len(known) > _MOST_BOXES:
            break
    if not known:
        for partition in division.partitions:
            if partition.is_default:
                known += [{}] if partition.below is None else list(_boxes(table, partition.below))
    yield from known


def _own_boxes(table: TableFacts, division: Division, partition: Partition) -> list[Box]:
    if division.strategy == "HASH":
        if sum(Fraction(1, p.modulus) for p in division.partitions) < 1:
            raise SamplePlanError(
                "it has no partition for some of the hash's remainders",
                where=table.label,
                mend="create the partitions of the other remainders",
            )
        return [{}]
    if division.strategy == "LIST":
        return _solved(table, division.keys[:1], [{0: Piece(values=partition.values)}])
    return _solved(table, division.keys, _ranges(partition.low, partition.high))


def _solved(table: TableFacts, keys: tuple[Expr | None, ...], found: Sequence[Mapping[int, Piece]]) -> list[Box]:
    """Return pieces of keys as pieces of columns; none if an expression cannot be solved."""
    boxes: list[Box] = []
    for pieces in found:
        box: Box | None = {}
        for index, piece in pieces.items():
            solved = inverted(keys[index], piece, table)
            box = None if box is None or solved is None else _both(box, solved)
        if box is not None:
            boxes.append(box)
    return boxes


def _ranges(low: tuple[Any, ...], high: tuple[Any, ...], start: int = 0) -> list[dict[int, Piece]]:
    """Return what lies between two rows of bounds, in the order of rows, as boxes; keys are positions."""
    first, last = low[0], high[0]
    if len(low) == 1:
        return [{start: Piece(first, last)}]
    if first == last:
        return [{start: Piece(values=(first,)), **inner} for inner in _ranges(low[1:], high[1:], start + 1)]
    between = Piece(first, last, is_above=first is not OPEN_LOW)
    found = [{start: between}]
    if first is not OPEN_LOW:
        above = (OPEN_HIGH,) * (len(low) - 1)
        found += [{start: Piece(values=(first,)), **inner} for inner in _ranges(low[1:], above, start + 1)]
    if last is not OPEN_HIGH and high[1] is not OPEN_LOW:
        below = (OPEN_LOW,) * (len(low) - 1)
        found += [{start: Piece(values=(last,)), **inner} for inner in _ranges(below, high[1:], start + 1)]
    return found


def _both(one: Box, other: Box) -> Box | None:
    """Return what lies in two boxes, or ``None`` if that is nothing."""
    result = dict(one)
    for column, piece in other.items():
        both = result.get(column, ANY).both(piece)
        if both is None:
            return None
        result[column] = both
    return result


def _is_possible(box: Box) -> bool:
    return all(not piece.is_empty for piece in box.values())
