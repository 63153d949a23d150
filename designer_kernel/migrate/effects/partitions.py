"""Partitions that are attached, detached and made: what is locked, and whether rows have to be looked at.

Source: ``ATExecAttachPartition`` and ``ATExecDetachPartition`` in PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import postgast

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.spelling import UNPARSED, split_list
from designer_kernel.migrate.effects.families import (
    above,
    checks_of,
    column_at,
    default_partition,
    foreign_keys_from,
    foreign_keys_to,
    table_at,
    tree,
)
from designer_kernel.migrate.effects.locks import ALONE, NO_WRITES_BUT_OWN, UPDATES_ITSELF, Effect, Relation
from designer_kernel.migrate.effects.nodes import named


def attaching(command: Any, whole: Relation, catalog: Catalog) -> Iterator[Effect]:
    """Yield what attaching a partition does."""
    part = named(command.name)
    yield Effect(whole, UPDATES_ITSELF)
    is_new = bool(_missing_indexes(part, whole, catalog)) or _missing_foreign_keys(part, whole, catalog)
    is_read = is_new or not _is_implied(command.bound, part, whole, catalog)
    yield from (Effect(each, ALONE, scans=is_read) for each in tree(part, catalog))
    yield from _around(whole, catalog)
    yield from _left_over(command.bound, whole, catalog)


def making(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what making a partition does (``CREATE TABLE … PARTITION OF``)."""
    whole = named(node.inh_relations[0].range_var)
    yield Effect(whole, ALONE)
    yield from _around(whole, catalog)
    yield from _left_over(node.partbound, whole, catalog)


def detaching(command: Any, whole: Relation, catalog: Catalog) -> Iterator[Effect]:
    """Yield what detaching a partition does."""
    lock = UPDATES_ITSELF if command.concurrent else ALONE
    part = named(command.name)
    pointing = list(foreign_keys_to(whole, catalog))
    yield Effect(whole, lock)
    yield from (Effect(each, ALONE, scans=bool(pointing)) for each in tree(part, catalog))
    for key in foreign_keys_from(whole, catalog):
        yield Effect((key.referenced_schema, key.referenced_table), NO_WRITES_BUT_OWN)
    for key in pointing:
        yield from (Effect(each, ALONE, scans=True) for each in tree((key.schema, key.table), catalog))
    rest = default_partition(whole, catalog)
    if rest is not None and not command.concurrent:
        yield Effect(rest, ALONE)


def _around(whole: Relation, catalog: Catalog) -> Iterator[Effect]:
    """Yield what happens to the tables at the other ends of the foreign keys that a partition gets."""
    for key in foreign_keys_from(whole, catalog):
        yield Effect((key.referenced_schema, key.referenced_table), NO_WRITES_BUT_OWN)
    for key in foreign_keys_to(whole, catalog):
        yield Effect((key.schema, key.table), NO_WRITES_BUT_OWN)


def _left_over(bound: Any, whole: Relation, catalog: Catalog) -> Iterator[Effect]:
    """Yield what happens to the partition for all other rows: whether it has rows of the new one is looked up."""
    rest = default_partition(whole, catalog)
    if rest is not None and not bound.is_default:
        yield from (Effect(each, ALONE, scans=True) for each in tree(rest, catalog))


def _missing_indexes(part: Relation, whole: Relation, catalog: Catalog) -> set[tuple[object, ...]]:
    return _indexes(whole, catalog) - _indexes(part, catalog)


def _indexes(relation: Relation, catalog: Catalog) -> set[tuple[object, ...]]:
    found: set[tuple[object, ...]] = set()
    for each in above(relation, catalog):
        for index in catalog.parts(table_id(*each), Index):
            found.add((index.method, index.unique, index.keys, index.include, index.predicate))
        for kind in (PrimaryKey, Unique):
            for key in catalog.parts(table_id(*each), kind):
                found.add((kind.kind, key.columns, key.include))
    return found


def _missing_foreign_keys(part: Relation, whole: Relation, catalog: Catalog) -> bool:
    own = {_bare(key) for key in catalog.parts(table_id(*part), ForeignKey)}
    return any(_bare(key) not in own for key in foreign_keys_from(whole, catalog) if key.enforced)


def _bare(key: ForeignKey) -> ForeignKey:
    return replace(key, schema="", table="", name="", depends=frozenset(), prefers=frozenset())


def _is_implied(bound: Any, part: Relation, whole: Relation, catalog: Catalog) -> bool:
    """Whether the checks of a table say already what its bound as a partition would, for one plain column as key."""
    table = table_at(whole, catalog)
    method, _, keys = (table.partition_by if table else "").partition(" ")
    column = split_list(keys.strip()[1:-1])
    if bound.is_default or len(column) != 1 or method not in {"RANGE", "LIST"}:
        return False
    known = {term for check in checks_of(part, catalog) for term in _terms(check.expression)}
    name = column[0]
    held = next((c for c in (column_at(part, n, catalog) for n in _unquoted(name, part, catalog)) if c), None)
    is_filled = (held is not None and held.not_null) or ("not_null", name) in known
    if not is_filled:
        return False
    if method == "RANGE":
        return _is_within(bound, name, known)
    values = {_constant(each) for each in bound.listdatums}
    return None not in values and any(
        term[0] == "in" and term[1] == name and set(term[2:]) <= {str(value) for value in values} for term in known
    )


def _unquoted(name: str, part: Relation, catalog: Catalog) -> Iterator[str]:
    yield from (column.name for column in _columns(part, catalog) if quote(column.name) == name)


def _columns(part: Relation, catalog: Catalog) -> Iterator[Column]:
    for each in above(part, catalog):
        yield from catalog.parts(table_id(*each), Column)


def _is_within(bound: Any, name: str, known: set[tuple[str, ...]]) -> bool:
    low, high = (_limit(bound.lowerdatums), _limit(bound.upperdatums))
    if low is None or high is None:
        return False
    has_low = low == "" or any(t[0] == ">=" and t[1] == name and _reaches(t[2], low, up=True) for t in known)
    has_high = high == "" or any(t[0] == "<" and t[1] == name and _reaches(t[2], high, up=False) for t in known)
    return has_low and has_high


def _reaches(value: str, limit: str, *, up: bool) -> bool:
    if value == limit:
        return True
    try:
        return float(value) >= float(limit) if up else float(value) <= float(limit)
    except ValueError:
        return False


def _limit(datums: Any) -> str | None:
    """Return the one value of a limit, an empty text if there is none, or nothing if it cannot be told."""
    datum = datums[0]
    if datum.WhichOneof("node") == "column_ref":  # MINVALUE, MAXVALUE
        return ""
    return _constant(datum)


def _constant(node: Any) -> str | None:
    kind = node.WhichOneof("node")
    if kind == "type_cast":
        return _constant(node.type_cast.arg)
    if kind != "a_const":
        return None
    which = node.a_const.WhichOneof("val")
    if which not in {"ival", "sval", "fval"}:
        return None
    return str(getattr(getattr(node.a_const, which), which))


def _terms(expression: str) -> Iterator[tuple[str, ...]]:
    """Yield what a check says of single columns: that one is not null, or compared with constants."""
    try:
        parsed = postgast.parse(f"SELECT {expression}").stmts[0].stmt.select_stmt.target_list[0].res_target.val
    except UNPARSED:
        return
    yield from _terms_of(parsed)


def _terms_of(node: Any) -> Iterator[tuple[str, ...]]:
    kind = node.WhichOneof("node")
    if kind == "bool_expr" and node.bool_expr.boolop == postgast.pg_query_pb2.AND_EXPR:
        for argument in node.bool_expr.args:
            yield from _terms_of(argument)
    elif kind == "null_test" and node.null_test.nulltesttype == postgast.pg_query_pb2.IS_NOT_NULL:
        if name := _name(node.null_test.arg):
            yield "not_null", name
    elif kind == "a_expr" and (name := _name(node.a_expr.lexpr)):
        operator = node.a_expr.name[-1].string.sval
        value = node.a_expr.rexpr
        if value.WhichOneof("node") == "a_array_expr" and operator == "=":
            values = [_constant(element) for element in value.a_array_expr.elements]
            if None not in values:
                yield ("in", name, *(str(each) for each in values))
        elif (constant := _constant(value)) is not None:
            yield ("in" if operator == "=" else operator), name, constant


def _name(node: Any) -> str:
    kind = node.WhichOneof("node")
    if kind == "type_cast":  # of a shorter type to text, which changes nothing
        return _name(node.type_cast.arg)
    if kind != "column_ref" or len(node.column_ref.fields) != 1:
        return ""
    return quote(node.column_ref.fields[0].string.sval)


def says_not_null(expression: str, column: str) -> bool:
    """Whether a check says that a column is not null."""
    return ("not_null", quote(column)) in set(_terms(expression))
