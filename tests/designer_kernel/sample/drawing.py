"""A strategy for hypothesis that draws random catalogs: each choice is one of its own, so that it can shrink them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from tests.designer_kernel.sample.catalogs import RandomCatalog
from tests.designer_kernel.sample.growing import Chances

T = TypeVar("T")
_PARTS = 100


class DrawnChances(Chances):
    """Chances that hypothesis decides; what it shrinks to is the first of a list, the least number, and "no"."""

    def __init__(self, draw: st.DrawFn) -> None:
        super().__init__(0)
        self._draw = draw

    def chance(self, share: float) -> bool:
        return self._draw(st.integers(0, _PARTS - 1)) >= _PARTS - round(share * _PARTS)

    def random(self) -> float:
        return 1 - (self._draw(st.integers(0, _PARTS - 1)) + 1) / _PARTS  # high where it shrinks: what is rare is not

    def randint(self, a: int, b: int) -> int:
        return self._draw(st.integers(a, b))

    def choice(self, seq: Any) -> Any:
        return seq[self._draw(st.integers(0, len(seq) - 1))]

    def choices(self, population: Any, weights: Any = None, *, cum_weights: Any = None, k: int = 1) -> list[Any]:
        assert cum_weights is None
        pairs = zip(population, weights or [1] * len(population), strict=True)
        expanded = [item for item, weight in pairs for _ in range(weight)]
        return [self.choice(expanded) for _ in range(k)]

    def sample(self, population: Sequence[T] | range, k: int, *, counts: Any = None) -> list[Any]:  # type: ignore[override]
        assert counts is None
        left = list(population)
        return [left.pop(self._draw(st.integers(0, len(left) - 1))) for _ in range(k)]


@st.composite
def catalogs(draw: st.DrawFn, version: int = 18) -> str:
    """Draw a script that makes a catalog in the schema that is current."""
    return RandomCatalog(DrawnChances(draw), version).script()
