"""Two states of a design in one picture."""

from __future__ import annotations

from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from designer_kernel import templates
from designer_kernel.design import Design, edits
from designer_kernel.diagram import svg
from designer_kernel.diagram.comparison import Compared, compared


def _edited(design: Design, *made: dict[str, Any]) -> Design:
    for edit in made:
        design = edits.apply(design, edits.parse_edit(edit))
    return design


@pytest.fixture(scope="module")
def blog() -> Design:
    """The blog of the templates."""
    return templates.load("blog")


@pytest.fixture(scope="module")
def altered(blog: Design) -> Design:
    """The blog with something added, removed, renamed and retyped."""
    authors, posts, tags = (blog.entity(name) for name in ("authors", "posts", "tags"))
    email = next(a for a in authors.attributes if a.name == "email")
    title = next(a for a in posts.attributes if a.name == "title")
    names = {"entity_id": str(authors.id), "attribute_id": str(email.id)}
    key = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    return _edited(
        blog,
        {"kind": "rename_attribute", **names, "name": "address"},
        {"kind": "add_attribute", "entity_id": str(authors.id), "attribute": {"name": "phone", "data_type": "text"}},
        {"kind": "remove_attribute", "entity_id": str(posts.id), "attribute_id": str(title.id), "cascade": True},
        {"kind": "add_entity", "entity": {"name": "editors", "attributes": [key]}},
        {"kind": "remove_entity", "entity_id": str(tags.id), "cascade": True},
    )


def _card(found: Compared, title: str) -> Any:
    return next(card for card in found.picture.cards if card.title == title)


def _rows(found: Compared, title: str) -> dict[str, str]:
    return {row.name: row.change for row in _card(found, title).rows if row.change}


def test_what_was_added_removed_and_changed_is_marked(blog: Design, altered: Design) -> None:
    found = compared(blog, altered)
    assert {card.title: card.change for card in found.picture.cards if card.change} == {
        "editors": "added",
        "tags": "removed",
        "post_tags": "removed",
        "authors": "changed",
        "posts": "changed",
    }
    assert _rows(found, "authors") == {"email → address": "changed", "phone": "added"}
    assert _rows(found, "posts")["title"] == "removed"
    assert set(_rows(found, "tags").values()) == {"removed"}
    assert (found.added, found.changed) == (1, 2)
    assert "change_removed" in {badge.kind for badge in _card(found, "tags").badges}


def test_backwards_what_was_added_is_removed(blog: Design, altered: Design) -> None:
    there, back = compared(blog, altered), compared(altered, blog)
    assert (there.added, there.removed, there.changed) == (back.removed, back.added, back.changed)


def test_a_state_beside_itself_has_no_changes(blog: Design) -> None:
    found = compared(blog, blog)
    assert not found
    assert not found.picture.has_changes
    assert "added" not in svg.render(found.picture)


def test_changes_that_no_row_shows_are_marked(blog: Design) -> None:
    authors = blog.entity("authors")
    check = {"name": "authors_told", "expression": "1 < 2"}
    changed = _edited(blog, {"kind": "add_part", "entity_id": str(authors.id), "collection": "checks", "part": check})
    found = compared(blog, changed)
    assert {card.title for card in found.picture.cards if card.change} == {"authors"}
    assert _rows(found, "authors") == {}


def test_designs_without_common_identities_are_matched_by_name(blog: Design) -> None:
    document = blog.model_dump_json()
    ids = {str(thing.id) for thing in (*blog.entities, *blog.relationships, *blog.enums)}
    ids |= {str(attribute.id) for entity in blog.entities for attribute in entity.attributes}
    for old in ids:
        document = document.replace(old, str(uuid4()))
    other = Design.model_validate_json(document)
    assert {e.id for e in other.entities}.isdisjoint({e.id for e in blog.entities})
    assert not compared(blog, other)


def test_only_what_changed_and_what_is_beside_it_is_drawn_if_wanted(blog: Design, altered: Design) -> None:
    everything = {card.title for card in compared(blog, altered).picture.cards}
    found = compared(blog, altered, only_changes=True)
    drawn = {card.title for card in found.picture.cards}
    assert {"editors", "tags", "authors", "posts", "comments"} <= drawn
    assert "post_status" in everything - drawn


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_drawing_tells_changes_in_signs_as_well_as_colours(theme: Any, blog: Design, altered: Design) -> None:
    text = svg.render(compared(blog, altered).picture, theme=theme)
    root = ET.fromstring(text)
    signs = {(e.get("class"), e.text) for e in root.iter() if "sign" in (e.get("class") or "").split()}
    assert {("sign added", "+"), ("sign removed", "−"), ("sign changed", "~")} <= signs
    said = {e.get("aria-label") for e in root.iter()}
    assert any(label and label.endswith(", removed") for label in said)
    assert any(label and label.endswith("(removed)") for label in said)
