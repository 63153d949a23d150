"""The chi-square test, and its correction for rows that come in groups."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, lgamma, log
from typing import Final

_TINY: Final = 1e-300
_STEPS: Final = 500


def chi_square(seen: Sequence[float], expected: Sequence[float]) -> float:
    """Return Pearson's statistic; categories that are not expected count as half a row expected."""
    return sum((s - e) ** 2 / max(e, 0.5) for s, e in zip(seen, expected, strict=True))


def chance(statistic: float, degrees: int) -> float:
    """Return how often chance alone gives a statistic of at least this: the upper tail of chi-square."""
    if degrees < 1 or statistic <= 0:
        return 1.0
    a, x = degrees / 2, statistic / 2
    scale = exp(max(-x + a * log(x) - lgamma(a), -700))
    if x < a + 1:  # the series of the lower tail
        term = total = 1 / a
        for step in range(1, _STEPS):
            term *= x / (a + step)
            total += term
            if term < total * 1e-14:
                break
        return min(1.0, max(0.0, 1 - total * scale))
    b = x + 1 - a  # Lentz's continued fraction of the upper one
    c, d = 1 / _TINY, 1 / b
    h = d
    for step in range(1, _STEPS):
        an = -step * (step - a)
        b += 2
        d = 1 / _nonzero(an * d + b)
        c = _nonzero(b + an / c)
        h *= d * c
        if abs(d * c - 1) < 1e-14:
            break
    return min(1.0, max(0.0, h * scale))


def _nonzero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def grouped(samples: Sequence[Sequence[float]]) -> float:
    """Return by how much chi-square is larger for rows in groups than for rows drawn one by one (Rao and Scott).

    ``samples`` are counts of the same categories in samples that are made the same way.
    """
    degrees = len(samples[0]) - 1
    if degrees < 1 or len(samples) < 2:
        return 1.0
    found = []
    for index, sample in enumerate(samples):
        others = [s for i, s in enumerate(samples) if i != index]
        size = sum(sample)
        total = sum(map(sum, others))
        if not size or not total:
            continue
        expected = [size * sum(column) / total for column in zip(*others, strict=True)]
        found.append(chi_square(sample, expected) / degrees / (1 + 1 / len(others)))
    return max(1.0, sum(found) / len(found)) if found else 1.0
