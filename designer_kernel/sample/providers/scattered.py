"""Keys by name: in order, scattered over a range so that they look random, UUIDs, tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.keys import Serial, Token, Uuid
from designer_kernel.sample.providers.provider import Context, Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values, digits, joined

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_ROWS: Final = Counter("rows")


@dataclass(frozen=True, slots=True)
class Scattered(Provider):
    """Distinct numbers that look random: a keyed bijection of the row's number over ``size`` numbers from ``low`` on.

    As text they have ``prefix`` before them, and leading zeros up to ``width``.
    """

    low: int
    size: int
    prefix: str = ""
    width: int = 0
    counter: Counter = _ROWS
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        key = hashing.stream(frame.plan.seed, *frame.name, column.name, "scatter")
        numbers = self.low + hashing.scatter(frame.counted(self.counter), self.size, key)
        if column.form.kind == "numeric":
            return Values(numbers * 10**column.form.scale)
        if column.form.kind != "text":
            return Values(numbers)
        text = digits(numbers, self.width)
        return Values(joined(self.prefix, text) if self.prefix else text)


def _serial(context: Context, *, start: int = 1, step: int = 1) -> Provider:
    """Numbers in the order of the rows."""
    if not step:
        raise _refused(context, "a step of 0 gives all rows the same number", "give another step")
    return Serial(start, context.unique or _ROWS, step)


def _scattered(context: Context, *, low: int = 1, high: int = 0) -> Provider:
    """Distinct numbers that look random, from low to high."""
    largest = context.column.form.largest
    top = high or min(10 ** max(8, len(str(context.rows)) + 2), largest if largest is not None else 1 << 62)
    return _checked(context, Scattered(low, top - low + 1, counter=context.unique or _ROWS))


def _code(context: Context, *, prefix: str = "", width: int = 8) -> Provider:
    """Distinct codes that look random: a prefix and digits."""
    if context.kind != "text":
        raise _refused(context, "codes are text", "ask for scattered number")
    limit = context.column.form.length
    if limit is not None and len(prefix) + width > limit:
        raise _refused(context, f"{len(prefix) + width} characters do not fit into {limit}", "give fewer")
    if not 1 <= width <= 18:
        raise _refused(context, f"{width} digits cannot be counted", "give 1 to 18")
    return _checked(context, Scattered(0, 10**width, prefix, width, context.unique or _ROWS))


def _checked(context: Context, provider: Scattered) -> Provider:
    if provider.size < context.rows:
        raise _refused(
            context,
            f"{max(provider.size, 0):,} numbers cannot tell {context.rows:,} rows apart",
            "ask for a wider range",
        )
    return provider


def _uuid(context: Context, *, version: Literal[4, 7] = 4) -> Provider:
    """UUIDs: of version 4, random; of version 7, in the order of the rows."""
    return Uuid(version)


def _token(context: Context, *, length: int = 48, prefix: str = "") -> Provider:
    """Random hexadecimal digits after a prefix; distinct from 16 digits on."""
    if length < 16 and context.unique is not None:
        raise _refused(context, f"{length} digits may meet twice", "give 16 or more")
    return Token(length, prefix)


def _refused(context: Context, what: str, mend: str) -> SamplePlanError:
    return SamplePlanError(what, where=f"{context.table.label}.{context.column.name}", mend=mend)


NAMED: Mapping[str, Callable[..., Provider]] = {
    "serial": _serial, "scattered number": _scattered, "scattered code": _code, "uuid": _uuid, "token": _token,
}  # fmt: skip
for _make in NAMED.values():
    _make.keeps_apart = True  # type: ignore[attr-defined]
