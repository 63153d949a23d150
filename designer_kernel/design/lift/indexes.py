"""Indexes and exclusion constraints, their keys taken apart."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.exclusion import Exclusion
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.design import parts
from designer_kernel.design.lift.sketch import Sketch, is_expression
from designer_kernel.design.trusted import trusted

_METHOD: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")
_CLASS: Final = re.compile(r"[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)?\Z")
_OPERATOR: Final = re.compile(r"[-+*/<>=~!@#%^&|`?]{1,63}\Z")
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")
_MAX_KEYS: Final = 32
_PARAMETER: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}=[A-Za-z0-9_.+-]{1,63}\Z")


def draw_index(sketch: Sketch, index: Index) -> parts.Index | None:
    """Return the part that an index is, or ``None`` if it cannot be drawn."""
    keys = [draw_key(key) for key in index.keys]
    if None in keys or not 0 < len(keys) <= _MAX_KEYS or not _METHOD.match(index.method):
        return None
    if index.predicate and not is_expression(index.predicate):
        return None
    stem = "_".join([index.table, *(key.attribute or "expr" for key in keys if key is not None)])
    return trusted(
        parts.Index,
        id=sketch.id("index", index.schema, index.name),
        name=None if sketch.is_given(index.schema, index.name, stem, "idx") else index.name,
        keys=tuple(key for key in keys if key is not None),
        method=index.method,
        is_unique=index.unique,
        nulls_not_distinct=index.nulls_not_distinct,
        include=index.include,
        predicate=index.predicate or None,
        parameters=_parameters(index.options),
        description=sketch.description(index.id),
    )


def _parameters(options: tuple[str, ...]) -> dict[str, str]:
    """Return storage parameters by name, or none if one of them cannot be drawn."""
    if not all(_PARAMETER.match(option) for option in options):
        return {}
    return dict(option.split("=", 1) for option in options)


@lru_cache(maxsize=16384)
def draw_key(text: str) -> parts.IndexKey | None:
    """Return one key of an index from its SQL, or ``None`` if it says more than a key of a design can."""
    if _PLAIN.match(text) and quote(text) == text:
        return trusted(parts.IndexKey, attribute=text)
    try:
        element = postgast.parse(f"CREATE INDEX ON any_table ({text})").stmts[0].stmt.index_stmt.index_params
    except (postgast.PgQueryError, DecodeError):
        return None
    if len(element) != 1:
        return None
    return _key(text, element[0].index_elem)


def _key(text: str, element: Any) -> parts.IndexKey | None:
    fields: dict[str, Any] = {}
    rest = text
    ordering, nulls = element.ordering, element.nulls_ordering
    for word, field, value, said in (
        (" NULLS FIRST", "nulls", "FIRST", nulls == _NULLS_FIRST),
        (" NULLS LAST", "nulls", "LAST", nulls == _NULLS_LAST),
        (" DESC", "descending", True, ordering == _DESCENDING),
    ):
        if said:
            fields[field] = value
            rest = rest.removesuffix(word)
    for field, names in (("operator_class", element.opclass), ("collation", element.collation)):
        if names:
            path = [name.string.sval for name in names]
            word = ".".join(quote(name) for name in path)
            rest = rest.removesuffix(f" COLLATE {word}" if field == "collation" else f" {word}")
            fields[field] = ".".join(path) if field == "operator_class" else path[-1]
    if element.opclassopts or not _CLASS.match(fields.get("operator_class", "any")):
        return None
    if element.name:
        fields["attribute"] = element.name
    else:
        bare = rest[1:-1] if rest.startswith("(") and element.expr.WhichOneof("node") != "func_call" else rest
        if not is_expression(bare):
            return None
        fields["expression"] = bare
    return trusted(parts.IndexKey, **fields)


def draw_exclusion(sketch: Sketch, exclusion: Exclusion) -> parts.Exclusion | None:
    """Return the part that an exclusion constraint is, or ``None`` if it cannot be drawn."""
    for expression, operator in exclusion.elements:
        if not _OPERATOR.match(operator) or "--" in operator or "/*" in operator or not is_expression(expression):
            return None
    if not exclusion.elements or not _METHOD.match(exclusion.method):
        return None
    if exclusion.predicate and not is_expression(exclusion.predicate):
        return None
    return trusted(
        parts.Exclusion,
        id=sketch.id("exclusion", exclusion.schema, exclusion.table, exclusion.name),
        name=None if sketch.is_given(exclusion.schema, exclusion.name, exclusion.table, "excl") else exclusion.name,
        method=exclusion.method,
        elements=tuple(
            trusted(parts.ExclusionElement, expression=expression, operator=operator)
            for expression, operator in exclusion.elements
        ),
        predicate=exclusion.predicate or None,
        deferrable=exclusion.deferrable,
        description=sketch.description(exclusion.id),
    )


_DESCENDING: Final = postgast.pg_query_pb2.SORTBY_DESC
_NULLS_FIRST: Final = postgast.pg_query_pb2.SORTBY_NULLS_FIRST
_NULLS_LAST: Final = postgast.pg_query_pb2.SORTBY_NULLS_LAST
