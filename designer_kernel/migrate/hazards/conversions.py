"""Which values of one type have no place in another one, or lose something there."""

from __future__ import annotations

from typing import Final, NamedTuple

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Change
from designer_kernel.catalog.types import TypeName
from designer_kernel.errors import InvalidSql
from designer_kernel.migrate.effects.retyping import keeps_values

_RANGES: Final = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}
_NUMBERS: Final = ("smallint", "integer", "bigint", "numeric", "real", "double precision")
_TEXTS: Final = frozenset({"text", "character varying", "character", "bpchar"})
_VALIDATING: Final = 16
"""The first version that has ``pg_input_is_valid``."""

_SHAPES: Final = {
    **dict.fromkeys(("smallint", "integer", "bigint"), r"^\s*[-+]?\d+\s*$"),
    "numeric": r"^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$",
    "uuid": r"^\s*\{?[0-9a-fA-F]{4}(-?[0-9a-fA-F]{4}){7}\}?\s*$",
}
"""How texts look that are values of a type."""


class Misfit(NamedTuple):
    """Why values may not fit, and the query for those that do not."""

    reason: str
    query: str = ""


def misfits(old: Column, new: Column, change: Change) -> Misfit | None:
    """Return what may not fit when a column takes another type; nothing if all values do."""
    if keeps_values(old.type, new.type, change.after):
        return None
    domain = _domain(new, change)
    if domain is not None:
        return domain
    try:
        source, target = types.parse(old.type), types.parse(new.type)
    except InvalidSql:
        return Misfit("what does not fit is refused")
    return _between(source, target, old, new, change)


def _between(source: TypeName, target: TypeName, old: Column, new: Column, change: Change) -> Misfit | None:
    name = quote(old.name)
    if source.dimensions or target.dimensions:
        is_text = target.dimensions and target.name in _TEXTS and not target.modifiers
        return None if is_text else Misfit("elements that do not fit are refused")
    if target.name in _TEXTS:
        return _as_text(source, target, old)
    if source.name in _NUMBERS and target.name in _NUMBERS:
        return _as_number(source, target, old)
    if source.name.startswith("timestamp") and target.name in {"date", "time without time zone"}:
        is_day = target.name == "date"
        query = _rows(old, f"{name}::date::{old.type} <> {name}") if is_day else ""
        return Misfit("the rest of each moment is lost", query)
    if source.name in types.PRECISION and source.name == target.name:
        return Misfit("fractions of seconds are rounded", _rows(old, f"{name}::{new.type} <> {name}"))
    if target.name.startswith("bit") or target.name == '"bit"':
        return (
            Misfit("values of another length do not fit", _rows(old, f"length({name}) > {target.numbers[0]}"))
            if (target.numbers)
            else Misfit("what does not fit is refused")
        )
    if source.name == "date" and target.name.startswith("timestamp"):
        return None
    return _from_text(source, target, old, new, change)


def _as_text(source: TypeName, target: TypeName, old: Column) -> Misfit | None:
    length = target.numbers[0] if target.numbers else 0
    if not length:
        return None
    shown = "character" if length == 1 else "characters"
    return Misfit(
        f"values of more than {length} {shown} do not fit", _rows(old, f"length({quote(old.name)}::text) > {length}")
    )


def _as_number(source: TypeName, target: TypeName, old: Column) -> Misfit | None:
    name, exact = quote(old.name), _NUMBERS.index(source.name) < _NUMBERS.index(target.name)
    if target.name in _RANGES:
        if exact:
            return None
        limit = _RANGES[target.name]
        away = f"{name} NOT BETWEEN {-limit} AND {limit - 1}"
        if source.name in _RANGES:
            return Misfit("greater numbers do not fit", _rows(old, away))
        return Misfit(
            "fractions are rounded, and greater numbers do not fit",
            _rows(old, f"{away} OR {name} <> trunc({name}::numeric)"),
        )
    if target.name == "numeric" and target.numbers:
        precision, scale = target.numbers[0], target.numbers[1] if len(target.numbers) > 1 else 0
        rounded = f"round({name}::numeric, {scale})"
        where = f"abs({rounded}) >= {10 ** max(precision - scale, 0)}"
        if source.name in _RANGES and len(str(_RANGES[source.name])) <= precision - scale:
            return None
        keeps = source.name in _RANGES or (len(source.numbers) > 1 and source.numbers[1] <= scale)
        reason = "greater numbers do not fit" if keeps else "digits are rounded, and greater numbers do not fit"
        return Misfit(reason, _rows(old, where if keeps else f"{where} OR {rounded} <> {name}::numeric"))
    if target.name in {"real", "double precision"} and source.name not in {"smallint", "real"}:
        return Misfit(
            "digits beyond its precision are lost", _rows(old, f"{name}::{target}::numeric <> {name}::numeric")
        )
    return None


def _from_text(source: TypeName, target: TypeName, old: Column, new: Column, change: Change) -> Misfit:
    name, reason = quote(old.name), f"what is no {new.type} is refused"
    for enum in change.after.of(Enum):
        if quote_path(enum.schema, enum.name) == new.type:
            labels = ", ".join(literal(label) for label in enum.labels)
            return Misfit(reason, _rows(old, f"{name}::text <> ALL (ARRAY[{labels}])") if labels else "")
    if change.version >= _VALIDATING and not target.schema:
        return Misfit(reason, _rows(old, f"NOT pg_input_is_valid({name}::text, {literal(new.type)})"))
    shape = _SHAPES.get(target.name) if source.name in _TEXTS else None
    return Misfit(reason, _rows(old, f"{name}::text !~ {literal(shape)}") if shape else "")


def _domain(new: Column, change: Change) -> Misfit | None:
    for domain in change.after.of(Domain):
        if quote_path(domain.schema, domain.name) != new.type:
            continue
        checks = [check.expression for check in change.after.parts(domain.id, DomainCheck) if not check.not_valid]
        query = breaking(new, checks, not_null=domain.not_null)
        return (
            Misfit(f"the constraints of {new.type} have to hold", query)
            if query
            else Misfit("what does not fit is refused")
        )
    return None


def breaking(column: Column, checks: list[str], *, not_null: bool) -> str:
    """Return the query for the values of a column that break conditions on ``VALUE``; empty if there are none."""
    wrong = [f"NOT ({check})" for check in checks] + (["value IS NULL"] if not_null else [])
    if not wrong:
        return ""
    table = quote_path(column.schema, column.table)
    return f"SELECT value FROM (SELECT {quote(column.name)} AS value FROM {table}) given WHERE {' OR '.join(wrong)}"


def _rows(column: Column, condition: str) -> str:
    return f"SELECT {quote(column.name)} FROM {quote_path(column.schema, column.table)} WHERE {condition}"
