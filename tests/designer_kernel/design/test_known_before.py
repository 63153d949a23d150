"""What is made with the help of what was made before an edit is equal to what is made from nothing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from designer_kernel import lint
from designer_kernel.catalog import render
from designer_kernel.catalog.rendering import Rendering
from designer_kernel.design import Attribute, Design, Entity, Relationship, document, edits
from designer_kernel.design.document_texts import Texts
from designer_kernel.design.expansion import Expanded, expand
from designer_kernel.design.expansion_steps import Steps
from designer_kernel.design.lower import lower
from designer_kernel.design.lowered import Lowered
from designer_kernel.diagram.cards import Shown
from designer_kernel.diagram.picture import shapes_of
from designer_kernel.errors import DesignerError
from tests import strategies
from tests.designer_kernel.diagram.designs import marketplace


def from_nothing(design: Design) -> Design:
    """Return an equal design of which no part is the same object."""
    return Design.model_validate(design.model_dump())


def outcome(make: object, *given: object) -> object:
    try:
        return make(*given)  # type: ignore[operator]
    except DesignerError as error:
        return error.as_dict()


class Followed:
    """A design through its edits, with all that is remembered on the way."""

    def __init__(self) -> None:
        self.lowered, self.rendering, self.texts = Lowered(), Rendering(), Texts()
        self.findings, self.shown = lint.Known(), Shown(known={}, edges=lint.Known())

    def script(self, design: Design) -> render.Script:
        return self.rendering.script(lower(design, self.lowered), title=design.name)

    def check(self, design: Design) -> None:
        fresh = from_nothing(design)
        text = document.to_yaml(design, self.texts)
        assert text == document.to_yaml(fresh)
        assert document.read(text) == design
        assert lint.check(design, self.findings) == lint.check(fresh)
        assert shapes_of(design, self.shown) == shapes_of(fresh, Shown())
        plain = outcome(lambda: expanded_anew(fresh))
        assert outcome(expand, design) == plain
        catalog, expected = outcome(lower, design, self.lowered), outcome(lower, fresh)
        assert catalog == expected
        if not isinstance(catalog, dict):
            assert [(f.depends, f.prefers) for f in catalog.values()] == [
                (f.depends, f.prefers) for f in expected.values()
            ]
        script = outcome(lambda: render.script(lower(fresh), title=design.name))
        assert outcome(self.script, design) == script


def expanded_anew(design: Design) -> Expanded:
    from designer_kernel.design.expansion import _expand

    return _expand(design, Steps())


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_design_through_any_edits(data: st.DataObject) -> None:
    design, followed = data.draw(strategies.designs()), Followed()
    followed.check(design)
    for _step in range(data.draw(st.integers(1, 4))):
        try:
            design = edits.apply(design, data.draw(strategies.edits(design)))
        except DesignerError:
            continue
        followed.check(design)


def test_small_changes_of_a_large_whole_and_back() -> None:
    design, followed = marketplace(with_views=True), Followed()
    followed.check(design)
    states = [design]
    orders, users = design.entity("orders"), design.entity("users")
    total, email = orders.attributes[4], users.attributes[1]
    for edit in (
        edits.ChangeAttribute(entity_id=orders.id, attribute_id=total.id, changes={"is_unique": True}),
        edits.ChangeAttribute(entity_id=orders.id, attribute_id=total.id, changes={"default_value": "0"}),
        edits.AddAttribute(entity_id=orders.id, attribute=Attribute(name="note", data_type="text")),
        edits.RenameAttribute(entity_id=orders.id, attribute_id=total.id, name="sum"),
        edits.ChangeAttribute(entity_id=users.id, attribute_id=email.id, changes={"is_unique": False}),
        edits.RemoveAttribute(entity_id=users.id, attribute_id=email.id),
        edits.AddEntity(entity=Entity(name="refunds", attributes=orders.attributes[:1])),
        edits.AddRelationship(
            relationship=Relationship(source_entity_id=users.id, target_entity_id=orders.id, name="approves")
        ),
        edits.RenameEntity(entity_id=orders.id, name="sales"),
    ):
        try:
            design = edits.apply(design, edit)
        except DesignerError:
            continue
        states.append(design)
        followed.check(design)
    assert len(states) > 6
    for design in reversed(states):
        followed.check(design)


def test_where_an_attribute_comes_from_follows_a_name_that_changes_nothing_else() -> None:
    thing = Entity(name="thing", is_abstract=True, attributes=(Attribute(name="note", data_type="text"),))
    own = Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False)
    design = Design(name="d", entities=(thing, Entity(name="a", attributes=(own,), inherits=(thing.id,))))
    followed = Followed()
    followed.check(design)
    followed.check(edits.apply(design, edits.RenameEntity(entity_id=thing.id, name="matter")))


def test_what_an_edit_leaves_alone_is_the_same_object() -> None:
    design = marketplace()
    orders, payments = design.entity("orders"), design.entity("payments")
    before, lowered = expand(design), Lowered()
    catalog = lower(design, lowered)
    edit = edits.ChangeAttribute(
        entity_id=orders.id, attribute_id=orders.attributes[2].id, changes={"is_nullable": True}
    )
    design = edits.apply(design, edit)
    after, lowered_after = expand(design), lower(design, lowered)
    entities = {entity.id: entity for entity in after.design.entities}
    assert entities[payments.id] is next(e for e in before.design.entities if e.id == payments.id)
    assert [key.path[-1] for key, fact in lowered_after.items() if catalog[key] is not fact] == [
        orders.attributes[2].name
    ]
