"""Counter-based randomness: bijections, ranges, and values that never change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.sample.rows import hashing


@given(size=st.integers(1, 5000), start=st.integers(0, 10**12), shift=st.integers(0, 10**9))
def test_any_run_of_counters_meets_every_number_once(size: int, start: int, shift: int) -> None:
    counters = np.arange(start, start + size, dtype=np.int64)
    assert sorted(hashing.permute(counters, size, shift).tolist()) == list(range(size))


@given(key=st.integers(0, 2**64 - 1))
def test_no_two_rows_get_the_same_bits(key: int) -> None:
    bits = hashing.draw(key, np.arange(10_000, dtype=np.int64))
    assert len(np.unique(bits)) == 10_000


@given(size=st.integers(1, 2**31 - 1))
def test_below_stays_below(size: int) -> None:
    values = hashing.below(hashing.draw(7, np.arange(1000, dtype=np.int64)), size)
    assert values.min() >= 0
    assert values.max() < size


def test_units_are_spread_evenly() -> None:
    units = hashing.unit(hashing.draw(hashing.stream(1, "x"), np.arange(100_000, dtype=np.int64)))
    counts, _ = np.histogram(units, bins=20, range=(0, 1))
    assert counts.min() > 4500
    assert counts.max() < 5500


def test_weights_are_kept() -> None:
    index = hashing.weighted(hashing.draw(3, np.arange(100_000, dtype=np.int64)), (70, 20, 10))
    shares = np.bincount(index) / 100_000
    assert np.allclose(shares, (0.7, 0.2, 0.1), atol=0.01)


def test_streams_never_change() -> None:
    """A seed must give the same rows next year and on another machine."""
    assert hashing.stream(7, "public", "users", "id") == 11157676410552664294
    # the published first outputs of splitmix64 for the seed 0
    assert hashing.draw(0, np.array([1, 2, 3], dtype=np.int64)).tolist() == [
        0xE220A8397B1DCDAF,
        0x6E789E6AA1B965F4,
        0x06C45D188009454F,
    ]


@given(size=st.integers(1, 3000), key=st.integers(0, 2**64 - 1))
def test_scattering_meets_every_number_once_and_is_undone(size: int, key: int) -> None:
    numbers = np.arange(size, dtype=np.int64)
    scattered = hashing.scatter(numbers, size, key)
    assert sorted(scattered.tolist()) == numbers.tolist()
    assert (hashing.gathered(scattered, size, key) == numbers).all()


@pytest.mark.parametrize("size", [10**9 + 7, 2**31 - 1, 10**15, 2**62])
def test_scattering_a_large_range_collides_nowhere(size: int) -> None:
    numbers = np.concatenate([np.arange(100_000), size - 1 - np.arange(100_000)]).astype(np.int64)
    scattered = hashing.scatter(numbers, size, 11)
    assert len(np.unique(scattered)) == len(numbers)
    assert scattered.min() >= 0
    assert scattered.max() < size
    assert (hashing.gathered(scattered, size, 11) == numbers).all()


def test_scattered_numbers_look_random() -> None:
    """Neighbours do not stay neighbours, the whole range is used evenly, and another key gives another order."""
    size = 1_000_000
    scattered = hashing.scatter(np.arange(20_000, dtype=np.int64), size, 5)
    counts, _ = np.histogram(scattered, bins=50, range=(0, size))
    assert ((counts - 400) ** 2 / 400).sum() < 85.4  # chi-square of 49 degrees, one in a thousand
    steps = np.diff(scattered)
    assert len(np.unique(steps)) > 19_000
    assert abs(np.corrcoef(scattered[:-1], scattered[1:])[0, 1]) < 0.03
    assert (hashing.scatter(np.arange(20_000, dtype=np.int64), size, 6) != scattered).mean() > 0.99


def test_scattering_never_changes() -> None:
    assert hashing.scatter(np.arange(4, dtype=np.int64), 1000, 1).tolist() == [845, 38, 548, 592]
