"""Checks and predicates as small expression trees, read from PostgreSQL's own grammar.

Only what sample data can evaluate has a node here; the rest raises `Unreadable`, which the planner turns into an error
that names the constraint.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import postgast
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.constraints.nodes import (
    Call,
    Case,
    Compare,
    Constant,
    Every,
    Expr,
    IsNull,
    Match,
    Name,
    Not,
    OneOf,
    Some,
    Unreadable,
    conjuncts,
)
from designer_kernel.sample.rows.arrays import texts

COMPARISONS: Final = ("=", "<>", "<", "<=", ">", ">=")
_ARITHMETIC: Final = ("+", "-", "*", "/", "%", "||", "&", "|", "#")
_MATCHES: Final = {"~": (False, False), "~*": (True, False), "!~": (False, True), "!~*": (True, True)}
_LIKES: Final = {"~~": (False, False), "~~*": (True, False), "!~~": (False, True), "!~~*": (True, True)}


UNREADABLE_MEND: Final = (
    "leave the table out by tables=…, or state the check with comparisons, IN, AND, OR and patterns"
)
"""What to do about a check that holds something else."""


@lru_cache(maxsize=4096)
def read(text: str) -> Expr:
    """Return the tree of one expression as the server spells it.

    Raises
    ------
    Unreadable
        If it holds anything that has no node here.
    """
    try:
        parsed = postgast.parse(f"SELECT {text}")
        target = parsed.stmts[0].stmt.select_stmt.target_list[0].res_target.val
    except (postgast.PgQueryError, IndexError) as error:
        raise Unreadable(text) from error
    return _node(target)


def read_all(texts: Iterable[str]) -> Iterator[Expr]:
    """Yield the parts that all must hold of those checks that can be read; others say nothing."""
    for text in texts:
        try:
            yield from conjuncts(read(text))
        except Unreadable:
            continue


@lru_cache(maxsize=4096)
def read_parts(text: str) -> tuple[Expr, ...]:
    """Return those of the parts of a check that all must hold that can be read, if not all of them can."""
    try:
        parsed = postgast.parse(f"SELECT {text}")
        target = parsed.stmts[0].stmt.select_stmt.target_list[0].res_target.val
    except (postgast.PgQueryError, IndexError):
        return ()
    waiting, found = [target], []
    while waiting:
        tree = waiting.pop(0)
        if tree.WhichOneof("node") == "bool_expr" and _enum(tree.bool_expr, "boolop") == "AND_EXPR":
            waiting.extend(tree.bool_expr.args)
            continue
        try:
            found.append(_node(tree))
        except Unreadable:
            continue
    return tuple(found)


@lru_cache(maxsize=4096)
def mentioned(text: str) -> frozenset[str]:
    """Return the names of columns that an expression speaks of, whether we can read it or not; ``*`` for whole rows."""
    try:
        parsed = postgast.parse(f"SELECT {text}")
    except postgast.PgQueryError:
        return frozenset()
    found = set()
    for reference in postgast.find_nodes(parsed, postgast.pg_query_pb2.ColumnRef):
        last = reference.fields[-1]
        found.add("*" if last.WhichOneof("node") == "a_star" else last.string.sval)
    return frozenset(found)


def _node(tree: Any) -> Expr:
    which = tree.WhichOneof("node")
    inner: Any = getattr(tree, which) if which else None
    match which:
        case "column_ref":
            return Name(inner.fields[-1].string.sval)
        case "a_const":
            return Constant(_literal(inner))
        case "type_cast":
            return _cast(inner)
        case "a_expr":
            return _operator(inner)
        case "bool_expr":
            return _boolean(inner)
        case "null_test":
            test = IsNull(_node(inner.arg))
            return Not(test) if "NOT" in _enum(inner, "nulltesttype") else test
        case "boolean_test":
            return _truth(inner)
        case "func_call":
            return Call(inner.funcname[-1].string.sval.lower(), tuple(_node(a) for a in inner.args))
        case "sqlvalue_function":
            return Call("now", ())
        case "coalesce_expr":
            return Call("coalesce", tuple(_node(a) for a in inner.args))
        case "min_max_expr":
            name = "greatest" if "GREATEST" in _enum(inner, "op") else "least"
            return Call(name, tuple(_node(a) for a in inner.args))
        case "case_expr":
            return _case(inner)
        case _:
            raise Unreadable(str(which))


def _enum(message: Any, field_name: str) -> str:
    descriptor = message.DESCRIPTOR.fields_by_name[field_name]
    return str(descriptor.enum_type.values_by_number[getattr(message, field_name)].name)


def _literal(constant: Any) -> Any:
    if constant.isnull:
        return None
    match constant.WhichOneof("val"):
        case "ival":
            return int(constant.ival.ival)
        case "fval":
            return Decimal(constant.fval.fval)
        case "boolval":
            return bool(constant.boolval.boolval)
        case "sval":
            return str(constant.sval.sval)
        case other:
            raise Unreadable(str(other))


def _finite(number: Decimal) -> Constant:
    if not number.is_finite():
        raise Unreadable(str(number))
    return Constant(number)


def _case(tree: Any) -> Case:
    subject = _node(tree.arg) if tree.HasField("arg") else None
    branches = []
    for item in tree.args:
        condition = _node(item.case_when.expr)
        condition = condition if subject is None else Compare("=", subject, condition)
        branches.append((condition, _node(item.case_when.result)))
    return Case(tuple(branches), _node(tree.defresult) if tree.HasField("defresult") else Constant(None))


_UNITS: Final = {"day": 86400, "days": 86400, "hour": 3600, "hours": 3600, "minute": 60, "minutes": 60, "second": 1,
                 "seconds": 1, "week": 604800, "weeks": 604800, "min": 60, "mins": 60, "sec": 1, "secs": 1}  # fmt: skip


def _interval(text: str) -> timedelta:
    """Return an interval of days and times; months and years have no length of their own."""
    rest = text.strip()
    clock = re.search(r"(-?)(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?$", rest)
    seconds = Decimal(0)
    if clock is not None:
        seconds = int(clock[2]) * 3600 + int(clock[3]) * 60 + Decimal(clock[4] or 0)
        seconds = -seconds if clock[1] else seconds
        rest = rest[: clock.start()]
    if re.fullmatch(r"\s*0\s*", rest):
        rest = ""
    parts = re.findall(r"(-?\d+(?:\.\d+)?)\s*([a-z]+)", rest)
    if any(unit not in _UNITS for _, unit in parts) or re.sub(r"(-?\d+(?:\.\d+)?)\s*([a-z]+)", "", rest).strip():
        raise Unreadable(text)
    seconds += sum((Decimal(number) * _UNITS[unit] for number, unit in parts), Decimal(0))
    return timedelta(microseconds=int(seconds * 1_000_000))


def _cast(cast: Any) -> Expr:
    """Return what is cast; only literals of times change by their cast, the rest keeps its meaning for us."""
    inner = _node(cast.arg)
    target = cast.type_name.names[-1].string.sval if len(cast.type_name.names) else ""
    if not isinstance(inner, Constant) or not isinstance(inner.value, str):
        if target in ("date", "int2", "int4", "int8") and not isinstance(inner, Constant):
            return Call("date" if target == "date" else "integer", (inner,))
        return inner
    text = inner.value
    try:
        if target == "date":
            return Constant(date.fromisoformat(text))
        if target in ("timestamp", "timestamptz"):
            moment = datetime.fromisoformat(text)
            return Constant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        if target in ("int2", "int4", "int8"):
            return Constant(int(text))
        if target in ("numeric", "float4", "float8"):
            return _finite(Decimal(text))
        if target == "bool":
            return Constant(text.lower() in ("t", "true", "yes", "on", "1"))
    except (ValueError, ArithmeticError) as error:
        raise Unreadable(text) from error
    if target == "interval":
        return Constant(_interval(text))
    if target == "time":
        return Constant(time.fromisoformat(text))
    return inner


def _operator(expr: Any) -> Expr:
    kind = _enum(expr, "kind")
    symbol = expr.name[-1].string.sval if len(expr.name) else ""
    symbol = "<>" if symbol == "!=" else symbol
    if kind in ("AEXPR_IN", "AEXPR_OP_ANY", "AEXPR_OP_ALL"):
        return _membership(expr, kind, symbol)
    if "BETWEEN" in kind:
        low, high = (_node(item) for item in expr.rexpr.list.items)
        subject = _node(expr.lexpr)
        inside: Expr = Every((Compare(">=", subject, low), Compare("<=", subject, high)))
        if "SYM" in kind:
            inside = Some((inside, Every((Compare(">=", subject, high), Compare("<=", subject, low)))))
        return Not(inside) if "NOT" in kind else inside
    if expr.lexpr.WhichOneof("node") == expr.rexpr.WhichOneof("node") == "row_expr":
        return _rows(symbol, expr.lexpr.row_expr, expr.rexpr.row_expr)
    right = _node(expr.rexpr)
    if kind in ("AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT"):
        found = Call("is distinct from", (_node(expr.lexpr), right))
        return found if kind == "AEXPR_DISTINCT" else Not(found)
    if kind == "AEXPR_NULLIF":
        return Call("nullif", (_node(expr.lexpr), right))
    if expr.HasField("lexpr") and (symbol in _MATCHES or symbol in _LIKES):
        return _match(_node(expr.lexpr), right, symbol)
    if kind == "AEXPR_OP" and not expr.HasField("lexpr"):
        if symbol == "-" and isinstance(right, Constant) and right.value is not None:
            return Constant(-right.value)
        if symbol == "-":
            return Call("-", (Constant(0), right))
        if symbol == "~":
            return Call("~", (right,))
        raise Unreadable(symbol)
    left = _node(expr.lexpr)
    if kind == "AEXPR_OP" and symbol in COMPARISONS:
        return Compare(symbol, left, right)
    if kind == "AEXPR_OP" and symbol in _ARITHMETIC:
        return Call(symbol, (left, right))
    raise Unreadable(f"{kind} {symbol}")


def _rows(symbol: str, left: Any, right: Any) -> Expr:
    """Return a comparison of rows as comparisons of their parts."""
    if symbol not in COMPARISONS or len(left.args) != len(right.args):
        raise Unreadable("rows")
    pairs = [(_node(a), _node(b)) for a, b in zip(left.args, right.args, strict=True)]
    same = [Compare("=", a, b) for a, b in pairs]
    if symbol in ("=", "<>"):
        return Every(tuple(same)) if symbol == "=" else Not(Every(tuple(same)))
    strict = symbol[0]
    found: Expr = Compare(symbol, *pairs[-1])
    for index in range(len(pairs) - 2, -1, -1):
        found = Some((Compare(strict, *pairs[index]), Every((same[index], found))))
    return found


def _match(subject: Expr, pattern: Expr, symbol: str) -> Expr:
    if isinstance(pattern, Call) and pattern.function in ("similar_to_escape", "similar_escape"):
        pattern = Constant(_similar(pattern.arguments))
    if not isinstance(pattern, Constant) or not isinstance(pattern.value, str):
        raise Unreadable("a pattern that is no literal")
    is_like = symbol in _LIKES
    if not is_like and not _is_known_here(pattern.value):
        raise Unreadable(pattern.value)
    ignore_case, negated = (_LIKES if is_like else _MATCHES)[symbol]
    found = Match(subject, pattern.value, is_like, ignore_case)
    return Not(found) if negated else found


@lru_cache(maxsize=1024)
def _is_known_here(pattern: str) -> bool:
    """Whether a regular expression means something to the engine that evaluates it here: no looking ahead, say."""
    try:
        pc.match_substring_regex(texts([""]), pattern)
    except pa.ArrowInvalid:
        return False
    return True


def _similar(arguments: tuple[Expr, ...]) -> str:
    """Return the pattern of ``SIMILAR TO`` as a regular expression."""
    first = arguments[0]
    if len(arguments) > 1 or not isinstance(first, Constant) or not isinstance(first.value, str):
        raise Unreadable("a pattern that is no literal")
    made: list[str] = []
    is_escaped = is_set = False
    for character in first.value:
        if is_escaped:
            made.append(re.escape(character))
        elif character == "\\":
            is_escaped = True
            continue
        elif is_set:
            made.append(character)
        else:
            made.append({"%": ".*", "_": ".", ".": "\\.", "^": "\\^", "$": "\\$", "(": "(?:"}.get(character, character))
        is_set = character == "[" or (is_set and character != "]")
        is_escaped = False
    return f"^(?:{''.join(made)})$"


def _membership(expr: Any, kind: str, symbol: str) -> Expr:
    subject = _node(expr.lexpr)
    if (kind, symbol) not in (("AEXPR_IN", "="), ("AEXPR_IN", "<>"), ("AEXPR_OP_ANY", "="), ("AEXPR_OP_ALL", "<>")):
        raise Unreadable(f"{kind} {symbol}")
    source = expr.rexpr
    while source.WhichOneof("node") == "type_cast":
        source = source.type_cast.arg
    which = source.WhichOneof("node")
    if which == "list":
        items = [_node(item) for item in source.list.items]
    elif which == "a_array_expr":
        items = [_node(item) for item in source.a_array_expr.elements]
    elif which == "a_const" and source.a_const.WhichOneof("val") == "sval":
        items = [Constant(part.strip('"')) for part in source.a_const.sval.sval.strip("{}").split(",")]
    else:
        raise Unreadable(str(which))
    if not all(isinstance(item, Constant) for item in items):
        raise Unreadable("a list that is not of literals")
    inside = OneOf(subject, tuple(item.value for item in items if isinstance(item, Constant)))
    return Not(inside) if symbol == "<>" else inside


def _boolean(expr: Any) -> Expr:
    parts = tuple(_node(a) for a in expr.args)
    match _enum(expr, "boolop"):
        case "AND_EXPR":
            return Every(parts)
        case "OR_EXPR":
            return Some(parts)
        case _:
            return Not(parts[0])


def _truth(test: Any) -> Expr:
    subject = _node(test.arg)
    match _enum(test, "booltesttype"):
        case "IS_TRUE":
            return subject
        case "IS_FALSE":
            return Not(subject)
        case "IS_NOT_TRUE":
            return Some((Not(subject), IsNull(subject)))
        case "IS_NOT_FALSE":
            return Some((subject, IsNull(subject)))
        case other:
            raise Unreadable(other)
