"""`Piece`: what a bound leaves of one column; and keys that are expressions, solved for their column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.sample.constraints.nodes import Call, Constant, Expr, Name

if TYPE_CHECKING:
    from designer_kernel.sample.planning.facts import TableFacts

DAY: Final = 86_400_000_000
_REMAINDERS: Final = 40
"""How many numbers with one remainder are used."""

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


class _End:
    """An end of everything."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name

    def __reduce__(self) -> str:
        return "OPEN_LOW" if self.name == "MINVALUE" else "OPEN_HIGH"


OPEN_LOW: Final = _End("MINVALUE")
OPEN_HIGH: Final = _End("MAXVALUE")


@dataclass(frozen=True, slots=True)
class Piece:
    """Either ``values``, or all from ``low`` (above it, if ``is_above``) to below ``high``."""

    low: Any = OPEN_LOW
    high: Any = OPEN_HIGH
    values: tuple[Any, ...] | None = None
    is_above: bool = False

    @property
    def span(self) -> tuple[int | None, int | None] | None:
        """The whole numbers from the first to below the last, ``None`` for open ends; nothing for values or text."""
        ends = [e for e in (self.low, self.high) if e is not OPEN_LOW and e is not OPEN_HIGH]
        if self.values is not None or not all(isinstance(e, int) for e in ends):
            return None
        low = None if self.low is OPEN_LOW else self.low + self.is_above
        return low, None if self.high is OPEN_HIGH else self.high

    @property
    def is_empty(self) -> bool:
        """Whether nothing lies in it."""
        if self.values is not None:
            return not self.values
        if self.low is OPEN_HIGH or self.high is OPEN_LOW:
            return True
        if self.low is OPEN_LOW or self.high is OPEN_HIGH:
            return False
        return bool(self.low + self.is_above >= self.high if isinstance(self.low, int) else self.low >= self.high)

    def holds(self, value: Any) -> bool:
        """Whether a value lies in it."""
        if self.values is not None:
            return value in self.values
        if value is None:
            return False
        is_low = self.low is OPEN_LOW or (value > self.low if self.is_above else value >= self.low)
        return is_low and (self.high is OPEN_HIGH or (self.high is not OPEN_LOW and value < self.high))

    def both(self, other: Piece) -> Piece | None:
        """Return what lies in both, or ``None`` if that is nothing."""
        if self.values is not None or other.values is not None:
            one, two = (self, other) if self.values is not None else (other, self)
            kept = tuple(v for v in one.values or () if two.holds(v))
            return Piece(values=kept) if kept else None
        low, is_above = self.low, self.is_above
        if low is OPEN_LOW or (other.low is not OPEN_LOW and other.low > low):
            low, is_above = other.low, other.is_above
        high = self.high
        if high is OPEN_HIGH or (other.high is not OPEN_HIGH and other.high < high):
            high = other.high
        found = Piece(low, high, is_above=is_above)
        return None if found.is_empty else found

    def listed(self) -> Piece:
        """Return a range of text as words in it; anything else as it is."""
        ends = [e for e in (self.low, self.high) if isinstance(e, str)]
        if self.values is not None or not ends:
            return self
        stem = self.low if isinstance(self.low, str) else ""
        tried = {stem + a + b for a in ("", *_LETTERS) for b in ("", *_LETTERS)}
        tried |= {a + b for a in _LETTERS for b in ("", *_LETTERS)} | {stem[:-1] + a for a in _LETTERS}
        return Piece(values=tuple(sorted(word for word in tried if word and self.holds(word))))


ANY: Final = Piece()


def inverted(key: Expr | None, piece: Piece, table: TableFacts) -> dict[str, Piece] | None:
    """Return the piece of a column for which a key lies in ``piece``; ``None`` if that cannot be told."""
    match key:
        case Name(column) if column in table.columns:
            return {column: piece.listed()}
        case Call(("lower" | "upper") as fold, (inner,)):
            listed = piece.listed()
            kept = tuple(v for v in listed.values or () if v is None or v == getattr(str(v), fold)())
            return inverted(inner, Piece(values=kept), table) if kept else None
        case Call("btrim" | "trim", (inner,)):
            return inverted(inner, piece.listed(), table)
        case Call("date_trunc", (Constant(unit), inner)):
            return inverted(inner, _untruncated(piece, str(unit)), table)
        case Call("date", (inner,)):
            return inverted(inner, _scaled(piece, DAY), table)
        case Call("extract" | "date_part", (Constant("year"), inner)):
            return inverted(inner, _years(piece), table)
        case Call("+" | "-" as sign, (inner, Constant(int() as value))):
            return inverted(inner, _moved(piece, -value if sign == "+" else value), table)
        case Call("/", (inner, Constant(int() as value))) if value > 0:
            return inverted(inner, _scaled(piece, value), table)
        case Call("%" | "mod", (inner, Constant(int() as value))) if piece.values is not None:
            rests = [v for v in piece.values if isinstance(v, int) and v >= 0]
            kept = tuple(rest + k * value for k in range(_REMAINDERS) for rest in rests)
            return inverted(inner, Piece(values=kept), table) if kept else None
        case Call("abs", (inner,)):
            return inverted(inner, piece, table) if _is_positive(piece) else None
        case Call("coalesce", (inner, Constant(_))):
            return inverted(inner, piece, table)
        case _:
            return None


def _is_positive(piece: Piece) -> bool:
    if piece.values is not None:
        return all(isinstance(v, int) and v >= 0 for v in piece.values)
    return isinstance(piece.low, int) and piece.low >= 0


def _moved(piece: Piece, by: int) -> Piece:
    if piece.values is not None:
        return Piece(values=tuple(v + by for v in piece.values if isinstance(v, int)))
    low = piece.low + by if isinstance(piece.low, int) else piece.low
    return Piece(low, piece.high + by if isinstance(piece.high, int) else piece.high, is_above=piece.is_above)


def _scaled(piece: Piece, unit: int) -> Piece:
    """Return the finer numbers whose quotient by ``unit`` lies in a piece; of several values the first."""
    if piece.values is not None:
        first = next((v for v in piece.values if isinstance(v, int)), None)
        return Piece(values=()) if first is None else Piece(first * unit, (first + 1) * unit)
    low = (piece.low + piece.is_above) * unit if isinstance(piece.low, int) else piece.low
    return Piece(low, piece.high * unit if isinstance(piece.high, int) else piece.high)


def _untruncated(piece: Piece, unit: str) -> Piece:
    """Return the times that are cut to one in a piece; its ends lie on the unit, or nothing would be between them."""
    if piece.values is None:
        return piece
    days = {"year": 365, "quarter": 90, "month": 28, "week": 7, "day": 1}.get(unit)
    first = next((v for v in piece.values if isinstance(v, int)), None)
    if first is None:
        return Piece(values=())
    return Piece(first, first + (days * DAY if days else {"hour": DAY // 24}.get(unit, 60_000_000)))


def _years(piece: Piece) -> Piece:
    def beginning(year: Any) -> Any:
        if not isinstance(year, int):
            return year
        return int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000

    if piece.values is not None:
        first = next((v for v in piece.values if isinstance(v, int)), None)
        return Piece(values=()) if first is None else Piece(beginning(first), beginning(first + 1))
    return Piece(beginning(piece.low), beginning(piece.high))
