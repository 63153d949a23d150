"""Hints for sample data in a design: kept in its file, changed by an edit, following what is renamed or removed."""

from __future__ import annotations

from typing import Any

import pytest

from designer_kernel import templates
from designer_kernel.design import Design, document, edits
from designer_kernel.design.edits import apply, parse_edit
from designer_kernel.design.history import History
from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.errors import DocumentError, InvalidDesign

HINTS = {
    "seed": 7,
    "tables": {
        "orders": {
            "rows": {"per": "users", "mean": 2.5, "spread": "poisson"},
            "columns": {"notes": {"provider": "lorem", "words": 3, "nulls": 0.9}, "user_id": {"nulls": 0}},
        },
        "public.users": {"rows": 1000},
        "order_items": {"rows": {"share": 3, "of": "public.orders"}},
    },
}


@pytest.fixture(scope="module")
def design() -> Design:
    return apply(templates.load("marketplace"), parse_edit({"kind": "set_sample_hints", "hints": HINTS}))


def hints_of(design: Design) -> dict[str, Any]:
    assert design.sample is not None
    return design.sample.to_data()


def test_they_are_in_the_file_and_come_back(design: Design) -> None:
    text = document.to_yaml(design)
    assert "rows: {per: users, mean: 2.5, spread: poisson}" in text
    assert document.read(text) == design
    assert document.read(document.to_json(design), "a.json") == design
    assert "sample:" not in document.to_yaml(templates.load("marketplace"))


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("sample: {sed: 3}", "no field 'sed'"),
        ("sample: {tables: {orders: {rows: many}}}", "whole number"),
        ("sample: {tables: {orders: {columns: {a: {nulls: 3}}}}}", "less than or equal to 1"),
    ],
)
def test_a_wrong_file_says_where(line: str, what: str) -> None:
    with pytest.raises(DocumentError, match=what) as caught:
        document.read(f"format: 1\nname: shop\n{line}\n", "shop.yaml")
    assert caught.value.where.startswith("shop.yaml:3:")


@pytest.mark.parametrize("value", [float("inf"), [{"at": float("-inf")}], float("nan")], ids=str)
def test_what_no_file_and_no_store_can_hold_is_refused(value: object) -> None:
    hints = {"tables": {"orders": {"columns": {"total": {"provider": "price", "maximum": value}}}}}
    with pytest.raises(InvalidDesign, match="write finite numbers") as caught:
        parse_edit({"kind": "set_sample_hints", "hints": hints})
    assert "maximum" in caught.value.what


def test_setting_is_undone_and_done_again(design: Design) -> None:
    history = History(templates.load("marketplace"))
    before = history.design
    history.apply(edits.SetSampleHints(hints=design.sample))
    assert hints_of(history.design) == hints_of(design)
    history.apply(edits.SetSampleHints(hints=None))
    assert history.design.sample is None
    history.undo()
    assert history.undo() == before
    assert apply(before, edits.SetSampleHints(hints=SampleHints())).sample is None


def test_they_follow_a_table(design: Design) -> None:
    orders, users = design.entity("orders"), design.entity("users")
    renamed = apply(design, edits.RenameEntity(entity_id=orders.id, name="purchases"))
    renamed = apply(renamed, edits.RenameEntity(entity_id=users.id, name="people"))
    tables = hints_of(renamed)["tables"]
    assert list(tables) == ["purchases", "public.people", "order_items"]
    assert tables["purchases"]["rows"]["per"] == "people"
    assert tables["order_items"]["rows"]["of"] == "public.purchases"


def test_they_follow_a_column(design: Design) -> None:
    orders = design.entity("orders")
    notes = next(a for a in orders.attributes if a.name == "notes")
    renamed = apply(design, edits.RenameAttribute(entity_id=orders.id, attribute_id=notes.id, name="remarks"))
    assert list(hints_of(renamed)["tables"]["orders"]["columns"]) == ["remarks", "user_id"]
    removed = apply(design, edits.RemoveAttribute(entity_id=orders.id, attribute_id=notes.id))
    assert list(hints_of(removed)["tables"]["orders"]["columns"]) == ["user_id"]


def test_they_go_with_their_table(design: Design) -> None:
    users = design.entity("users")
    removed = apply(design, edits.RemoveEntity(entity_id=users.id, cascade=True))
    tables = hints_of(removed)["tables"]
    assert list(tables) == ["orders", "order_items"]
    assert "rows" not in tables["orders"]


def test_another_design_without_hints_keeps_them(design: Design) -> None:
    replaced = apply(design, edits.ReplaceDesign(design=templates.load("marketplace")))
    assert hints_of(replaced) == hints_of(design)


def test_setting_them_touches_nothing_but_them(design: Design) -> None:
    edit = edits.SetSampleHints(hints=None)
    other = edits.ChangeDesign(changes={"description": "a shop"})
    assert not edit.touches(design) & other.touches(design)
    rename = edits.RenameEntity(entity_id=design.entity("orders").id, name="purchases")
    assert edit.touches(design) & rename.touches(design)
