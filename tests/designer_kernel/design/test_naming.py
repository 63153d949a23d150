"""Names that we give."""

from __future__ import annotations

import pytest

from designer_kernel.design.naming import Namer, singular


@pytest.mark.parametrize(
    ("plural", "wanted"),
    [
        ("orders", "order"),
        ("order_items", "order_item"),
        ("categories", "category"),
        ("addresses", "address"),
        ("boxes", "box"),
        ("statuses", "status"),
        ("status", "status"),
        ("people", "person"),
        ("user_preferences", "user_preference"),
        ("inventory", "inventory"),
        ("access", "access"),
        ("product_analytics", "product_analytic"),
        ("s", "s"),
    ],
)
def test_singular_follows_the_ending(plural, wanted):
    assert singular(plural) == wanted


def test_names_are_unique_and_fit():
    namer = Namer()
    first = namer.give("public", "a" * 60, ["column"], "idx")
    second = namer.give("public", "a" * 60, ["column"], "idx")
    assert first != second
    assert len(first.encode()) <= 63
    assert len(second.encode()) <= 63
    assert namer.give("public", "t", ["c"], "key") == "t_c_key"
    assert namer.give("public", "t", ["c"], "key") == "t_c_key1"
    assert namer.give("other", "t", ["c"], "key") == "t_c_key"
