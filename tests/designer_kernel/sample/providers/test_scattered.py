"""Keys by name: in order, or scattered so that they look random; children follow them."""

from __future__ import annotations

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill, plan
from tests.designer_kernel.sample.databases import ask, create, one

SCRIPT = """
CREATE TABLE orders (
  id bigint PRIMARY KEY, number text UNIQUE NOT NULL, ref uuid UNIQUE, amount numeric(12, 2) UNIQUE
);
CREATE TABLE items (
  id int PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders, number text REFERENCES orders (number)
);
"""


def hints(**columns: dict[str, object]) -> dict[str, object]:
    return {"tables": {"orders": {"rows": 900, "columns": columns}}}


def test_scattered_keys_are_distinct_in_range_and_out_of_order(clean_url: str) -> None:
    asked = hints(
        id={"provider": "scattered number", "low": 100_000, "high": 101_000},
        number={"provider": "scattered code", "prefix": "A-", "width": 6},
        ref={"provider": "uuid", "version": 7},
        amount={"provider": "serial", "start": 500, "step": 25},
    )
    fill(create(clean_url, SCRIPT), seed=2, hints=asked)
    rows = ask(clean_url, "SELECT id, number, ref::text, amount FROM orders ORDER BY ctid")
    identifiers, numbers, refs, amounts = zip(*rows, strict=True)
    assert min(identifiers) >= 100_000
    assert max(identifiers) <= 101_000
    assert list(identifiers) != sorted(identifiers)
    assert all(len(number) == 8 and number.startswith("A-") for number in numbers)
    assert list(refs) == sorted(refs)
    assert {ref[14] for ref in refs} == {"7"}
    assert [str(a) for a in amounts[:2]] == ["5.00", "5.25"]
    assert one(clean_url, "SELECT count(DISTINCT order_id) FROM items") > 300


@pytest.mark.parametrize(
    ("column", "asked"),
    [
        ("id", {"provider": "scattered number", "low": 1, "high": 10}),
        ("id", {"provider": "scattered code"}),
        ("number", {"provider": "scattered code", "width": 2}),
        ("number", {"provider": "scattered code", "width": 40}),
        ("number", {"provider": "token", "length": 8}),
        ("id", {"provider": "serial", "step": 0}),
    ],
)
def test_key_spaces_that_are_too_small_are_refused(clean_url: str, column: str, asked: dict[str, object]) -> None:
    with pytest.raises(SamplePlanError) as caught:
        plan(create(clean_url, SCRIPT), hints=hints(**{column: asked}))
    assert caught.value.where == f"public.orders.{column}"
    assert caught.value.mend
