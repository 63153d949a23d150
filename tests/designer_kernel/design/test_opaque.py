"""What a design carries along: written down, read back, checked, and in its place."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.identity_sequence import IdentityType
from designer_kernel.catalog.kinds.sequence import Sequence
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design import Attribute, Design, Entity, document
from designer_kernel.design.edits import AddObject, ChangeEntity, RemoveEntity, RenameEntity, apply
from designer_kernel.design.lower import lower
from designer_kernel.design.opaque import Opaque
from designer_kernel.errors import InvalidDesign, InvalidSql


def table() -> Entity:
    return Entity(name="t", attributes=(Attribute(name="id", data_type="bigint", is_primary_key=True),))


def carrying(*opaque: Opaque) -> Design:
    return Design(name="d", entities=(table(),), opaque=opaque)


def test_a_fact_is_added_as_it_is() -> None:
    sequence = Sequence(schema="public", name="numbers", minimum=-(2**63), maximum=2**63 - 2, start=5)
    design = carrying(Opaque.of(sequence))
    assert lower(design)[sequence.id] == sequence
    for text, name in ((document.to_yaml(design), "d.yaml"), (document.to_json(design), "d.json")):
        again = document.read(text, name)
        assert again == design
        assert lower(again)[sequence.id] == sequence


def test_fields_of_a_fact_are_changed_and_facts_are_taken_away() -> None:
    fields = Opaque(kind="table", effect="fields", target=("relation", "public", "t"), fields={"access_method": "x"})
    absent = Opaque(kind="schema", effect="absent", target=("schema", "public"))
    made = lower(carrying(fields, absent))
    assert made[ObjectId("relation", ("public", "t"))].content()["access_method"] == "x"
    assert ObjectId("schema", ("public",)) not in made


@pytest.mark.parametrize(
    "expression",
    [
        "id > 0), ADD COLUMN x int, ADD CHECK (true",
        "true); DROP TABLE t; --",
        "true -- and the rest",
        "'a",
        "true) OR (true",
    ],
)
def test_sql_that_would_leave_its_place_is_refused(expression: str) -> None:
    check = Check(schema="public", table="t", name="c", expression=expression)
    with pytest.raises(InvalidSql, match="would end the statement"):
        lower(carrying(Opaque.of(check)))


@pytest.mark.parametrize(
    "definition", ["DROP TABLE t", "COMMIT", "COPY (SELECT 1) TO PROGRAM 'id'", "CREATE TABLE u ()"]
)
def test_what_makes_no_function_is_none(definition: str) -> None:
    function = Function(
        schema="public", name="f", arguments="", returns="integer", language="sql", definition=definition
    )
    with pytest.raises(InvalidSql, match="makes no function"):
        lower(carrying(Opaque.of(function)))


_NAMELESS = "CREATE FUNCTION public.f(a integer, text) RETURNS integer LANGUAGE sql"


def test_a_parameter_that_a_server_calls_nothing_keeps_its_function_in_place() -> None:
    definition = f'{_NAMELESS}\nBEGIN ATOMIC\n SELECT (a + length("")), ("" || \'""\'::text);\nEND\n'
    function = Function(
        schema="public", name="f", arguments="integer, text", returns="integer", language="sql", definition=definition
    )
    assert lower(carrying(Opaque.of(function)))[function.id] == function


@pytest.mark.parametrize(
    "body",
    [
        'RETURN length(""); DROP TABLE t',
        'BEGIN ATOMIC SELECT length(""); END; DROP TABLE t; SELECT 1; END',
        "AS 'SELECT \"\"'; DROP TABLE t",
        "AS E'\\'\"\"'; DROP TABLE t; --'",
        'RETURN length("a""); DROP TABLE t; --',
        'RETURN length("") --',
    ],
)
def test_a_name_of_nothing_hides_no_other_statement(body: str) -> None:
    function = Function(
        schema="public",
        name="f",
        arguments="integer, text",
        returns="integer",
        language="sql",
        definition=f"{_NAMELESS} {body}",
    )
    with pytest.raises(InvalidSql, match="would end the statement"):
        lower(carrying(Opaque.of(function)))


@pytest.mark.parametrize("name", ["bigint; DROP TABLE t; --", "bigint --"])
def test_a_type_that_would_leave_its_place_is_refused_whatever_it_is_about(name: str) -> None:
    type_ = IdentityType(schema="public", sequence="s", type=name)
    with pytest.raises(InvalidSql, match="would end the statement"):
        lower(carrying(Opaque.of(Sequence(schema="public", name="s")), Opaque.of(type_)))


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "nothing"},
        {"kind": "sequence", "fields": {"schema": "public"}},
        {"kind": "sequence", "fields": {"schema": "public", "name": 3}},
        {"kind": "sequence", "fields": {"schema": "public", "name": "s", "color": "red"}},
        {"kind": "table", "effect": "fields", "fields": {}},
    ],
)
def test_what_is_no_fact_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Opaque.model_validate(data)


def test_an_entry_about_nothing_says_so() -> None:
    fields = Opaque(kind="table", effect="fields", target=("relation", "public", "u"), fields={"access_method": "x"})
    with pytest.raises(InvalidDesign, match="not in the design"):
        lower(carrying(fields))


def test_entries_follow_their_table() -> None:
    check = Check(schema="public", table="t", name="c", expression="(id > 0)", no_inherit=True)
    design = apply(Design(name="d", entities=(table(),)), AddObject(collection="opaque", object=Opaque.of(check)))
    entity = design.entities[0]
    renamed = apply(design, RenameEntity(entity_id=entity.id, name="u"))
    assert ObjectId("constraint", ("public", "u", "c")) in lower(renamed)
    moved = apply(renamed, ChangeEntity(entity_id=entity.id, changes={"schema_name": "app"}))
    assert ObjectId("constraint", ("app", "u", "c")) in lower(moved)
    assert apply(moved, RemoveEntity(entity_id=entity.id)).opaque == ()
