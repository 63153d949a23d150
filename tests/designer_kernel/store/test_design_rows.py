"""A design goes into rows, and through PostgreSQL, and comes back as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from designer_kernel import templates
from designer_kernel.design import Attribute, Design, Entity, edits
from designer_kernel.design.document import to_yaml
from designer_kernel.design.opaque import Opaque
from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.design.traits import Partitioned, Searchable
from designer_kernel.errors import DesignerError, InvalidDesign
from designer_kernel.store import design_json
from designer_kernel.store.design_rows import Patch, difference, patched
from tests.strategies import designs
from tests.strategies import edits as some_edits

QUICK = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))

json_like = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=4)
    ),
    max_leaves=8,
).filter(lambda data: "\\u0000" not in json.dumps(data))


@pytest.fixture(scope="module")
def connection(server) -> Iterator[psycopg.Connection]:
    name = "design_rows"
    with psycopg.connect(server.ensure_database(name), autocommit=True) as opened:
        yield opened
    server.drop_database(name)


def through_postgresql(connection: psycopg.Connection, data: object) -> object:
    row = connection.execute("SELECT %s::jsonb", [Jsonb(data)]).fetchone()
    assert row is not None
    return row[0]


def stored(connection: psycopg.Connection, design: Design) -> Design:
    text = design_json.to_text(design)
    assert design_json.of_text(text) == design
    row = connection.execute("SELECT %s::jsonb::text", [text]).fetchone()
    assert row is not None
    return design_json.of_text(row[0])


def assert_same(one: Design, other: Design) -> None:
    assert one == other
    assert to_yaml(one) == to_yaml(other)  # the order of what people wrote, too


def test_json_of_any_kind_comes_back_in_its_order(connection: psycopg.Connection) -> None:
    @QUICK
    @given(json_like)
    def law(data: object) -> None:
        back = design_json.restored(through_postgresql(connection, design_json.keep(data, free=True)))
        assert json.dumps(back) == json.dumps(data)

    law()


def test_any_design_comes_back(connection: psycopg.Connection) -> None:
    @QUICK
    @given(designs())
    def law(design: Design) -> None:
        assert_same(stored(connection, design), design)

    law()


@pytest.mark.parametrize("name", templates.names())
def test_templates_come_back(connection: psycopg.Connection, name: str) -> None:
    design = templates.load(name)
    assert_same(stored(connection, design), design)


def test_order_and_numbers_within_free_fields_come_back(connection: psycopg.Connection) -> None:
    columns = tuple(Attribute(name=name, data_type="text") for name in ("region", "b", "title", "a"))
    lists = {"world": ("b", "a"), "eu": ("DE",)}
    traits = (
        Partitioned(attribute="region", method="LIST", lists=lists),
        Searchable(weights={"title": "A", "b": "B", "a": "C"}),
    )
    hints = {"tables": {"zz": {"rows": 5}, "a": {"columns": {"x": {"b": 1e300, "": -0.0}, "a": {"nulls": 0.5}}}}}
    opaque = Opaque(kind="sequence", fields={"schema": "public", "name": "s"})
    design = Design(
        name="odd",
        entities=(Entity(name="e", attributes=columns, traits=traits),),
        opaque=(opaque,),
        sample=SampleHints.model_validate(hints),
    )
    back = stored(connection, design)
    assert_same(back, design)
    assert list(back.entities[0].trait("partitioned").lists) == ["world", "eu"]
    assert list(back.sample.tables) == ["zz", "a"]
    assert repr(back.sample.tables["a"].columns["x"].parameters) == "{'b': 1e+300, '': -0.0}"


def test_text_that_cannot_be_stored_is_refused() -> None:
    for text in ("a\x00b", "a\ud800"):
        with pytest.raises(InvalidDesign, match="cannot store"):
            design_json.keep({"text": [text]})


def test_a_difference_leads_there_and_back() -> None:
    seen: list[int] = []

    @QUICK
    @given(st.data())
    def law(data: st.DataObject) -> None:
        before = after = data.draw(designs())
        for _ in range(3):
            try:
                after = edits.apply(after, data.draw(some_edits(after)))
            except DesignerError:
                continue
        forth, back = (Patch.of_json(json.loads(json.dumps(one.to_json()))) for one in difference(before, after))
        assert_same(patched(before, forth), after)
        assert_same(patched(after, back), before)
        seen.append(len(forth.ids))

    law()
    assert sum(map(bool, seen)) > 4


def test_a_design_and_any_other_differ_by_rows() -> None:
    @QUICK
    @given(designs(), designs())
    def law(one: Design, other: Design) -> None:
        forth, back = difference(one, other)
        assert_same(patched(one, forth), other)
        assert_same(patched(other, back), one)

    law()


def test_an_edit_of_a_large_design_is_one_row() -> None:
    entities = tuple(
        Entity(name=f"e{n}", attributes=tuple(Attribute(name=f"a{m}", data_type="text") for m in range(5)))
        for n in range(1000)
    )
    design = Design(name="large", entities=entities)
    entity = design.entities[500]
    edit = edits.RenameAttribute(entity_id=entity.id, attribute_id=entity.attributes[2].id, name="other")
    forth, back = difference(design, edits.apply(design, edit))
    assert [(row.table, row.definition["name"]) for row in forth.put] == [("attributes", "other")]
    assert [(row.table, row.definition["name"]) for row in back.put] == [("attributes", "a2")]
    assert (forth.gone, back.gone, forth.head) == ((), (), None)


def test_an_attribute_that_moves_takes_its_place() -> None:
    columns = tuple(Attribute(name=name, data_type="text") for name in "abcd")
    before = Design(name="d", entities=(Entity(name="e", attributes=columns),))
    entity: UUID = before.entities[0].id
    after = edits.apply(before, edits.MoveAttribute(entity_id=entity, attribute_id=columns[3].id, position=0))
    forth, back = difference(before, after)
    assert [a.name for a in patched(before, forth).entities[0].attributes] == ["d", "a", "b", "c"]
    assert [a.name for a in patched(after, back).entities[0].attributes] == ["a", "b", "c", "d"]
