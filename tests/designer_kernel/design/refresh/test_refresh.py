"""Refreshing from a database: what it has changed is here too, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design import Attribute, Design, Entity, Relationship, edits, objects, parts, traits
from designer_kernel.design.identity import new_id
from designer_kernel.design.lower import lower
from designer_kernel.design.refresh import Answer, Refresh, refresh
from designer_kernel.design.values import Position
from designer_kernel.errors import DesignerError
from tests.strategies import designs

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def key() -> Attribute:
    return Attribute(name="id", data_type="bigint", identity="ALWAYS", is_primary_key=True)


def shop() -> Design:
    customers = Entity(
        name="customers",
        attributes=(key(), Attribute(name="email", data_type="text", is_unique=True)),
        colour="#aabbcc",
        position=Position(x=1, y=2),
        description="Who buys.",
        traits=(traits.Timestamps(),),
    )
    orders = Entity(
        name="orders",
        attributes=(
            key(),
            Attribute(name="customer_id", data_type="bigint"),
            Attribute(name="total", data_type="numeric(10,2)"),
            Attribute(name="note", data_type="text"),
        ),
        checks=(parts.Check(expression="total >= 0"),),
    )
    link = Relationship(source_entity_id=customers.id, target_entity_id=orders.id, target_attributes=("customer_id",))
    area = objects.Area(name="Sales", members=(customers.id, orders.id))
    return Design(name="shop", entities=(customers, orders), relationships=(link,), areas=(area,))


def lowered_after(design: Design, *changes: edits.Edit) -> Catalog:
    for change in changes:
        design = edits.apply(design, change)
    return lower(design)


def renamed_table(catalog: Catalog, old: str, new: str) -> Catalog:
    """What ``ALTER TABLE … RENAME`` makes of a catalog: constraints and indexes keep their names."""

    def moved(fact: CatalogObject) -> CatalogObject:
        values = {}
        for field in ("name", "table", "referenced_table"):
            if getattr(fact, field, None) == old and (field != "name" or fact.kind == "table"):
                values[field] = new
        return replace(fact, **values) if values else fact

    return Catalog(map(moved, catalog.values()))


@SLOW
@given(designs())
def test_its_own_catalog_changes_nothing(design: Design) -> None:
    try:
        catalog = lower(design)
    except DesignerError:
        assume(False)
    found = refresh(design, catalog)
    assert found.edit is None
    assert found.design is design
    assert not found.decisions


def settled(design: Design, catalog: Catalog) -> Refresh:
    """Refresh until nothing is open: what is asked was replaced or removed."""
    answers: dict[str, Answer] = {}
    while (found := refresh(design, catalog, decide=answers)).decisions:
        answers |= {decision.key: decision.answers[1] for decision in found.decisions}
    return found


@SLOW
@given(designs(), designs())
def test_whatever_the_database_holds_is_what_the_design_means_then(design: Design, other: Design) -> None:
    other = other.model_copy(update={"default_schema": design.default_schema})
    try:
        lower(design)
        catalog = lower(other)
    except DesignerError:
        assume(False)
    found = settled(design, catalog)
    made = lower(found.design)
    extra = {fact for fact in made if fact not in catalog}
    assert {fact.kind for fact in extra} <= {"comment"}
    assert {k: f for k, f in made.items() if k in catalog} == dict(catalog)
    assert found.edit is None or edits.apply(design, found.edit) == found.design
    assert refresh(found.design, made).edit is None


@SLOW
@given(designs(), st.data())
def test_one_edit_made_in_the_database_arrives(design: Design, data: st.DataObject) -> None:
    from tests.strategies import edits as edits_of

    try:
        lower(design)
        catalog = lower(edits.apply(design, data.draw(edits_of(design))))
    except DesignerError:
        assume(False)
    found = settled(design, catalog)
    made = lower(found.design)
    assert {k: f for k, f in made.items() if k in catalog} == dict(catalog)
    kept = {entity.id for entity in found.design.entities} & {entity.id for entity in design.entities}
    for entity in found.design.entities:
        if entity.id in kept:
            before = design.entity(entity.id)
            assert (entity.position, entity.colour) == (before.position, before.colour)


def test_a_column_added_there_comes_here_and_the_rest_stays() -> None:
    design = shop()
    customers = design.entity("customers")
    added = edits.AddAttribute(entity_id=customers.id, attribute=Attribute(name="phone", data_type="text"))
    found = refresh(design, lowered_after(design, added))
    now = found.design.entity("customers")
    assert [a.name for a in now.attributes] == ["id", "email", "phone"]
    assert now.trait("timestamps") is not None
    assert (now.id, now.colour, now.position, now.attributes[1].id) == (
        customers.id,
        customers.colour,
        customers.position,
        customers.attributes[1].id,
    )
    assert found.design.areas == design.areas
    assert found.design.relationships == design.relationships
    assert found.edit is not None
    assert edits.apply(design, found.edit) == found.design


def test_a_trait_that_is_no_longer_true_is_written_out() -> None:
    design = shop()
    dropped = Catalog(
        fact for fact in lower(design).values() if "updated_at" not in fact.id.path and fact.kind != "trigger"
    )
    assert refresh(design, dropped).edit is None  # they may not be deployed yet
    now = settled(design, dropped).design.entity("customers")
    assert now.traits == ()
    assert [a.name for a in now.attributes] == ["id", "email", "created_at"]


def test_a_table_renamed_there_is_renamed_here() -> None:
    design = shop()
    found = refresh(design, renamed_table(lower(design), "orders", "shop_orders"))
    now = found.design.entity("shop_orders")
    assert now.id == design.entity("orders").id
    assert found.renamed == (("public.orders", "public.shop_orders"),)
    assert not found.decisions
    assert [r.id for r in found.design.relationships] == [design.relationships[0].id]


def test_a_table_under_quite_another_name_is_asked_about() -> None:
    design = shop()
    catalog = renamed_table(lower(design), "orders", "purchases")
    found = refresh(design, catalog)
    assert found.edit is None
    assert [(one.key, one.suggested) for one in found.decisions] == [("public.orders → public.purchases", "rename")]
    told = refresh(design, catalog, decide={"public.orders → public.purchases": "rename"})
    assert told.design.entity("purchases").id == design.entity("orders").id
    assert not told.decisions


def test_what_is_drawn_and_not_deployed_stays_until_it_is_said_to_be_gone() -> None:
    design = shop()
    there = lowered_after(
        design,
        edits.AddAttribute(
            entity_id=design.entity("customers").id, attribute=Attribute(name="phone", data_type="text")
        ),
    )
    mine = Entity(name="mine", attributes=(key(), Attribute(name="kind", data_type="mood")))
    orders = design.entity("orders")
    mood = objects.Enum(name="mood", labels=("good", "bad"))
    drawn = design
    for change in (
        edits.AddObject(collection="enums", object=mood),
        edits.AddEntity(entity=mine),
        edits.AddAttribute(entity_id=orders.id, attribute=Attribute(name="weight", data_type="int")),
    ):
        drawn = edits.apply(drawn, change)
    found = refresh(drawn, there)
    assert {one.key for one in found.decisions} == {
        "enum public.mood",
        "table public.mine",
        "column public.orders.weight",
    }
    assert {one.suggested for one in found.decisions} == {"keep"}
    assert not found.is_waiting
    assert (found.added, found.removed) == (("customers.phone",), ())
    assert found.design.entity("mine") == mine
    assert found.design.enums == (mood,)
    assert found.design.entity("orders") == drawn.entity("orders")
    assert refresh(found.design, there).edit is None
    assert not refresh(drawn, there, decide={one.key: "keep" for one in found.decisions}).decisions

    some = refresh(drawn, there, decide={"column public.orders.weight": "remove"})
    assert some.removed == ("orders.weight",)
    gone = refresh(drawn, there, decide={one.key: "remove" for one in found.decisions})
    assert gone.removed == ("mine", "mine.id", "mine.kind", "mood", "orders.weight")
    assert dict(lower(gone.design)) == dict(there)


def test_what_is_otherwise_there_is_told() -> None:
    design = shop()
    orders = design.entity("orders")
    total = orders.attribute("total")
    assert total is not None
    change = edits.ChangeAttribute(entity_id=orders.id, attribute_id=total.id, changes={"data_type": "bigint"})
    assert refresh(design, lowered_after(design, change)).changed == (
        "public.orders.total: type numeric(10,2) → bigint",
    )


@SLOW
@given(designs(), designs())
def test_nothing_drawn_goes_without_an_answer(design: Design, other: Design) -> None:
    other = other.model_copy(update={"default_schema": design.default_schema})
    try:
        lower(design)
        catalog = lower(other)
    except DesignerError:
        assume(False)
    found = refresh(design, catalog)
    if not found.is_waiting:
        assert {entity.id for entity in design.entities} <= {entity.id for entity in found.design.entities}


def test_a_view_that_has_a_table_s_name_takes_its_place_only_when_told() -> None:
    design = shop()
    table = ObjectId("relation", ("public", "orders"))
    there = lower(design)
    view = View(schema="public", name="orders", query="SELECT 1 AS id")
    there = there.only(key for key in there if key.path[:2] != table.path).plus([view])
    asked = refresh(design, there)
    (question,) = (one for one in asked.decisions if one.key == "table public.orders")
    assert "something else of that name" in question.evidence
    assert asked.design.entity("orders").id == design.entity("orders").id
    taken = refresh(design, there, decide={one.key: "remove" for one in asked.decisions})
    assert "orders" not in {entity.name for entity in taken.design.entities}
    assert lower(taken.design)[table].kind == "view"


def test_a_column_renamed_there_is_renamed_here() -> None:
    design = shop()
    orders = design.entity("orders")
    total = orders.attribute("total")
    assert total is not None
    change = edits.RenameAttribute(entity_id=orders.id, attribute_id=total.id, name="amount")
    found = refresh(design, lowered_after(design, change))
    assert found.renamed == (("public.orders.total", "amount"),)
    now = found.design.entity("orders").attribute("amount")
    assert now is not None
    assert now.id == total.id


def test_what_could_be_two_things_is_asked_and_the_answer_counts() -> None:
    design = shop()
    orders = design.entity("orders")
    note = orders.attribute("note")
    assert note is not None
    changed = lowered_after(
        design,
        edits.RemoveAttribute(entity_id=orders.id, attribute_id=note.id),
        edits.AddAttribute(entity_id=orders.id, attribute=Attribute(name="remark", data_type="text")),
        edits.AddAttribute(entity_id=orders.id, attribute=Attribute(name="reason", data_type="text")),
    )
    found = refresh(design, changed)
    assert {decision.key for decision in found.decisions} == {
        "public.orders.note → remark",
        "public.orders.note → reason",
    }
    assert found.edit is None
    replaced = refresh(design, changed, decide={decision.key: "replace" for decision in found.decisions})
    assert replaced.design.entity("orders").attribute("note") is None
    assert "orders.note" in replaced.removed
    decided = refresh(design, changed, decide={"public.orders.note → reason": "rename"})
    now = decided.design.entity("orders").attribute("reason")
    assert now is not None
    assert now.id == note.id
    assert not decided.decisions
    assert decided.design.entity("orders").attribute("remark") is not None


def test_a_table_that_may_be_renamed_stays_until_that_is_answered() -> None:
    design = shop()
    key = Attribute(name="id", data_type="bigint", identity="ALWAYS", is_primary_key=True)
    doubtful = [
        Entity(name=name, attributes=(key.replace(id=new_id()), Attribute(name="note", data_type="text")))
        for name in ("remarks", "sayings", "words")
    ]
    before = edits.apply(design, edits.AddEntity(entity=doubtful[0]))
    changed = lowered_after(design, *(edits.AddEntity(entity=entity) for entity in doubtful[1:]))
    found = refresh(before, changed)
    assert found.edit is None
    keys = {"public.remarks → public.sayings", "public.remarks → public.words"}
    assert {decision.key for decision in found.decisions} == keys
    renamed = refresh(before, changed, decide={"public.remarks → public.words": "rename"}).design
    assert renamed.entity("words").id == doubtful[0].id
    assert dict(lower(renamed)) == dict(changed)
    replaced = refresh(before, changed, decide=dict.fromkeys(keys, "replace")).design
    assert replaced.find_entity("remarks") is None
    assert dict(lower(replaced)) == dict(changed)


def test_many_renamed_tables_are_matched_in_little_time() -> None:
    def tables(prefix: str) -> Design:
        entities = (
            Entity(
                name=f"{prefix}_{number}",
                attributes=(
                    Attribute(name="id", data_type="bigint", is_primary_key=True),
                    Attribute(name=f"only_{number}", data_type="text"),
                ),
            )
            for number in range(300)
        )
        return Design(name="many", entities=tuple(entities))

    design = tables("old")
    found = refresh(design, lower(tables("older")))
    assert not found.decisions
    assert len(found.renamed) == 300
    assert found.design.entity("older_7").id == design.entity("old_7").id


def test_a_comment_that_only_the_design_has_stays() -> None:
    design = shop()
    silent = Catalog(fact for fact in lower(design).values() if fact.kind != "comment")
    assert refresh(design, silent).edit is None


def test_a_column_that_a_server_words_otherwise_is_unchanged() -> None:
    design = shop()
    own = lower(design)

    def worded(fact: CatalogObject) -> CatalogObject:
        return replace(fact, expression="(total >= (0)::numeric)") if fact.kind == "check" else fact

    told = Catalog(map(worded, own.values()))
    assert refresh(design, told, meant=told).edit is None
    assert any(isinstance(fact, Column) for fact in told.values())
