"""Tables of distributions against their formulas: by Kolmogorov and Smirnov if measured, by chi-square if counted.

Bounds of one in a thousand: 1.95 for ``D * sqrt(n)`` (Smirnov, 1948), and Wilson and Hilferty's cube (1931) for
chi-square. Seeds are fixed, so that a test either always passes or never.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from designer_kernel.sample.rows import hashing, quantiles

N = 200_000
BITS = hashing.draw(hashing.stream(11, "distributions"), np.arange(N))
FINE = Decimal("0.000001")


def normal_share(x: float) -> float:
    return (1 + math.erf(x / math.sqrt(2))) / 2


def gamma_share(shape: float, x: float) -> float:
    """Return the regularised incomplete gamma function by its series (Abramowitz and Stegun 6.5.29)."""
    if x <= 0:
        return 0.0
    term = total = 1.0 / shape
    for n in range(1, 600):
        term *= x / (shape + n)
        total += term
    return total * math.exp(shape * math.log(x) - x - math.lgamma(shape))


def beta_share(x: float) -> float:
    """Return the share below x of the beta distribution of 2 and 5, integrated by hand."""
    return 1 - (1 - x) ** 6 - 6 * x * (1 - x) ** 5


MEASURED: dict[str, tuple[Callable[[Decimal], Decimal], Callable[[float], float]]] = {
    "normal": (quantiles.normal, normal_share),
    "exponential": (quantiles.exponential, lambda x: 1 - math.exp(-x)),
    "log normal": (lambda p: (Decimal("0.5") * quantiles.normal(p)).exp(), lambda x: normal_share(math.log(x) / 0.5)),
    "gamma of 0.5": (quantiles.gamma(Decimal("0.5")), lambda x: gamma_share(0.5, x)),
    "gamma of 7": (quantiles.gamma(Decimal(7)), lambda x: gamma_share(7, x)),
    "beta": (quantiles.beta(Decimal(2), Decimal(5)), beta_share),
    "pareto": (lambda p: (quantiles.exponential(p) / 3).exp(), lambda x: 1 - x**-3),
}


@pytest.mark.parametrize("name", list(MEASURED))
def test_measured_values_follow_their_formula(name: str) -> None:
    quantile, share = MEASURED[name]
    drawn = np.sort(quantiles.table(quantile, FINE).at(BITS))
    expected = np.array([share(float(x) * 1e-6) for x in drawn[:: N // 2000]])
    found = np.arange(0, N, N // 2000) / N
    assert np.abs(expected - found).max() * math.sqrt(N) < 1.95


def poisson_share(k: int) -> float:
    return math.exp(-3.5 + k * math.log(3.5) - math.lgamma(k + 1))


def binomial_share(k: int) -> float:
    return math.comb(20, k) * 0.3**k * 0.7 ** (20 - k)


COUNTED: dict[str, tuple[Any, Callable[[int], float], range]] = {
    "poisson": (quantiles.poisson(Decimal("3.5")), poisson_share, range(13)),
    "binomial": (quantiles.binomial(20, Decimal("0.3")), binomial_share, range(16)),
    "zipf": (quantiles.zipf(50, Decimal("1.2")), lambda k: k**-1.2 / sum(i**-1.2 for i in range(1, 51)), range(1, 51)),
}


@pytest.mark.parametrize("name", list(COUNTED))
def test_counts_follow_their_formula(name: str) -> None:
    steps, share, values = COUNTED[name]
    drawn = steps.at(BITS)
    observed = np.array([(drawn == k).sum() for k in values], dtype=float)
    expected = np.array([share(k) * N for k in values])
    rest = N - expected.sum()
    if rest > 5:
        observed, expected = np.append(observed, N - observed.sum()), np.append(expected, rest)
    assert chi_square(observed, expected) < limit(len(expected) - 1)


def test_ranks_beyond_the_exact_ones_follow_the_same_law() -> None:
    drawn = quantiles.zipf(1_000_000, Decimal("1.1")).at(BITS)
    assert drawn.max() <= 1_000_000
    weights = np.arange(1, 1_000_001, dtype=float) ** -1.1
    bounds = [0, 1, 10, 100, 300, 1_000, 10_000, 100_000, 1_000_000]
    expected = np.array([weights[a:b].sum() for a, b in pairwise(bounds)]) * N / weights.sum()
    observed = np.histogram(drawn, bins=[b + 0.5 for b in bounds])[0]
    assert chi_square(observed.astype(float), expected) < limit(len(expected) - 1)


def test_tables_are_the_same_on_every_machine() -> None:
    """What was drawn where this was written; another result means other rows for the same seed."""
    bits = BITS[:6]
    assert quantiles.table(quantiles.normal, FINE).at(bits).tolist() == NORMAL
    assert quantiles.table(quantiles.gamma(Decimal("2.5")), FINE).at(bits).tolist() == GAMMA
    assert quantiles.zipf(1_000_000, Decimal("1.1")).at(bits).tolist() == ZIPF


def test_tails_reach_beyond_five_deviations_and_no_further_than_six() -> None:
    table = quantiles.normal_table()
    ends = table.at(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert (np.abs(ends) > 5_000_000).all()
    assert (np.abs(ends) < 6_000_000).all()
    assert (np.diff(table.at(np.arange(0, 2**64 - 2**50, 2**50, dtype=np.uint64))) >= 0).all()


def chi_square(observed: Any, expected: Any) -> float:
    return float(((observed - expected) ** 2 / expected).sum())


def limit(freedom: int) -> float:
    return float(freedom * (1 - 2 / (9 * freedom) + 3.09 * math.sqrt(2 / (9 * freedom))) ** 3)


NORMAL = [-269641, 93620, -1215062, -220743, -700806, -494917]
GAMMA = [1806783, 2314937, 854237, 1870254, 1310119, 1533468]
ZIPF = [20, 110, 1, 25, 4, 8]
