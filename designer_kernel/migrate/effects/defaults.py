"""Whether a new column has to be filled row by row, and whether its rows are looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.migrate.effects.nodes import type_of, word
from designer_kernel.migrate.effects.retyping import is_bound

_STEADY: Final = frozenset({
    "now", "transaction_timestamp", "statement_timestamp", "upper", "lower", "initcap", "md5", "sha256", "sha512",
    "length", "concat", "concat_ws", "format", "btrim", "ltrim", "rtrim", "substring", "substr", "replace", "left",
    "right", "lpad", "rpad", "repeat", "reverse", "encode", "decode", "chr", "ascii", "to_char", "to_date", "to_number",
    "to_timestamp", "date_trunc", "date_part", "extract", "age", "timezone", "make_date", "make_time", "make_interval",
    "make_timestamp", "make_timestamptz", "date_bin", "justify_days", "abs", "round", "trunc", "floor", "ceil",
    "ceiling", "power", "sqrt", "mod", "greatest", "least", "current_setting", "session_user", "pg_backend_pid",
    "to_tsvector", "to_tsquery", "plainto_tsquery", "to_json", "to_jsonb", "json_build_object", "jsonb_build_object",
    "json_build_array", "jsonb_build_array", "row_to_json", "array_to_json", "array_append", "array_prepend",
    "array_cat", "array_fill", "string_to_array", "array_to_string", "int4range", "int8range", "numrange", "daterange",
    "tsrange", "tstzrange", "point", "box", "circle", "polygon", "inet_client_addr", "inet_server_addr", "hashtext",
})  # fmt: skip
"""Usual functions of PostgreSQL's own with one value for a whole statement."""

_SERIAL: Final = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})


def is_steady(expression: Any, catalog: Catalog) -> bool:
    """Whether an expression has one value for all rows; one that we do not know may have many."""
    kind = expression.WhichOneof("node")
    node = getattr(expression, kind) if kind else None
    if kind in {"a_const", "sqlvalue_function", None}:
        return True
    if kind == "func_call":
        return _is_steady_call(node, catalog)
    parts = _PARTS.get(kind)
    return parts is not None and all(is_steady(part, catalog) for name in parts for part in _inner(node, name))


_PARTS: Final = {
    "type_cast": ("arg",), "a_array_expr": ("elements",), "a_expr": ("lexpr", "rexpr"), "bool_expr": ("args",),
    "coalesce_expr": ("args",), "min_max_expr": ("args",), "null_test": ("arg",), "boolean_test": ("arg",),
    "case_expr": ("arg", "args", "defresult"), "case_when": ("expr", "result"), "collate_clause": ("arg",),
    "row_expr": ("args",), "a_indirection": ("arg",), "list": ("items",),
}  # fmt: skip
"""The parts of expressions that are as steady as these are."""


def _inner(node: Any, name: str) -> Iterable[Any]:
    value = getattr(node, name)
    if hasattr(value, "WhichOneof"):
        return (value,) if node.HasField(name) else ()
    return tuple(value)


def _is_steady_call(call: Any, catalog: Catalog) -> bool:
    *schema, name = (part.string.sval for part in call.funcname)
    if not all(is_steady(argument, catalog) for argument in call.args):
        return False
    own = [f for f in catalog.of(Function) if f.name == name and f.schema == (schema[0] if schema else "public")]
    if own:
        return all(" IMMUTABLE" in f.definition or " STABLE" in f.definition for f in own)
    return name in _STEADY and schema in ([], ["pg_catalog"])


def is_serial(column: Any) -> bool:
    """Whether a column's type is a shorthand for a sequence of its own."""
    names = [part.string.sval for part in column.type_name.names]
    return names[-1] in _SERIAL and len(names) == 1


def fills_rows(column: Any, catalog: Catalog) -> bool:
    """Whether a new column has a value of its own in each row: one that is counted, computed or drawn."""
    kinds = _kinds(column)
    if "CONSTR_GENERATED" in kinds:
        return bool(kinds["CONSTR_GENERATED"].generated_kind != "v")
    if is_serial(column) or "CONSTR_IDENTITY" in kinds or is_bound(type_of(column.type_name), catalog):
        return True
    return "CONSTR_DEFAULT" in kinds and not is_steady(kinds["CONSTR_DEFAULT"].raw_expr, catalog)


def looks_at_rows(column: Any) -> bool:
    """Whether rows are read for a new column that is not filled: for its checks, its index, its foreign key."""
    kinds = _kinds(column)
    if kinds.keys() & {"CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_CHECK", "CONSTR_EXCLUSION"}:
        return True
    has_value = "CONSTR_DEFAULT" in kinds
    return ("CONSTR_NOTNULL" in kinds and not has_value) or ("CONSTR_FOREIGN" in kinds and has_value)


def _kinds(column: Any) -> dict[str, Any]:
    return {word(wrapped.constraint.contype, "ConstrType"): wrapped.constraint for wrapped in column.constraints}
