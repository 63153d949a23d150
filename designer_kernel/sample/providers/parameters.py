"""Parameters of providers: what a user wrote, in the smallest unit of a column's type; errors name the column."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.planning.forms import INTEGERS, Form
from designer_kernel.sample.providers.provider import Context

_TIMES: Final = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_592_000,
                 "year": 31_536_000}  # fmt: skip
_KINDS: Final = frozenset({"integer", "numeric", "float", "money", "date", "timestamp", "time", "interval"})


def number_of(value: Any, form: Form) -> Decimal:
    """Return a value or a place in time in the form's smallest unit (a float's own).

    Raises
    ------
    ValueError
        If it is none.
    """
    if form.kind in ("date", "timestamp"):
        if isinstance(value, date) and not isinstance(value, datetime):
            value = datetime(value.year, value.month, value.day, tzinfo=UTC)
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        since = moment.replace(tzinfo=moment.tzinfo or UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        seconds = Decimal(since.days) * 86_400 + since.seconds
        return seconds / 86_400 if form.kind == "date" else seconds * 1_000_000 + since.microseconds
    if form.kind == "time" and isinstance(value, str) and ":" in value:
        hours, minutes, *rest = value.split(":")
        return (Decimal(hours) * 3_600 + Decimal(minutes) * 60 + Decimal(rest[0] if rest else 0)) * 1_000_000
    return length_of(value, form)


def length_of(value: Any, form: Form) -> Decimal:
    """Return a distance between values in the form's smallest unit; raises `ValueError` as `number_of`."""
    if form.kind in ("date", "timestamp", "time", "interval"):
        found = re.fullmatch(r"\s*([\d.]+)\s*([a-z]+?)s?\s*", str(value).lower())
        if found is None or found[2] not in _TIMES:
            raise ValueError(f"{value!r} is no length of time such as '2 hours' or '30 days'")
        seconds = Decimal(found[1]) * _TIMES[found[2]]
        return seconds / 86_400 if form.kind == "date" else seconds * 1_000_000
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError(f"{value!r} is no number") from error
    if not number.is_finite():
        raise ValueError(f"{value!r} is no finite number")
    return number * unit_of(form)


def unit_of(form: Form) -> Decimal:
    """Return how many smallest units 1 is."""
    return Decimal(10) ** {"numeric": form.scale, "money": 2}.get(form.kind, 0)


def where_of(context: Context) -> str:
    """Return the column as errors name it."""
    return f"{context.table.label}.{context.column.name}"


def refused(context: Context, what: str, mend: str) -> SamplePlanError:
    """Return the error about a column's parameters."""
    return SamplePlanError(what, where=where_of(context), mend=mend)


def limits(context: Context, low: Any = None, high: Any = None) -> tuple[str, str]:
    """Return the ends that parameters, checks and the type leave, as decimal texts."""
    form, allowed = context.column.form, context.allowed
    unit = Decimal(1_000_000 if form.kind == "float" else 1)
    lows = [] if low is None else [given(context, low, "low")]
    highs = [] if high is None else [given(context, high, "high")]
    lows += [] if allowed.low is None else [Decimal(allowed.low) / unit]
    highs += [] if allowed.high is None else [Decimal(allowed.high) / unit]
    if form.kind == "integer":
        bits = INTEGERS.get(form.base, 32)
        lows.append(Decimal(-(2 ** (bits - 1))))
        highs.append(Decimal(2 ** (bits - 1) - 1))
    elif form.largest is not None:
        lows.append(Decimal(-form.largest))
        highs.append(Decimal(form.largest))
    elif form.kind == "time":
        lows.append(Decimal(0))
        highs.append(Decimal(86_399_999_999))
    bottom, top = max(lows, default=None), min(highs, default=None)
    if bottom is not None and top is not None and bottom > top:
        raise refused(context, "nothing lies between low and high", "widen low and high, or loosen the check")
    return ("" if bottom is None else str(bottom)), ("" if top is None else str(top))


def given(context: Context, value: Any, name: str, measure: Callable[[Any, Form], Decimal] = number_of) -> Decimal:
    """Return a parameter in the smallest unit.

    Raises
    ------
    SamplePlanError
        If it does not fit the column's type.
    """
    if context.kind not in _KINDS:
        raise refused(context, f"{context.column.type} is neither number nor time", "use another provider")
    try:
        return measure(value, context.column.form)
    except ValueError as error:
        raise refused(context, f"{name}: {error}", f"give {name} in the unit of {context.column.type}") from error


def above_zero(context: Context, **named: Decimal) -> None:
    """Refuse parameters that are zero or less; raises `SamplePlanError`."""
    for name, value in named.items():
        if value <= 0:
            raise refused(context, f"{name} must be more than zero", f"give a {name} above zero")


def plain_number(context: Context, value: float, name: str) -> Decimal:
    """Return a parameter without unit."""
    number = Decimal(str(value))
    if not number.is_finite():
        raise refused(context, f"{name} must be a number", f"give a {name} above zero")
    return number
