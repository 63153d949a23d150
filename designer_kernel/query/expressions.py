"""Expressions of SQL as terms and conditions: the grammar's tree, taken apart as far as a query has words for it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.query import operators as ops

if TYPE_CHECKING:
    from designer_kernel.query.model import Condition, Group, Term, Value

_NODES: Final = postgast.pg_query_pb2
_AGGREGATE_NAMES: Final = frozenset(
    {*ops.AGGREGATES, "every", "string_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "stddev",
     "stddev_pop", "stddev_samp", "variance", "var_pop", "var_samp", "bit_and", "bit_or", "corr", "percentile_cont",
     "percentile_disc", "mode", "range_agg", "xmlagg"}
)  # fmt: skip
_KINDS: Final = {
    (_NODES.AEXPR_DISTINCT, "="): "is distinct from",
    (_NODES.AEXPR_NOT_DISTINCT, "="): "is not distinct from",
    (_NODES.AEXPR_LIKE, "~~"): "like",
    (_NODES.AEXPR_LIKE, "!~~"): "not like",
    (_NODES.AEXPR_ILIKE, "~~*"): "ilike",
    (_NODES.AEXPR_ILIKE, "!~~*"): "not ilike",
    (_NODES.AEXPR_IN, "="): "in",
    (_NODES.AEXPR_IN, "<>"): "not in",
    (_NODES.AEXPR_BETWEEN, "BETWEEN"): "between",
    (_NODES.AEXPR_NOT_BETWEEN, "NOT BETWEEN"): "not between",
} | {(_NODES.AEXPR_OP, sign): sign for sign in ("=", "<>", "<", "<=", ">", ">=", "~", "~*", "!~", "!~*", "@>", "<@", "&&")}  # fmt: skip  # noqa: E501
_BOOLEAN_TESTS: Final = {
    _NODES.IS_TRUE: "is true",
    _NODES.IS_NOT_TRUE: "is not true",
    _NODES.IS_FALSE: "is false",
    _NODES.IS_NOT_FALSE: "is not false",
}
_PLAIN_CALL: Final = {"funcname", "args", "agg_star", "agg_distinct", "funcformat", "location"}

Fields = dict[str, Any]


def read_expression(text: str, *, is_inner: bool = False) -> Fields:
    """Return the fields of the term that one expression is; ``is_inner`` leaves functions as SQL.

    Raises
    ------
    InvalidSql
        If the text is not exactly one expression.
    """
    return dict(_read_expression(sqltext.expression(text, "query"), is_inner))


@lru_cache(maxsize=2048)
def _read_expression(text: str, is_inner: bool) -> Fields:
    node = _node(text)
    return _inner_fields(node) if is_inner else term_fields(node)


def _node(text: str) -> Any:
    return sqltext.parsed(f"SELECT {text}", "query").select_stmt.target_list[0].res_target.val


def text_of(node: Any) -> str:
    """Return an expression's tree as SQL.

    Raises
    ------
    InvalidSql
        If it cannot be written without changing what it means.
    """
    result = postgast.ParseResult()
    select = result.stmts.add().stmt.select_stmt
    select.target_list.add().res_target.val.CopyFrom(node)
    select.limit_option, select.op = _NODES.LIMIT_OPTION_DEFAULT, _NODES.SETOP_NONE
    return sqltext.deparse(result).removeprefix("SELECT ")


def names_of(node: Any) -> tuple[str, ...] | None:
    """Return the names of a reference such as ``orders.total``, or ``None`` of anything else."""
    if node.WhichOneof("node") != "column_ref":
        return None
    fields = node.column_ref.fields
    if any(field.WhichOneof("node") != "string" for field in fields):
        return None
    return tuple(field.string.sval for field in fields)


def _inner_fields(node: Any) -> Fields:
    """Return the fields of a column, or else of SQL."""
    names = names_of(node)
    if names is not None and len(names) == 2:
        return {"source": names[0], "column": names[1]}
    return {"expression": text_of(node)}


def term_fields(node: Any) -> Fields:
    """Return the fields of the term that a tree is."""
    kind = node.WhichOneof("node")
    names = names_of(node)
    if names is not None and len(names) == 1:
        return {"column": names[0]}
    if kind == "column_ref" and node.column_ref.fields[-1].WhichOneof("node") == "a_star":
        fields = [field.string.sval for field in node.column_ref.fields[:-1]]
        if len(fields) < 2:
            return {"every": True, "source": fields[0] if fields else ""}
    if kind == "func_call":
        call = node.func_call
        known = {field.name for field, _ in call.ListFields()} <= _PLAIN_CALL
        name = [part.string.sval for part in call.funcname][-1] if len(call.funcname) == 1 else ""
        if known and call.funcformat == _NODES.COERCE_EXPLICIT_CALL:
            return _function_fields(call, name) or {"expression": text_of(node)}
    return _inner_fields(node)


def _function_fields(call: Any, name: str) -> Fields | None:
    """Return the fields of a call that a term has a word for, or ``None``."""
    if name == "count" and call.agg_star:
        return {"every": True, "function": "count"}
    if name == "date_trunc" and len(call.args) == 2 and not call.agg_distinct:
        unit = _constant(call.args[0])
        if unit is not None and unit["kind"] == "text" and unit["text"] in ops.PERIODS:
            return _of(call.args[1], unit["text"])
        return None
    if name in ops.AGGREGATES and len(call.args) == 1:
        if not call.agg_distinct:
            return _of(call.args[0], name)
        return _of(call.args[0], "count distinct") if name == "count" else None
    return None


def _of(argument: Any, function: str) -> Fields | None:
    fields = _inner_fields(argument)
    names = names_of(argument)
    if names is not None and len(names) == 1:  # whose column it is, is not known here
        return None
    return {**fields, "function": function}


def _constant(node: Any) -> Fields | None:
    """Return the fields of a plain constant, or ``None``."""
    if node.WhichOneof("node") != "a_const" or node.a_const.isnull:
        return None
    constant = node.a_const
    kind = constant.WhichOneof("val")
    if kind == "sval":
        return {"text": constant.sval.sval, "kind": "text"}
    if kind == "ival":
        return {"text": str(constant.ival.ival), "kind": "number"}
    if kind == "fval" and constant.fval.fval[:1] in "-.0123456789" and "_" not in constant.fval.fval:
        text = constant.fval.fval
        return None if text[:2].lower() in ("0x", "0o", "0b") else {"text": text, "kind": "number"}
    if kind == "boolval":
        return {"text": "true" if constant.boolval.boolval else "false", "kind": "boolean"}
    return None


@lru_cache(maxsize=2048)
def is_constant(text: str) -> bool:
    """Whether an expression is a constant, which ORDER BY would take for the number of a column."""
    return bool(_node(text).WhichOneof("node") == "a_const")


@lru_cache(maxsize=2048)
def has_aggregate(text: str) -> bool:
    """Whether a well-known aggregate is called in an expression, other than over a window."""
    return any(
        type(node).__name__ == "FuncCall"
        and not node.HasField("over")
        and node.funcname
        and node.funcname[-1].string.sval in _AGGREGATE_NAMES
        for node in sqltext.walk(_node(text))
    )


@lru_cache(maxsize=2048)
def needs_brackets(text: str) -> bool:
    """Whether an expression needs brackets around it beside an operator."""
    node = _node(text)
    kind = node.WhichOneof("node")
    if kind == "func_call":
        return bool(node.func_call.funcformat != _NODES.COERCE_EXPLICIT_CALL or node.func_call.HasField("over"))
    return kind not in {"a_const", "column_ref", "coalesce_expr", "case_expr", "min_max_expr"}


def read_condition(text: str) -> Condition | Group:
    """Return what one condition written as SQL says.

    Raises
    ------
    InvalidSql
        If the text is not exactly one expression.
    """
    return condition_of(_node(sqltext.expression(text, "query")))


def condition_of(node: Any) -> Condition | Group:
    """Return the condition or group of conditions that a tree is; what has no word of its own stays SQL."""
    from designer_kernel.query.model import Condition, Group

    kind = node.WhichOneof("node")
    if kind == "bool_expr":
        parts = tuple(condition_of(part) for part in node.bool_expr.args)
        if node.bool_expr.boolop != _NODES.NOT_EXPR:
            return Group(every=node.bool_expr.boolop == _NODES.AND_EXPR, parts=parts)
        return Group(negated=True, parts=parts)
    if kind == "null_test" and not node.null_test.argisrow:
        operator: Any = "is null" if node.null_test.nulltesttype == _NODES.IS_NULL else "is not null"
        return Condition(term=_term(node.null_test.arg), operator=operator)
    if kind == "boolean_test" and (operator := _BOOLEAN_TESTS.get(node.boolean_test.booltesttype)):
        return Condition(term=_term(node.boolean_test.arg), operator=operator)
    if kind == "a_expr" and (found := _comparison(node.a_expr)) is not None:
        return found
    return _holding(node)


def _holding(node: Any) -> Condition:
    """Return a condition that stays as it is. It is not read again, so a part of it is not taken for the whole."""
    from designer_kernel.query.model import Condition

    return Condition(term=_term(node), operator="holds")


def _comparison(expression: Any) -> Condition | None:
    from designer_kernel.query.model import Condition

    sign = expression.name[-1].string.sval if len(expression.name) == 1 else ""
    operator: Any = _KINDS.get((expression.kind, sign))
    if operator is None or not expression.HasField("lexpr"):
        return None
    term = _term(expression.lexpr)
    if operator in ops.BETWEEN or operator in ops.LISTS:
        if expression.rexpr.WhichOneof("node") != "list":
            return None
        values = [_value(item) for item in expression.rexpr.list.items]
        known = tuple(value for value in values if value is not None)
        if len(known) < len(values) or len(known) > 1000:
            return None
        return Condition(term=term, operator=operator, values=known)
    value = _value(expression.rexpr)
    if value is not None:
        return Condition(term=term, operator=operator, values=(value,))
    return Condition(term=term, operator=operator, other=_term(expression.rexpr))


def _value(node: Any) -> Value | None:
    from designer_kernel.query.model import Value

    fields = _constant(node)
    return Value(**fields) if fields is not None and len(fields["text"]) <= 10_000 else None


def _term(node: Any) -> Term:
    """Return a term of a condition; a name alone is the SQL of a column whose source is not known."""
    from designer_kernel.query.model import Term

    return Term(**term_fields(node))
