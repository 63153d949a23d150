from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from designer_kernel.design.edits import apply
from designer_kernel.errors import DesignerError, EditConflict
from designer_kernel.studio.merging import _is_consistent, _means_the_same, changed_items, merge
from tests import strategies

COMMON = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def applied(design, edit):
    """Return the design after an edit that fits; the example is thrown away if it does not."""
    try:
        return apply(design, edit)
    except DesignerError:
        assume(False)


@COMMON
@given(st.data())
def test_an_edit_of_the_revision_at_hand_is_applied(data):
    design = data.draw(strategies.designs())
    edit = data.draw(strategies.edits(design))
    wanted = applied(design, edit)
    assert merge(design, design, edit) == wanted


@COMMON
@given(st.data())
def test_a_merge_keeps_both_sides_or_is_a_conflict(data):
    base = data.draw(strategies.designs())
    theirs = applied(base, data.draw(strategies.edits(base)))
    edit = data.draw(strategies.edits(base))
    ours = applied(base, edit)
    try:
        merged = merge(base, theirs, edit)
    except EditConflict:
        return
    assert changed_items(base, theirs).keys() <= changed_items(ours, merged).keys()
    assert changed_items(base, ours).keys() <= changed_items(theirs, merged).keys()


@COMMON
@given(st.data())
def test_what_did_not_change_is_not_named(data):
    design = data.draw(strategies.designs())
    assert changed_items(design, design) == {}
    after = applied(design, data.draw(strategies.edits(design)))
    assert changed_items(design, after).keys() == changed_items(after, design).keys()
    assert bool(changed_items(design, after)) == (design != after)


def test_a_conflict_names_at_most_five_things():
    from designer_kernel.design import Design, Entity
    from designer_kernel.design.edits import Compound, RemoveEntity, RenameEntity

    base = Design(name="shop", entities=tuple(Entity(name=f"e{n}") for n in range(9)))
    renames = tuple(RenameEntity(entity_id=e.id, name=f"x{e.name}") for e in base.entities)
    theirs = apply(base, Compound(edits=renames))
    edit = Compound(edits=tuple(RemoveEntity(entity_id=e.id) for e in base.entities))
    with pytest.raises(EditConflict) as caught:
        merge(base, theirs, edit)
    assert caught.value.what.count("entity xe") == 5


@pytest.mark.parametrize("part", ["checks", "indexes"])
def test_a_part_that_names_what_was_renamed_since_is_a_conflict(part):
    from designer_kernel.design import Attribute, Design, Entity
    from designer_kernel.design.edits import AddPart, RenameAttribute
    from designer_kernel.design.parts import Check, Index

    price = Attribute(name="price", data_type="integer")
    key = Attribute(name="id", data_type="uuid", is_primary_key=True)
    entity = Entity(name="products", attributes=(key, price))
    base = Design(name="d", entities=(entity,))
    current = apply(base, RenameAttribute(entity_id=entity.id, attribute_id=price.id, name="cost"))
    made = Check(expression="price > 0") if part == "checks" else Index(keys=({"attribute": "price"},))
    edit = AddPart(entity_id=entity.id, collection=part, part=made)
    with pytest.raises(EditConflict, match="price"):
        merge(base, current, edit)
    assert merge(base, base, edit).entities[0].checks or merge(base, base, edit).entities[0].indexes


def test_what_people_read_alone_contradicts_nothing():
    seen = []

    @settings(COMMON, max_examples=20)
    @given(st.data())
    def law(data):
        before = data.draw(strategies.designs())
        after = applied(before, data.draw(strategies.edits(before)))
        is_quiet = _means_the_same(before, after)
        assert is_quiet == (without_words(before) == without_words(after))
        if is_quiet:
            assert _is_consistent(after) == _is_consistent(before)
        seen.append(is_quiet)

    law()
    assert set(seen) == {True, False}


def without_words(value):
    """Return what a design says to PostgreSQL, near enough, as plain data."""
    left = {"areas", "diagrams", "notes"}
    data = value.model_dump(mode="json", exclude=left) if hasattr(value, "model_dump") else value
    if isinstance(data, dict):
        left_out = ("description", "position", "colour")
        return {name: without_words(one) for name, one in data.items() if name not in left_out}
    return [without_words(one) for one in data] if isinstance(data, list) else data
