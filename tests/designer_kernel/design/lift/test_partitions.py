"""Partitions are drawn one by one where no trait says the same."""

from __future__ import annotations

import pytest

from designer_kernel.catalog import render
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.design import Attribute, Design, Entity, document, edits, parts
from designer_kernel.design.expansion import expand
from designer_kernel.design.lift import lift
from designer_kernel.design.lower import lower
from designer_kernel.diagram.cards import Shown, cards_of
from designer_kernel.errors import DesignerError, InvalidDesign
from tests.designer_kernel.catalog.databases import FreshUrl, load, read
from tests.designer_kernel.design.lift.laws import holds

SCRIPT = """
CREATE SCHEMA cold;
CREATE TABLE readings (id bigint NOT NULL, at date NOT NULL, "Site" text NOT NULL, PRIMARY KEY (id, at, "Site"))
    PARTITION BY RANGE (at);
CREATE TABLE cold.before PARTITION OF readings FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE readings_now PARTITION OF readings FOR VALUES FROM ('2020-01-01') TO (MAXVALUE) PARTITION BY LIST ("Site");
CREATE TABLE now_north PARTITION OF readings_now FOR VALUES IN ('north', 'N''th');
CREATE UNLOGGED TABLE now_rest PARTITION OF readings_now DEFAULT;
CREATE INDEX ON now_north (id);
COMMENT ON TABLE now_rest IS 'Whatever else.';
CREATE TABLE by_word (word text) PARTITION BY HASH (lower(word), word COLLATE "C");
CREATE TABLE by_word_0 PARTITION OF by_word FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_word_1 PARTITION OF by_word FOR VALUES WITH (MODULUS 2, REMAINDER 1);
"""


@pytest.fixture
def drawn(fresh_url: FreshUrl) -> Design:
    """The script's database, as a design."""
    load(url := fresh_url(), SCRIPT)
    return holds(read(url))


def test_partitions_of_every_depth_are_drawn(drawn: Design) -> None:
    readings = drawn.entity("readings")
    assert (readings.partition_method, readings.partition_keys) == ("RANGE", (parts.IndexKey(attribute="at"),))
    assert {part.name: (part.schema_name, part.part_of, part.partition_method) for part in readings.partitions} == {
        "before": ("cold", None, ""),
        "readings_now": (None, None, "LIST"),
        "now_north": (None, "readings_now", ""),
        "now_rest": (None, "readings_now", ""),
    }
    rest = next(part for part in readings.partitions if part.name == "now_rest")
    assert (rest.is_unlogged, rest.description) == (True, "Whatever else.")
    assert [key.expression for key in drawn.entity("by_word").partition_keys] == ["lower(word)", None]
    assert not any(one.kind == "table" for one in drawn.opaque)
    assert document.read(document.to_yaml(drawn)) == drawn


def test_they_are_built_again(drawn: Design, fresh_url: FreshUrl) -> None:
    catalog = lower(drawn)
    load(url := fresh_url(), render.script(catalog).text)
    assert differences(catalog, read(url)) == []


def test_renames_are_followed(drawn: Design) -> None:
    readings = drawn.entity("readings")
    site, at = readings.attribute("Site"), readings.attribute("at")
    after = edits.apply(drawn, edits.RenameAttribute(entity_id=readings.id, attribute_id=site.id, name="place"))
    after = edits.apply(after, edits.RenameAttribute(entity_id=readings.id, attribute_id=at.id, name="moment"))
    north = next(part for part in readings.partitions if part.name == "now_north")
    rename = {"entity_id": readings.id, "collection": "partitions", "part_id": north.id, "changes": {"name": "n"}}
    catalog = lower(edits.apply(after, edits.ChangePart(**rename)))
    tables = {table.name: table for table in catalog.of(Table)}
    assert tables["readings"].partition_by == "RANGE (moment)"
    assert tables["readings_now"].partition_by == "LIST (place)"
    assert {fact.table for fact in catalog.values() if fact.kind == "index"} == {"n"}


def test_parts_go_with_their_entity(drawn: Design) -> None:
    after = edits.apply(drawn, edits.RemoveEntity(entity_id=drawn.entity("readings").id))
    assert {table.name for table in lower(after).of(Table)} == {"by_word", "by_word_0", "by_word_1"}


def test_an_attribute_that_divides_takes_the_partitions_with_it(drawn: Design) -> None:
    entity = drawn.entity("by_word")
    remove = {"entity_id": entity.id, "attribute_id": entity.attributes[0].id}
    with pytest.raises(InvalidDesign, match="the partitions of by_word"):
        edits.apply(drawn, edits.RemoveAttribute(**remove))
    after = edits.apply(drawn, edits.RemoveAttribute(**remove, cascade=True))
    assert not after.entity("by_word").partition_method
    assert not after.entity("by_word").partitions


def test_the_card_says_that_there_are_partitions(drawn: Design) -> None:
    cards = {card.title: card for card in cards_of(drawn, expand(drawn), Shown())}
    assert [(badge.text, badge.kind) for badge in cards["readings"].badges] == [("by range", "partitioned")]


@pytest.mark.parametrize(
    ("bound", "part_of"),
    [("FOR VALUES IN (1); DROP TABLE x", None), ("DEFAULT) PARTITION BY (a", None), ("DEFAULT", "nothing")],
)
def test_what_is_no_partition_is_refused(bound: str, part_of: str | None) -> None:
    key = Attribute(name="id", data_type="bigint", is_primary_key=True)
    entity = Entity(
        name="t", attributes=(key,), partition_method="LIST", partition_keys=(parts.IndexKey(attribute="id"),)
    )
    design = Design(name="d", entities=(entity,))
    part = {"name": "p", "bound": bound, "part_of": part_of}
    with pytest.raises((DesignerError, ValueError)):
        edits.apply(design, edits.AddPart(entity_id=entity.id, collection="partitions", part=part))


ATTACHED = """
CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, kind text DEFAULT 'x') PARTITION BY RANGE (at);
CREATE TABLE events_old (at date NOT NULL, id bigint NOT NULL, kind text DEFAULT 'x');
ALTER TABLE ONLY events ATTACH PARTITION events_old FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
"""


def test_partitions_that_are_attached_later_are_drawn(fresh_url: FreshUrl) -> None:
    load(url := fresh_url(), ATTACHED)
    catalog = read(url)
    design = holds(catalog)
    assert [(part.name, part.bound) for part in design.entity("events").partitions] == [
        ("events_old", "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")
    ]
    reasons = {loss.object: loss.reason for loss in lift(catalog).losses if loss.outcome == "opaque"}
    assert reasons["public.events_old"].startswith("drawn, but for this")
    of_parts = [reason for name, reason in reasons.items() if name.startswith("public.events_old.")]
    assert of_parts
    assert all("only with the whole table" in reason for reason in of_parts)
    load(again := fresh_url(), render.script(lower(design)).text)
    assert differences(catalog, read(again)) == []
