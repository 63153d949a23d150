"""Attributes edited as one line: written out, read back, and only what was changed is changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from designer_widgets import attribute_lines

from designer_kernel.design import Attribute, Design, Entity, edits
from designer_kernel.design.parts import Check
from designer_kernel.exchange.attribute_line import parse_line
from designer_kernel.studio.project import ProjectSession
from tests.designer_widgets.asking import Asking

LINES = (
    "email varchar(255) NOT NULL UNIQUE",
    "id bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY",
    "price numeric(10,2)[] DEFAULT '{}'",
    "shout text GENERATED ALWAYS AS (upper(word)) STORED",
    "seen timestamptz(3) DEFAULT now()",
    'word text COLLATE "C"',
    '"Order By" text',
)


def of_one(attribute: Attribute) -> tuple[Design, Entity]:
    entity = Entity(name="things", attributes=(attribute,))
    return Design(name="one", entities=(entity,)), entity


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_written_out_and_read_back_as_no_change(line: str) -> None:
    attribute = parse_line(line).replace(description="kept")
    design, entity = of_one(attribute)
    assert attribute_lines.line_of(attribute) == line
    assert attribute_lines.change(design, entity.id, attribute.id, line) is None
    edit = attribute_lines.change(design, entity.id, attribute.id, "other text[]")
    assert edit is not None
    after = edits.apply(design, edit).entities[0].attributes[0]
    bare = Attribute(id=attribute.id, name="other", data_type="text", is_array=True, description="kept")
    assert after == bare


def test_a_changed_line_is_one_edit_and_a_derived_row_has_none(tmp_path: Path) -> None:
    attribute = parse_line("name varchar(20)")
    design, entity = of_one(attribute)
    asking = Asking(ProjectSession(tmp_path / "one.design.yaml", design))
    row = {"entity_id": str(entity.id), "attribute_id": str(attribute.id)}
    assert asking.ask("attribute_line", **row)["ok"] == {"line": "name varchar(20)"}
    assert "ok" in asking.ask("put_attribute", **row, line="title text not null")
    changed = asking.session.design.entities[0].attributes[0]
    assert (changed.id, changed.name, changed.type, changed.is_nullable) == (attribute.id, "title", "text", False)
    asking.ask("undo")
    assert asking.session.design == design
    for line in ("title text)", "title text, other int", "price int check (price > 0)"):
        assert asking.ask("put_attribute", **row, line=line)["error"]["mend"]
    foreign = {**row, "attribute_id": str(entity.id)}
    assert "relationship" in asking.ask("attribute_line", **foreign)["error"]["mend"]
    assert asking.session.design == design


def test_an_attribute_goes_to_another_entity_unless_something_needs_it(tmp_path: Path) -> None:
    things = Entity(name="things", attributes=tuple(map(parse_line, ("id bigint primary key", "a text", "b text"))))
    needs = things.replace(checks=(Check(name="short", expression="length(a) < 9"),))
    others = Entity(name="others", attributes=(parse_line("id bigint primary key"),))
    design = Design(name="two", entities=(needs, others))
    asking = Asking(ProjectSession(tmp_path / "two.design.yaml", design))
    there = {"entity_id": str(things.id), "to_id": str(others.id), "position": 0}
    key, used, free = (str(attribute.id) for attribute in things.attributes)
    assert "primary key" in asking.ask("carry_attribute", **there, attribute_id=key)["error"]["what"]
    assert "short" in asking.ask("carry_attribute", **there, attribute_id=used)["error"]["what"]
    assert asking.session.design == design
    made = asking.ask("carry_attribute", **there, attribute_id=free)["ok"]["attribute_id"]
    assert made != free
    assert [a.name for a in asking.session.design.entity("others").attributes] == ["b", "id"]
    asking.ask("undo")
    assert asking.session.design == design
