"""Items that are made without checks are what they would be with them."""

from __future__ import annotations

from designer_kernel.design.identity import new_id
from designer_kernel.design.opaque import Opaque
from designer_kernel.design.trusted import trusted


def test_defaults_are_those_of_a_checked_item() -> None:
    given = {"id": new_id(), "kind": "schema", "effect": "absent", "target": ("schema", "public")}
    made = trusted(Opaque, **given)
    assert made == Opaque.model_validate(given)
    assert made.model_dump() == Opaque.model_validate(given).model_dump()


def test_what_is_made_for_each_item_is_not_shared() -> None:
    given = {"kind": "schema", "effect": "absent", "target": ("schema", "public")}
    one, other = (trusted(Opaque, id=new_id(), **given) for _ in range(2))
    assert one.fields == {}
    assert one.fields is not other.fields
