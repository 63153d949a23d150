"""What is offered is read and looked at, and only then becomes the design."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.design import Design, document
from designer_kernel.design.edits import AddAttribute
from designer_kernel.design.lower import lower
from designer_kernel.design.opaque import Opaque
from designer_kernel.design.refresh import Answer
from designer_kernel.errors import DesignerError, DocumentError, UnknownObject
from designer_kernel.exchange.attribute_line import parse_line
from designer_kernel.studio.adding import addition
from designer_kernel.studio.carried import carried
from designer_kernel.studio.deployed import NotDeployed
from designer_kernel.studio.importing import kind_of_text, read_place, read_texts
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.refreshing import compare, compare_with_database
from designer_kernel.studio.sources import Options
from designer_kernel.studio.templates import from_template

SCRIPT = """
CREATE EXTENSION citext;
CREATE TABLE "Odd ""one" (id int PRIMARY KEY, name citext);
CREATE TABLE parts (id int PRIMARY KEY, whole int REFERENCES "Odd ""one") PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
ALTER TABLE parts ALTER whole SET STATISTICS 12;
CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int);
"""


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("anything", "a.SQL", "script"),
        ("CREATE TABLE t (i int);", "", "script"),
        ("--\n-- PostgreSQL database dump\n--\n\n\\restrict x", "", "script"),
        ("Table t {\n id int\n}", "", "dbml"),
        ("Project p {\n database_type: 'PostgreSQL'\n}", "notes.txt", "dbml"),
        ("-- a script\nCREATE TYPE e AS ENUM ('Table x {');", "", "script"),
        ("format: 1\nname: shop\n", "", "design"),
        ('{"name": "shop"}', "", "design"),
        ("id,name\n1,a\n2,b\n", "", "data"),
        ("id;name\n1;a\n", "", "data"),
        ("id;name\n1;a\n", "x.tsv", "data"),
        ("VACUUM; ANALYZE;", "", "script"),
    ],
)
def test_what_a_text_is(text: str, name: str, kind: str) -> None:
    assert kind_of_text(text, name) == kind


def test_the_notations_that_we_write_are_known_again() -> None:
    session_design = from_template("marketplace", "shop")
    from designer_kernel.studio.exports import NOTATIONS

    for name, kind in {"sql": "script", "yaml": "design", "json": "design", "dbml": "dbml"}.items():
        assert kind_of_text(NOTATIONS[name].write(session_design).text) == kind


def test_a_design_keeps_everything_but_its_name() -> None:
    design = from_template("marketplace", "shop")
    read = read_texts({"other.yaml": document.to_yaml(design)}, name="mine")
    assert read.imported.design == design.model_copy(update={"name": "mine"})
    assert not read.is_real


def test_only_data_comes_in_several_files() -> None:
    with pytest.raises(DocumentError, match="only files of data"):
        read_texts({"a.sql": "SELECT 1;", "b.sql": "SELECT 1;"})
    with pytest.raises(DocumentError, match="two files are called"):
        read_texts({"x/a.csv": "i\n1\n", "y/a.csv": "i\n1\n"})
    with pytest.raises(DesignerError, match="only a script has mends"):
        read_texts({"a.csv": "i\n1\n"}).with_mends(["all"])
    with pytest.raises(UnknownObject):
        read_texts({"a.csv": "i\n1\n"}).with_suggestions(["nothing"])


def test_a_database_is_read_once_for_both_uses(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SCRIPT)
    read = read_place(database_url, Options("mine"))
    assert read.catalog is not None
    assert lower(read.imported.design) == read.catalog
    assert read.imported.design.name == "mine"


def test_two_designs_together_mean_what_each_means() -> None:
    one = from_template("marketplace", "shop")
    other = read_texts({"a.sql": SCRIPT}).imported.design
    added = addition(one, other)
    assert added.edit is not None, added.clashes
    both = lower(added.edit.change(one))
    assert dict(both) == {**lower(one), **lower(other)}
    again = addition(added.edit.change(one), other)
    assert again.edit is None
    assert "table public.parts" in again.clashes


def test_what_both_have_in_common_is_there_once() -> None:
    types = "CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('calm', 'wild'); CREATE SCHEMA s;"
    one = read_texts({"a.sql": types + "CREATE TABLE a (m mood);"}).imported.design
    other = read_texts({"a.sql": types + "CREATE TABLE s.b (m mood, c citext);"}).imported.design
    added = addition(one, other)
    assert added.edit is not None, added.clashes
    both = added.edit.change(one)
    assert [len(both.enums), len(both.extensions), len(both.entities)] == [1, 1, 2]
    unlike = read_texts({"a.sql": "CREATE TYPE mood AS ENUM ('calm'); CREATE TABLE c (m mood);"}).imported.design
    assert addition(one, unlike).clashes == ("enum public.mood",)


def test_a_name_that_only_postgresql_would_give_twice_is_a_clash() -> None:
    one = read_texts({"a.sql": "CREATE TABLE a (i int); CREATE INDEX same ON a (i);"}).imported.design
    other = read_texts({"a.sql": "CREATE TABLE b (i int); CREATE INDEX same ON b (i);"}).imported.design
    assert addition(one, other).clashes == ("index public.same",)


def test_words_about_what_both_have_are_not_lost() -> None:
    made = "CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple); COMMENT ON TEXT SEARCH DICTIONARY d IS"
    one = read_texts({"a.sql": f"{made} 'mine'; CREATE TABLE a (i int)"}).imported.design
    other = read_texts({"a.sql": f"{made} 'yours'; CREATE TABLE b (i int)"}).imported.design
    assert addition(one, other).clashes == ("comment text_search_dictionary.public.d",)


def test_a_copy_with_the_same_ids_is_added_under_new_ones() -> None:
    one = read_texts({"a.sql": "CREATE TABLE a (i int PRIMARY KEY);"}).imported.design
    second = "CREATE TABLE b (i int PRIMARY KEY, a int REFERENCES b);"
    other = read_texts({"a.sql": second}).imported.design
    text = document.to_yaml(other).replace(str(other.entities[0].id), str(one.entities[0].id))
    other = document.read(text)
    assert other.entities[0].id == one.entities[0].id
    added = addition(one, other)
    assert added.edit is not None
    both = added.edit.change(one)
    assert Design.model_validate(both.model_dump()) == both
    assert len(both.relationships) == 1
    assert both.relationships[0].source_entity_id == both.entity("b").id


def test_what_is_carried_along_shows_its_sql_and_whose_it_is() -> None:
    design = read_texts({"a.sql": SCRIPT}).imported.design
    shown = {(one.kind, one.name): one for one in carried(design)}
    parts = design.entity("parts").id
    statistics = shown["column_statistics", "public.parts.whole"]
    assert statistics.sql == "ALTER TABLE ONLY public.parts ALTER COLUMN whole SET STATISTICS 12;"
    assert statistics.entity_id == parts
    assert any(kind == "operator" and one.sql.startswith("CREATE OPERATOR") for (kind, _), one in shown.items())
    assert len(shown) == len(design.opaque)


def test_more_than_what_is_drawn_is_named_field_by_field() -> None:
    design = read_texts({"a.sql": "CREATE TABLE t (i int, word text);"}).imported.design
    more = Opaque(kind="column", effect="fields", target=("column", "public", "t", "word"), fields={"collation": "C"})
    gone = Opaque(kind="column", effect="absent", target=("column", "public", "t", "i"))
    shown = carried(design.model_copy(update={"opaque": (more, gone)}))
    assert [one.reason for one in shown] == [
        "has more to it than what is drawn: collation",
        "what is drawn would mean this, and it is not there",
    ]
    assert shown[0].sql == 'word text COLLATE "C"'
    assert shown[1].sql == ""
    assert {one.entity_id for one in shown} == {design.entities[0].id}


def test_refreshing_keeps_what_is_drawn_and_is_undone_in_one_step(session: ProjectSession, database_url: str) -> None:
    session.deploy(database_url)
    products = session.design.entity("products")
    assert session.refresh(database_url).edit is None
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE products ADD price numeric(10,2); CREATE TABLE stock (id int PRIMARY KEY)")
    done = session.refresh(database_url)
    assert done.edit is not None
    assert {entity.name for entity in session.design.entities} == {"products", "stock"}
    assert session.design.entity("products").id == products.id
    assert session.losses == done.losses
    assert compare_with_database(session.design, database_url).refreshed().edit is None
    session.undo()
    assert {entity.name for entity in session.design.entities} == {"products"}


def test_a_database_without_anything_of_the_design_does_not_empty_it(
    session: ProjectSession, database_url: str
) -> None:
    with pytest.raises(NotDeployed):
        session.refresh("no_such_database")
    with pytest.raises(NotDeployed, match="nothing of this design"):
        session.refresh(database_url)
    assert session.revision == 0


def test_open_questions_change_nothing(session: ProjectSession, database_url: str) -> None:
    session.deploy(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "ALTER TABLE products DROP name; ALTER TABLE products ADD title text NOT NULL, ADD code text"
        )
    done = session.refresh(database_url)
    assert done.decisions
    assert session.revision == 0
    answers: dict[str, Answer] = {one.key: "rename" if one.new == "title" else "replace" for one in done.decisions}
    assert not session.refresh(database_url, decide=answers).decisions
    assert [a.name for a in session.design.entity("products").attributes] == ["id", "title", "code"]


def test_a_design_that_the_server_refuses_is_compared_as_it_reads(session: ProjectSession) -> None:
    before = lower(session.design)
    key = session.design.entity("products").id
    session.apply(AddAttribute(entity_id=key, attribute=parse_line("colour no_such_type")))
    compared = compare(session.design, before)
    assert compared.meant is None
    assert compared.refreshed().edit is None
    gone = compared.refreshed({"column public.products.colour": "remove"}).design
    assert [a.name for a in gone.entity("products").attributes] == ["id", "name"]
