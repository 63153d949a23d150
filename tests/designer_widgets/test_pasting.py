"""Copies of a part of a design: new identities, free names, one change; from JSON and from DBML."""

from __future__ import annotations

from pathlib import Path

from designer_widgets import pasting

from designer_kernel.design import Design, Entity, Relationship
from designer_kernel.design.parts import Check, Key
from designer_kernel.design.values import Position
from designer_kernel.exchange.attribute_line import parse_line
from designer_kernel.studio.project import ProjectSession
from tests.designer_widgets.asking import Asking


def shop() -> Design:
    people = Entity(name="people", attributes=(parse_line("id bigint primary key"),), position=Position(x=100, y=100))
    pets = Entity(
        name="pets",
        attributes=(parse_line("id bigint primary key"), parse_line("name text")),
        keys=(Key(name="pets_name", attributes=("name",)),),
        checks=(Check(name="named", expression="name <> ''"),),
        position=Position(x=400, y=150),
    )
    owner = Relationship(name="owner", source_entity_id=people.id, target_entity_id=pets.id)
    return Design(name="zoo", entities=(people, pets), relationships=(owner,))


def test_a_part_is_duplicated_and_pasted_elsewhere_as_one_change(tmp_path: Path) -> None:
    design = shop()
    asking = Asking(ProjectSession(tmp_path / "zoo.design.yaml", design))
    ids = [str(entity.id) for entity in design.entities]
    assert asking.ask("duplicate_part", entity_ids=ids)["ok"]["told"] == ["people_2", "pets_2"]
    made = asking.session.design
    assert [(e.name, e.position.x, e.position.y) for e in made.entities[2:]] == [
        ("people_2", 140, 140),
        ("pets_2", 440, 190),
    ]
    assert made.relationships[1].source_entity_id == made.entity("people_2").id
    assert made.entity("pets_2").keys[0].name is None
    assert asking.session.ddl().text
    asking.ask("undo")
    assert asking.session.design == design

    text = pasting.part_of(design, [design.entities[1].id]).model_dump_json()
    other = Asking(ProjectSession(tmp_path / "other.design.yaml", Design(name="other")))
    assert other.ask("paste", text=text, x=7, y=9)["ok"]["told"] == ["pets"]
    pets = other.session.design.entity("pets")
    assert (pets.position, pets.keys[0].name) == (Position(x=7, y=9), "pets_name")
    assert pets.id != design.entities[1].id
    assert other.session.design.relationships == ()


def test_dbml_is_taken_and_other_text_refused_in_words(tmp_path: Path) -> None:
    asking = Asking(ProjectSession(tmp_path / "zoo.design.yaml", shop()))
    dbml = "Table pets { id int [pk] }\nTable cages {\n id int [pk]\n pet_id int [ref: > pets.id]\n}"
    assert asking.ask("paste", text=dbml, x=0, y=0)["ok"]["told"] == ["pets_2", "cages"]
    assert len(asking.session.design.relationships) == 2
    before = asking.session.design
    orphan = Entity(name="a", inherits=(Entity(name="b").id,))
    scoped = f'{{"schema_designer": 1, "entities": [{orphan.model_dump_json()}]}}'
    for text in ("hello", "CREATE TABLE a ()", '{"schema_designer": 1, "entities": [{"nom": 1}]}', "[" * 9999, scoped):
        error = asking.ask("paste", text=text, x=0, y=0)["error"]
        assert error["what"]
        assert "please report" not in error["mend"]
    assert asking.session.design == before
