"""Whether a column can take another type while its values stay as they are stored.

The rules are those of ``ATColumnChangeRequiresRewrite`` and ``CheckIndexCompatible`` in PostgreSQL, and of the support
functions of its types, which leave out a conversion that would change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from designer_kernel.catalog import types
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column, column_id
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.exclusion import Exclusion
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import CatalogObject
from designer_kernel.catalog.types import TypeName
from designer_kernel.errors import InvalidSql
from designer_kernel.migrate.changes import needs
from designer_kernel.migrate.effects.families import above, checks_of, table_at
from designer_kernel.migrate.effects.locks import Relation
from designer_kernel.migrate.effects.nodes import type_of

_NUMBERS_OF_OBJECTS: Final = frozenset({
    "oid", "regclass", "regproc", "regprocedure", "regoper", "regoperator", "regtype", "regrole", "regnamespace",
    "regconfig", "regdictionary", "regcollation",
})  # fmt: skip

_SAME: Final = frozenset({
    ("text", "character varying"), ("character varying", "text"), ("xml", "text"), ("xml", "character varying"),
    ("text", "bpchar"), ("character varying", "bpchar"), ("cidr", "inet"), ("bit", "bit varying"),
    ("bit varying", '"bit"'), ("character", "bpchar"), ("bit", '"bit"'),
    *((one, other) for one in _NUMBERS_OF_OBJECTS for other in _NUMBERS_OF_OBJECTS if "oid" in (one, other)),
    *(("integer", other) for other in _NUMBERS_OF_OBJECTS), *((one, "integer") for one in _NUMBERS_OF_OBJECTS),
})  # fmt: skip
"""Pairs of built-in types whose values are stored alike."""

_ORDERED_AS: Final = {
    "character varying": "text", "cidr": "inet", "character": "bpchar", '"bit"': "bit",
    **dict.fromkeys(_NUMBERS_OF_OBJECTS, "oid"),
}  # fmt: skip
"""Types whose values are compared as those of another one, so that an index serves both."""

_FIELDS: Final = ("second", "minute", "hour", "day", "month", "year")
_WHOLE_PRECISION: Final = 6


def keeps_values(old: str, new: str, catalog: Catalog) -> bool:
    """Whether values of one type are values of another one as they are stored; types as ``format_type`` prints them."""
    target, is_bound = _base(new, catalog)
    if is_bound and old != new:
        return False
    source, _ = _base(old, catalog)
    if source == target:
        return True
    try:
        return _keeps(types.parse(source), types.parse(target))
    except InvalidSql:
        return False


def _base(name: str, catalog: Catalog) -> tuple[str, bool]:
    """Return the type beneath a domain, and whether the domain has constraints."""
    is_bound = False
    for domain in catalog.of(Domain):
        if quote_path(domain.schema, domain.name) == name:
            is_bound = domain.not_null or bool(catalog.parts(domain.id, DomainCheck))
            base, base_is_bound = _base(domain.type, catalog)
            return base, is_bound or base_is_bound
    return name, is_bound


def is_bound(name: str, catalog: Catalog) -> bool:
    """Whether a type is a domain with constraints, so that every row has to be looked at."""
    return _base(name, catalog)[1]


def _keeps(old: TypeName, new: TypeName) -> bool:
    if old.dimensions != new.dimensions:
        return False
    if (old.schema, old.name) != (new.schema, new.name):
        return not old.dimensions and not new.modifiers and (old.name, new.name) in _SAME
    if old.dimensions:
        return not new.modifiers or new.modifiers == old.modifiers
    if old.name == "interval":
        return _least(new) <= _least(old) and _is_finer(old, new)
    if old.name in types.PRECISION:
        return _is_finer(old, new)
    if not new.modifiers or new.modifiers == old.modifiers:
        return True
    if old.name == "numeric" and len(old.numbers) == 2 and len(new.numbers) == 2:
        return new.numbers[1] == old.numbers[1] and new.numbers[0] >= old.numbers[0]
    is_longer = bool(old.numbers) and new.numbers >= old.numbers
    return old.name in {"character varying", "bit varying"} and is_longer


def _is_finer(old: TypeName, new: TypeName) -> bool:
    had, has = (name.numbers[0] if name.numbers else _WHOLE_PRECISION for name in (old, new))
    return has >= had or has >= _WHOLE_PRECISION


def _least(interval: TypeName) -> int:
    return _FIELDS.index(interval.fields.split()[-1]) if interval.fields else 0


def rewrites(column: Column, definition: Any, catalog: Catalog) -> bool:
    """Whether a table is written anew for another type of a column, as the grammar reads it (``ALTER COLUMN TYPE``)."""
    if column.virtual:
        return False
    steps = [type_of(definition.type_name)]
    expression = definition.raw_default if definition.HasField("raw_default") else None
    while expression is not None and expression.WhichOneof("node") == "type_cast":
        steps.append(type_of(expression.type_cast.type_name))
        expression = expression.type_cast.arg
    if expression is not None and not _is_column(expression, column.name):
        return True
    way = [column.type, *reversed(steps)]
    return not all(keeps_values(old, new, catalog) for old, new in pairwise(way))


def _is_column(expression: Any, name: str) -> bool:
    if expression.WhichOneof("node") != "column_ref":
        return False
    return bool(expression.column_ref.fields[-1].string.sval == name)


def scans(relation: Relation, column: Column, definition: Any, catalog: Catalog) -> bool:
    """Whether rows are read for another type of a column, if they need not be written: for checks and indexes."""
    new = type_of(definition.type_name)
    if any(_speaks_of(check, column, relation, catalog) for check in checks_of(relation, catalog)):
        return True
    others = definition.HasField("coll_clause") or bool(column.collation)
    is_ordered_anew = others or _order(column.type, catalog) != _order(new, catalog)
    return any(is_ordered_anew or is_partial for is_partial in _indexes(relation, column, catalog))


def _order(name: str, catalog: Catalog) -> str:
    base, _ = _base(name, catalog)
    try:
        parsed = types.parse(base)
    except InvalidSql:
        return base
    return _ORDERED_AS.get(parsed.name, parsed.name) if not parsed.schema else base


def _indexes(relation: Relation, column: Column, catalog: Catalog) -> Iterator[bool]:
    """Yield for each index of a column whether it is always built anew: with expressions, a condition, partitions."""
    for each in above(relation, catalog):
        for index in catalog.parts(table_id(*each), Index):
            is_plain = not index.predicate and not any(key.startswith("(") or "(" in key for key in index.keys)
            if not is_plain and _speaks_of(index, column, relation, catalog):
                yield True
            elif quote(column.name) in {key.split(" ")[0] for key in index.keys}:
                yield _is_partitioned(each, catalog)
        for kind in (PrimaryKey, Unique):
            keys = catalog.parts(table_id(*each), kind)
            yield from (_is_partitioned(each, catalog) for key in keys if column.name in key.columns)
        for exclusion in catalog.parts(table_id(*each), Exclusion):
            if _speaks_of(exclusion, column, relation, catalog):
                yield True


def _speaks_of(fact: CatalogObject, column: Column, relation: Relation, catalog: Catalog) -> bool:
    ids = {column_id(*each, column.name) for each in above(relation, catalog)}
    if ids & set(needs(fact, catalog)):
        return True
    word = re.compile(rf'(?<![\w"]){re.escape(quote(column.name))}(?![\w"])')
    return any(word.search(text) for text in fact.sql_fields())


def _is_partitioned(relation: Relation, catalog: Catalog) -> bool:
    table = table_at(relation, catalog)
    return table is not None and bool(table.partition_by)
