from __future__ import annotations

import pytest

from designer_kernel.errors import DesignerError, InvalidDesign, UnknownObject


def test_names_are_keys_attributes_and_completions(project):
    entities = project.entities
    assert list(entities) == entities._ipython_key_completions_() == ["customers", "orders"]
    assert entities.orders.attributes.placed_at.type == "timestamp with time zone"
    assert {"customers", "orders"} <= set(dir(entities))
    assert {"placed_at", "items"} <= set(dir(entities["orders"].attributes))


def test_what_is_not_there_is_an_error_with_a_suggestion(project):
    with pytest.raises(KeyError) as caught:
        project.entities["order"]
    assert "orders" in caught.value.mend
    assert project.entities.get("order") is None
    assert "order" not in project.entities
    with pytest.raises(AttributeError, match="ordes"):
        _ = project.entities.ordes
    with pytest.raises(AttributeError):
        _ = project.entities._repr_jpeg_


def test_a_view_follows_renames(project):
    orders, placed = project.entities["orders"], project.entities["orders"].attributes["placed_at"]
    orders.rename("purchases")
    placed.rename("bought_at")
    assert (orders.name, placed.name) == ("purchases", "bought_at")
    assert repr(placed) == "purchases: bought_at timestamp with time zone NOT NULL DEFAULT now()"


def test_attributes_are_added_changed_moved_and_removed(project):
    orders = project.entities["orders"]
    note = orders.add_attribute("note text", position=1, description="for the driver")
    assert list(orders.attributes) == ["id", "note", "placed_at"]
    assert note.description == "for the driver"
    note.change(data_type="varchar(80)", is_nullable=False, default_value="''").move(2)
    assert list(orders.attributes) == ["id", "placed_at", "note"]
    assert (note.type, note.is_nullable, str(note)) == (
        "character varying(80)", False, "character varying(80) NOT NULL DEFAULT ''",
    )  # fmt: skip
    note.remove()
    with pytest.raises(UnknownObject, match="removed"):
        _ = note.name


def test_attributes_are_added_where_they_are_listed(project):
    attributes = project.entities["orders"].attributes
    assert attributes.add("note text", position=1).name == "note"
    assert list(attributes) == ["id", "note", "placed_at"]


def test_an_assignment_to_a_view_is_refused_with_the_call_that_changes_it(project):
    orders = project.entities["orders"]
    for view, field, call in (
        (orders, "description", ".change(description=…)"),
        (orders, "name", ".rename(…)"),
        (orders.attributes["id"], "is_nullable", ".change(is_nullable=…)"),
        (orders.attributes["id"], "type", ".change(data_type=…)"),
        (orders.relationships[0], "name", ".change(name=…)"),
        (project.entities, "orders", ".change(…)"),
        (project.diagrams.add("all"), "name", ".rename(…)"),
    ):
        with pytest.raises(AttributeError) as caught:
            setattr(view, field, "x")
        assert isinstance(caught.value, DesignerError)
        assert call in caught.value.mend
    assert (orders.name, orders.description) == ("orders", "")


def test_members_are_listed_once(project):
    orders = project.entities["orders"]
    for view in (project.entities, orders, orders.attributes, orders.attributes["id"], orders.relationships[0]):
        assert len(dir(view)) == len(set(dir(view)))


def test_what_is_used_is_removed_only_with_cascade(project):
    orders = project.entities["orders"]
    orders.add_attribute("total numeric(10,2)")
    orders.add_check("total >= 0")
    with pytest.raises(InvalidDesign, match="check"):
        orders.attributes["total"].remove()
    orders.attributes["total"].remove(cascade=True)
    assert orders.checks == ()


def test_parts_and_traits(project):
    orders = project.entities["orders"]
    orders.add_key("placed_at").add_index("placed_at", name="by_time", method="brin").set_trait("timestamps")
    assert (len(orders.keys), orders.indexes[0].name, orders.traits[0].kind) == (1, "by_time", "timestamps")
    assert "created_at" in orders.to_frame()["attribute"].tolist()
    orders.remove_trait("timestamps")
    assert orders.traits == ()
    with pytest.raises(DesignerError):
        orders.set_trait("haunted")


def test_change_speaks_of_fields_that_there_are(project):
    project.entities["orders"].change(description="what was bought", colour="#aabbcc")
    assert project.entities["orders"].description == "what was bought"
    with pytest.raises(InvalidDesign):
        project.entities["orders"].change(shade="dark")
    with pytest.raises(AttributeError, match="fields are"):
        _ = project.entities["orders"].shade


def test_relationships_are_changed_and_removed(project):
    (relationship,) = project.entities["orders"].relationships
    relationship.change(on_delete_action="SET NULL", source_cardinality="0..1")
    assert repr(relationship) == "customers [0..1] → [N] orders"
    assert relationship.on_delete_action.value == "SET NULL"
    relationship.remove()
    assert len(project.relationships) == 0


def test_an_abstract_entity_shows_its_own_attributes(project):
    person = project.add_entity("person", "full_name text not null", is_abstract=True)
    assert person.to_frame()["attribute"].tolist() == ["full_name"]
    assert "abstract" in str(person)


def test_every_view_is_shown_in_cells(project):
    project.entities["orders"].set_trait("timestamps")
    orders = project.entities["orders"]
    attributes = orders.attributes
    for view in (
        project.entities,
        orders,
        attributes,
        attributes["id"],
        project.relationships,
        orders.relationships[0],
    ):
        assert view._repr_html_().count("designer-card") > 1
        assert repr(view)


def test_parts_of_a_design_are_shown(project):
    project.add_entity("products", "id bigint primary key")
    saved = project.diagrams.add("Ordering", "orders")
    assert saved.add("customers").members == ["customers", "orders"]
    text = project.svg(diagram="Ordering")
    assert "customers" in text
    assert "products" not in text
    assert "products" in project.svg()
    assert saved.rename("Orders").remove("customers").members == ["orders"]
    assert (list(project.diagrams), repr(saved)) == (["Orders"], "Orders: cards: 1")
    assert "customers" not in repr(saved.erd())
    assert "customers" in repr(project.focus("orders", 1))
    assert "customers" not in repr(project.focus(["orders"], 0))
    assert "orders" in project.ways("orders", "customers").svg
    assert "no relationships lead from orders to products" in str(project.ways("orders", "products"))
    with pytest.raises(UnknownObject, match="there is no diagram 'Ordering'"):
        project.svg(diagram="Ordering")
    with pytest.raises(UnknownObject, match="customer"):
        project.focus("customer")
    saved.delete()
    assert len(project.diagrams) == 0
