"""Which columns a table is partitioned by, guessed from bounds; and keys that take these columns in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from designer_kernel.exchange.sql.mends._base import columns, contype, strings, type_of
from designer_kernel.exchange.sql.statements import Statement

_TIMES: Final = frozenset({"date", "timestamp", "timestamptz"})
_NUMBERS: Final = frozenset({"int2", "int4", "int8", "numeric", "serial", "bigserial", "smallserial"})
_TEXTS: Final = frozenset({"text", "varchar", "bpchar", "uuid"})
_DATE: Final = re.compile(r"\d{4}-\d\d?(?:-\d\d?)?(?:[ T]|\Z)")
_USUAL: Final = ("created_at", "occurred_at", "event_time", "recorded_at", "logged_at", "timestamp", "ts", "time",
                 "date", "day", "created", "tenant_id", "region", "country")  # fmt: skip
"""Columns by which tables are often partitioned."""


def guess(parent: Statement, bounds: Sequence[tuple[str, str, Any]]) -> list[str]:
    """Return the columns that the bounds of a table's partitions speak of; none if that cannot be told."""
    _, partition, bound = bounds[0]
    found: list[str] = []
    if bound.strategy == "h":
        wanted = [""]
    elif bound.strategy == "r":
        edges = [_values(b.lowerdatums) or _values(b.upperdatums) for _, _, b in bounds]
        wanted = max(edges, key=lambda values: sum(v != "" for v in values), default=[])
    else:
        wanted = next((values[:1] for _, _, b in bounds if (values := _values(b.listdatums))), [""])
    for value in wanted:
        hint = set(_parts(partition)) - set(_parts(parent.node.relation.relname))
        scored = [(_score(column, value, hint, parent), column.colname) for column in columns(parent)]
        best = max((s for s in scored if s[1] not in found and s[0] > 0), default=None, key=lambda s: s[0])
        if best is None:
            return []
        found.append(best[1])
    return found


def _values(datums: Any) -> list[str]:
    """Return the constants of a bound as texts; empty for MINVALUE, expressions and the like."""
    return [_constant(item) for item in datums]


def _constant(item: Any) -> str:
    if item.WhichOneof("node") == "type_cast":
        return _constant(item.type_cast.arg)
    if item.WhichOneof("node") != "a_const":
        return ""
    kind = item.a_const.WhichOneof("val")
    values = {"sval": item.a_const.sval.sval, "ival": item.a_const.ival.ival, "fval": item.a_const.fval.fval}
    return str(values.get(kind or "", ""))


def _score(column: Any, value: str, hint: set[str], parent: Statement) -> int:
    """Return how well a column fits a bound's value; 0 if not at all."""
    name, kind = column.colname.lower(), type_of(column)
    score = 0
    if _DATE.match(value):
        score = 20 if kind in _TIMES else 0
    elif re.fullmatch(r"-?\d+(?:\.\d+)?", value):
        score = 20 if kind in _NUMBERS else 5 if kind in _TEXTS else 0
    elif value:
        score = 20 if kind in _TEXTS else 15 if kind not in _TIMES | _NUMBERS | {"bool", "jsonb", "json"} else 0
    else:
        score = 5
    if not score:
        return 0
    score += 10 * bool(set(_parts(name)) & (hint | set(_parts(value))) - {"id", "at"})
    score += (len(_USUAL) - _USUAL.index(name)) if name in _USUAL else 0
    constraints = {contype(item.constraint) for item in column.constraints}
    score += 2 * ("CONSTR_NOTNULL" in constraints) + ("CONSTR_DEFAULT" in constraints)
    if "CONSTR_PRIMARY" in constraints:
        score += 8 if not value else -3
    return max(score, 1)


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[^a-z]+", name.lower()) if len(part) > 1]


def widen(tree: Any, key: Sequence[str]) -> tuple[bool, list[str]]:
    """Take columns into the primary and unique keys of a statement that lack them; say whether and what was changed."""
    statement = tree.stmts[0].stmt
    kind = statement.WhichOneof("node")
    if kind == "create_stmt":
        return _widen_table(statement.create_stmt, key)
    if kind == "index_stmt" and statement.index_stmt.unique:
        return _widen_index(statement.index_stmt, key)
    if kind == "alter_table_stmt":
        nodes = [getattr(item.alter_table_cmd, "def") for item in statement.alter_table_stmt.cmds]
        said = [words for node in nodes if (words := _widen_constraint(node.constraint, key))]
        return bool(said), said
    return False, []


def _widen_table(table: Any, key: Sequence[str]) -> tuple[bool, list[str]]:
    said: list[str] = []
    added: list[Any] = []
    for element in table.table_elts:
        if element.WhichOneof("node") == "constraint":
            if words := _widen_constraint(element.constraint, key):
                said.append(words)
            continue
        column = element.column_def
        for item in list(column.constraints):
            if contype(item.constraint) in {"CONSTR_PRIMARY", "CONSTR_UNIQUE"} and set(key) - {column.colname}:
                whole = type(item)()
                whole.CopyFrom(item)
                whole.constraint.keys.add().string.sval = column.colname
                said.append(_widen_constraint(whole.constraint, key))
                added.append(whole)
                column.constraints.remove(item)
    for whole in added:
        table.table_elts.add().CopyFrom(whole)
    return bool(said), said


def _widen_constraint(constraint: Any, key: Sequence[str]) -> str:
    """Take columns into a key; return what was done, or nothing."""
    if contype(constraint) not in {"CONSTR_PRIMARY", "CONSTR_UNIQUE"} or constraint.indexname:
        return ""
    old = strings(constraint.keys)
    missing = [name for name in key if name not in old]
    if not old or not missing:
        return ""
    for name in missing:
        constraint.keys.add().string.sval = name
    kind = "primary" if contype(constraint) == "CONSTR_PRIMARY" else "unique"
    return (
        f"its {kind} key must hold the partition key, so it becomes ({', '.join([*old, *missing])}), and "
        f"{', '.join(old)} alone may come twice"
    )


def _widen_index(index: Any, key: Sequence[str]) -> tuple[bool, list[str]]:
    old = [item.index_elem.name for item in index.index_params]
    missing = [name for name in key if name not in old]
    for name in missing:
        index.index_params.add().index_elem.name = name
        index.index_params[-1].index_elem.ordering = index.index_params[0].index_elem.ordering
        index.index_params[-1].index_elem.nulls_ordering = index.index_params[0].index_elem.nulls_ordering
    return bool(missing), [f"the unique index {index.idxname} takes {', '.join(missing)} in"] if missing else []
