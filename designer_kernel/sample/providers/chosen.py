"""Values of a list, values that depend on others, values that rise and fall with others, and mixtures of providers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers import catalogue
from designer_kernel.sample.providers.choices import Choice
from designer_kernel.sample.providers.distributions import histogram
from designer_kernel.sample.providers.parameters import given, number_of, refused
from designer_kernel.sample.providers.provider import Context, Provider
from designer_kernel.sample.rows import hashing, quantiles
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Mask, Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_TEXTS: Final = frozenset({"text", "enum", "json", "xml"})
_NUMBERS: Final = frozenset({"integer", "numeric", "money", "date", "timestamp", "time", "interval"})
_MILLION: Final = 1_000_000
_SAMPLE: Final = 2_048


def choice(context: Context, *, values: list[Any], weights: list[float] | None = None) -> Provider:
    """One of some values, each as often as its weight says."""
    if not values:
        raise refused(context, "there are no values to choose from", "give values: [first, second]")
    items = tuple(_item(context, value) for value in values)
    if weights is None:
        return Choice(items, (1,) * len(items))
    return Choice(items, _whole(context, weights, len(values)))


def _whole(context: Context, weights: list[float], size: int) -> tuple[int, ...]:
    """Return weights as whole numbers that add up to a million or so."""
    total = sum(weights)
    if len(weights) != size or min(weights) < 0 or not 0 < total < float("inf"):
        raise refused(context, "the weights do not go with the values", "give one weight above zero for each value")
    return tuple(round(weight * _MILLION / total) if weight else 0 for weight in weights)


def _item(context: Context, value: Any) -> Any:
    form = context.column.form
    if value is None and not context.column.not_null:
        return None
    if form.kind in _TEXTS:
        if form.kind == "json" and not isinstance(value, str):
            return json.dumps(value, sort_keys=True, ensure_ascii=False)
        if not isinstance(value, str) or (form.labels and value not in form.labels):
            raise refused(context, f"{value!r} is no {context.column.type}", "give values of the column's type")
        return value
    if form.kind == "boolean":
        if not isinstance(value, bool):
            raise refused(context, f"{value!r} is neither true nor false", "give true or false")
        return value
    if form.kind == "float":
        return float(given(context, value, "values"))
    if form.kind in _NUMBERS:
        number = given(context, value, "values")
        if number != number.to_integral_value():
            raise refused(context, f"{value!r} is no {context.column.type}", "give values of the column's type")
        return int(number)
    raise refused(context, f"values of {context.column.type} cannot be listed", "use another provider")


@dataclass(frozen=True, slots=True)
class Mixture(Provider):
    """One of several providers for each row, as often as its weight says."""

    parts: tuple[Provider, ...]
    weights: tuple[int, ...]

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        which = hashing.weighted(frame.bits(column.name, "which"), self.weights)
        return _merged(frame, column, [(which == i, part) for i, part in enumerate(self.parts)])


def _merged(frame: Frame, column: ColumnFacts, cases: list[tuple[Mask, Provider]]) -> Values:
    """Return each row's value from the last case whose mask it is in; the first case stands for all others."""
    values = cases[0][1].draw(frame, column)
    for mask, provider in cases[1:]:
        if mask.any():
            values = values.where(mask, provider.draw(frame, column))
    return values


def mixture(context: Context, *, parts: list[dict[str, Any]], weights: list[float] | None = None) -> Provider:
    """Values of several providers, mixed: each part says its provider and parameters."""
    if not parts:
        raise refused(context, "there are no parts", "give parts: [{provider: normal, mean: 10, deviation: 1}]")
    return Mixture(
        tuple(_nested(context, part) for part in parts), _whole(context, weights or [1.0] * len(parts), len(parts))
    )


def _nested(context: Context, spoken: Any) -> Provider:
    """Return a provider from ``{provider: …, …}``, a list of values, or one value."""
    if isinstance(spoken, Mapping) and "provider" in spoken:
        parameters = {name: value for name, value in spoken.items() if name != "provider"}
        return catalogue.make(str(spoken["provider"]), context, parameters)[0]
    return choice(context, values=list(spoken) if isinstance(spoken, list | tuple) else [spoken])


def empirical(
    context: Context, *, values: list[Any] | None = None, shares: list[float] | None = None,
    bounds: list[Any] | None = None,
) -> Provider:  # fmt: skip
    """What a real column holds: common values with their shares, and bounds that cut the rest into equal parts.

    These are what pg_stats gives as ``most_common_vals``, ``most_common_freqs`` and ``histogram_bounds``.
    """
    common, rest = values or [], bounds or []
    given_shares = list(shares) if shares is not None else [1.0] * len(common)
    if len(given_shares) != len(common) or (not common and not rest):
        raise refused(context, "there must be values with a share each, or bounds", "give values and shares, or bounds")
    left = max(1.0 - sum(given_shares), 0.0) if shares is not None else 1.0
    parts: list[tuple[Provider, float]] = []
    if common:
        parts.append((choice(context, values=common, weights=given_shares), sum(given_shares)))
    if rest and left > 0:
        is_line = context.kind in _NUMBERS | {"float"} and len(rest) > 1
        parts.append((histogram(context, bounds=rest) if is_line else choice(context, values=rest), left))
    if len(parts) == 1:
        return parts[0][0]
    return Mixture(tuple(p for p, _ in parts), _whole(context, [share for _, share in parts], len(parts)))


@dataclass(frozen=True, slots=True)
class Depends(Provider):
    """A provider for each value of another column, of the row or of one that ``reference`` leads to."""

    column: str
    cases: tuple[tuple[Any, Provider], ...]
    otherwise: Provider
    reference: str = ""

    @property
    def of(self) -> str:
        """The column of the row that is looked at."""
        return "" if self.reference else self.column

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        source = frame.parent(self.reference) if self.reference else frame
        other = source.column(self.column)
        cases: list[tuple[Mask, Provider]] = [(np.ones(len(frame), dtype=np.bool_), self.otherwise)]
        for value, provider in self.cases:
            if other.is_arrow:
                mask = pc.fill_null(pc.equal(other.data, pa.scalar(value, other.data.type)), False)
                found = mask.to_numpy(zero_copy_only=False)
            else:
                found = other.data == value
            cases.append((found if other.null is None else found & ~other.null, provider))
        return _merged(frame, column, cases)


def depends_on(context: Context, *, column: str, cases: dict[str, Any], otherwise: Any = None) -> Provider:
    """Values that depend on another column: prices on the category, for each value a provider or a list.

    ``column`` is one of the row, or reference.column of a row that it refers to. Without ``otherwise`` the first case
    stands for all other values.
    """
    reference, facts = _other(context, column)
    made = tuple((_key(context, facts, key), _nested(context, spoken)) for key, spoken in cases.items())
    if not made:
        raise refused(context, "there are no cases", "give cases: {Books: {provider: uniform, low: 5, high: 40}}")
    rest = made[0][1] if otherwise is None else _nested(context, otherwise)
    return Depends(facts.name, made, rest, reference)


def _key(context: Context, facts: ColumnFacts, key: str) -> Any:
    if facts.form.kind in _TEXTS:
        return key
    if facts.form.kind == "boolean":
        if key.lower() not in ("true", "false"):
            raise refused(context, f"{key!r} is neither true nor false", "write true and false")
        return key.lower() == "true"
    try:
        found = number_of(key, facts.form)
    except ValueError as error:
        raise refused(context, f"cases: {error}", f"give values of {facts.name}") from error
    return float(found) if facts.form.kind == "float" else int(found)


def _other(context: Context, name: str) -> tuple[str, ColumnFacts]:
    """Return the path of references and the column that ``name`` or ``reference.name`` means.

    A reference is called by its constraint, by its column, or by the table that it leads to.
    """
    head, _, column = name.rpartition(".")
    if not head:
        if column in context.table.columns and column != context.column.name:
            return "", context.table.columns[column]
        raise refused(context, f"the table has no other column {column!r}", "name one of " + _names(context))
    for key in context.table.foreign_keys:
        qualified = f"{key.referenced_schema}.{key.referenced_table}"
        if head in (key.name, key.referenced_table, qualified, *key.columns):
            parent = context.parents.get(key.name)
            if parent is not None and column in parent.columns:
                return key.name, parent.columns[column]
    raise refused(
        context, f"nothing is known as {name!r}", "name a column, or a table that is referred to and its column"
    )


def _names(context: Context) -> str:
    return ", ".join(c for c in context.table.columns if c != context.column.name) or "none"


@dataclass(frozen=True, slots=True)
class Correlated(Provider):
    """A provider whose values rise (or fall) with those of another column: by a rank correlation in thousandths.

    The two share a normal copula. Where the other column's value lies among all rows is told by some rows of its table.
    """

    inner: Provider
    column: str
    rank: int
    reference: str = ""

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def of(self) -> str:
        """The column of the row that is looked at."""
        return "" if self.reference else self.column

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        source = frame.parent(self.reference) if self.reference else frame
        other = source.column(self.column)
        place = _placed(source, self.column, other.data, frame.bits(column.name, "place"))
        normal = quantiles.normal_table()
        own, theirs = normal.at(frame.bits(column.name)), normal.at(place)
        shared, left = _weights(self.rank)
        bits = _share_below((theirs * shared + own * left) >> 20, hashing.mix(place))
        if other.null is not None:
            bits = np.where(other.null, frame.bits(column.name), bits)
        return self.inner.draw(_Steered(frame, column.name, bits), column)  # type: ignore[arg-type]


class _Steered:
    """A frame whose random bits of one column are given."""

    def __init__(self, frame: Frame, column: str, bits: Bits) -> None:
        self._frame = frame
        self._names = (column,)
        self._bits = bits

    def __len__(self) -> int:
        return len(self._frame)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._frame, name)

    def bits(self, *names: str) -> Bits:
        return self._bits if names == self._names else self._frame.bits(*names)


def _placed(source: Frame, column: str, data: Any, bits: Bits) -> Bits:
    """Return where each value lies among those of its table, as a share of 2**64; equal ones are spread."""
    known: dict[tuple[str, str], Any] = source.plan.kept
    key = (f"ranks of {source.table.label}", column)
    if key not in known:
        rows = source.table.rows
        size = min(rows, _SAMPLE)
        chosen = source.at(np.arange(size, dtype=np.int64) * rows // size)
        found = chosen.column(column)
        kept = found.data if found.null is None else found.data[~found.null]
        known[key] = np.sort(kept) if len(kept) else np.zeros(1, dtype=np.int64)
    ranks = known[key]
    low = np.searchsorted(ranks, data, side="left")
    high = np.searchsorted(ranks, data, side="right")
    width = np.maximum(high - low, 1).astype(np.uint64)
    step = np.uint64(2**64 // (len(ranks) + 1))
    inside = (width * (bits >> np.uint64(40))) * (step >> np.uint64(24))
    place: Bits = low.astype(np.uint64) * step + inside
    return place


@lru_cache(maxsize=64)
def _weights(rank: int) -> tuple[int, int]:
    """Return the weights of both normal values in 2**20ths, for a rank correlation in thousandths.

    Pearson's correlation of the normal values is ``2 sin(pi r / 6)`` (K. Pearson, 1907); the sine by its series.
    """
    angle = Decimal("3.14159265358979323846") * rank / 6_000
    term = sine = angle
    for n in range(1, 10):
        term = -term * angle * angle / ((2 * n) * (2 * n + 1))
        sine += term
    shared = min(max(2 * sine, Decimal(-1)), Decimal(1))
    return int(shared * 2**20), int((1 - shared * shared).sqrt() * 2**20)


@lru_cache(maxsize=1)
def _bell() -> tuple[Rows, Rows]:
    """Return normal values in millionths and the shares of 2**40 that lie below them."""
    table = quantiles.normal_table()
    cells = quantiles.CELLS
    places: dict[int, int] = {}
    for line, low, step in (
        (0, 0, 2**32),
        (1, 0, 2**24),
        (3, 0, 2**16),
        (2, 2**40 - 2**32, 2**24),
        (4, 2**40 - 2**24, 2**16),
    ):
        inner = range(1, cells) if line == 0 else range(0 if line == 3 else 1, cells + (line == 4))
        places.update({low + i * step: int(table.points[line][i]) >> table.fine for i in inner})
    shares = sorted(places)
    return np.array([places[s] for s in shares], dtype=np.int64), np.array(shares, dtype=np.int64)


def _share_below(normal: Rows, bits: Bits) -> Bits:
    """Return the share of 2**64 that lies below each normal value; the last bits are those of ``bits``."""
    values, shares = _bell()
    kept = np.clip(normal, values[0], values[-1] - 1)
    index = np.searchsorted(values, kept, side="right") - 1
    gap = np.maximum(values[index + 1] - values[index], 1)
    found = shares[index] + (shares[index + 1] - shares[index]) * (kept - values[index]) // gap
    share: Bits = np.clip(found, 0, 2**40 - 1).astype(np.uint64) << np.uint64(24)
    return share | (bits >> np.uint64(40))


def correlated(context: Context, *, to: str, rank: float, values: dict[str, Any]) -> Provider:
    """Values that rise with those of another column, or fall for a negative rank correlation.

    ``to`` is a column of the row, or reference.column; ``values`` say the provider and its parameters.
    """
    if not -1 <= rank <= 1:
        raise refused(context, "a rank correlation lies between -1 and 1", "give rank: 0.7")
    reference, facts = _other(context, to)
    if facts.form.kind not in _NUMBERS | {"float"}:
        raise refused(context, f"{facts.name} is neither number nor time", "use provider: depends on")
    return Correlated(_nested(context, values), facts.name, round(1000 * rank), reference)


def by_weight(context: Context, *, weights: dict[str, float]) -> Provider:
    """The values of the column's enum or check, each as often as its weight says; those not named never."""
    labels = context.allowed.values or context.column.form.labels
    named = tuple(labels or weights)
    if any(str(label) not in map(str, named) for label in weights):
        raise refused(
            context, "a weight is given for a value that is not allowed", "name " + ", ".join(map(str, named))
        )
    by_text = {str(label): label for label in named}
    return Choice(tuple(by_text[label] for label in weights), _whole(context, list(weights.values()), len(weights)))


NAMED = {
    "choice": choice, "mixture": mixture, "empirical": empirical, "depends on": depends_on, "correlated": correlated,
    "weighted": by_weight,
}  # fmt: skip
