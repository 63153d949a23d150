"""Layouts: owners and first rows agree with each other, without a table of all rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.sample.rows import layout
from designer_kernel.sample.rows.layout import Fan

fans = st.builds(
    Fan, st.integers(1, 400), st.integers(1, 3000), st.booleans(), st.integers(0, 2**64 - 1), st.booleans()
)


@pytest.fixture(params=[1 << 18, 0], ids=["table", "blocks"])
def limit(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Both ways to find starts: kept in a table, and computed block by block."""
    monkeypatch.setattr(layout, "_TABLE_UP_TO", request.param)
    return int(request.param)


def starts(fan: Fan) -> np.ndarray:
    return np.append(fan.start(np.arange(fan.parents)), fan.children)


@pytest.mark.usefixtures("limit")
class TestFan:
    def test_owner_and_start_are_inverse(self) -> None:
        @given(fan=fans)
        def law(fan: Fan) -> None:
            sizes = np.diff(starts(fan))
            assert sizes.min() >= 0
            assert sizes.sum() == fan.children
            expected = np.repeat(np.arange(fan.parents), sizes)
            assert (fan.owner(np.arange(fan.children)) == expected).all()

        law()

    def test_no_owner_has_more_than_the_bound(self) -> None:
        @given(fan=fans)
        def law(fan: Fan) -> None:
            assert np.diff(starts(fan)).max() <= fan.largest

        law()

    def test_sure_layouts_leave_no_owner_without_children(self) -> None:
        @given(parents=st.integers(1, 300), more=st.integers(0, 900), key=st.integers(0, 2**64 - 1))
        def law(parents: int, more: int, key: int) -> None:
            assert np.diff(starts(Fan(parents, parents + more, even=False, key=key))).min() >= 1

        law()

    def test_even_layouts_differ_by_one(self) -> None:
        sizes = np.diff(starts(Fan(7, 100, even=True, key=1)))
        assert sizes.max() - sizes.min() <= 1
        assert np.diff(starts(Fan(100, 40, even=True, key=1))).max() == 1


def test_both_ways_give_the_same_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    fan = Fan(1000, 5500, even=False, key=5)
    by_table = fan.owner(np.arange(5500))
    monkeypatch.setattr(layout, "_TABLE_UP_TO", 0)
    assert (fan.owner(np.arange(5500)) == by_table).all()


def test_a_billion_owners_cost_nothing() -> None:
    fan = Fan(10**9, 5 * 10**9, even=False, key=1)
    rows = np.arange(4 * 10**9, 4 * 10**9 + 1000)
    owners = fan.owner(rows)
    assert (fan.start(owners) <= rows).all()
    assert (fan.start(owners + 1) > rows).all()
