"""DBML in and out: what the language says is read, what it cannot say is in the report."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.domain import Domain
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.diagrams import Note
from designer_kernel.design.lower import lower
from designer_kernel.design.parts import Index, IndexKey
from designer_kernel.design.traits import Encrypted
from designer_kernel.design.values import Position
from designer_kernel.errors import DesignerError, DocumentError
from designer_kernel.exchange.dbml import read_dbml, write_dbml
from designer_kernel.exchange.dbml.tokens import tokens
from designer_kernel.exchange.sql import import_sql
from designer_kernel.postgres.deploy import deploy
from designer_kernel.postgres.introspect import introspect
from designer_kernel.studio.templates import from_template
from tests.strategies import designs

SHOP = """
// a shop
Project shop { database_type: 'PostgreSQL' Note: 'The shop' }
Enum core.status { new [note: 'fresh'] "in progress" }
TablePartial stamped { created_at timestamp [default: `now()`, not null] }
Table core.customers as C [headercolor: #3498db] {
  id int [pk, increment]
  email varchar(255) [unique, not null, note: 'where to write']
  st core.status [default: 'new']
  credit numeric(10,2) [default: 0, check: `credit >= 0`]
  tags text[]
  is_vip boolean [default: true]
  ~stamped
  Note: '''
    Those who
    buy
  '''
  indexes {
    (email, st) [unique, name: 'u1']
    `lower(email)` [name: 'ix', type: btree]
    st
  }
  checks { `credit < 1000` [name: 'limit'] }
}
Table orders {
  id int [pk]
  customer_id int [ref: > C.id, not null]
  seen datetime
  a int
  b int
}
Table pairs { a int
  b int
  indexes { (a, b) [pk] } }
Ref pair: orders.(a, b) > pairs.(a, b) [delete: set null, update: cascade]
TableGroup sales [color: #f00] { C
  orders }
Note sticky { 'remember' }
records orders(id) { 1
 2 }
"""


def test_a_text_is_read_with_all_that_it_says(database_url: str) -> None:
    imported = read_dbml(SHOP)
    design = imported.design
    customers = design.entity("core.customers")
    assert (design.name, design.description, customers.description) == ("shop", "The shop", "Those who\nbuy")
    assert {a.name: a.type for a in customers.attributes} == {
        "id": "integer", "email": "character varying(255)", "st": "core.status", "credit": "numeric(10,2)",
        "tags": "text[]", "is_vip": "boolean", "created_at": "timestamp without time zone",
    }  # fmt: skip
    assert {a.name: a.default_value for a in customers.attributes if a.default_value} == {
        "st": "'new'", "credit": "0", "is_vip": "true", "created_at": "now()",
    }  # fmt: skip
    assert [c.expression for c in customers.checks] == ["credit < 1000", "credit >= 0"]
    assert (customers.colour, design.areas[0].colour, len(design.areas[0].members)) == ("#3498db", "#ff0000", 2)
    deploy(design, database_url)  # PostgreSQL takes it
    keys = {key.columns: (key.referenced_table, key.on_delete, key.on_update) for key in lower(design).of(ForeignKey)}
    assert keys == {
        ("customer_id",): ("customers", "NO ACTION", "NO ACTION"), ("a", "b"): ("pairs", "SET NULL", "CASCADE"),
    }  # fmt: skip


def test_what_becomes_something_else_is_told() -> None:
    told = {(entry.object, entry.outcome): entry.reason for entry in read_dbml(SHOP).losses.of("changed", "refused")}
    assert told == {
        ("core.customers", "changed"): "the columns of stamped are written out in it",
        ("orders.seen", "changed"): "datetime is timestamp without time zone in PostgreSQL",
        ("core.status", "changed"): "PostgreSQL has no comments on labels; their notes stand in the description",
        ("orders(id)", "refused"): "a design holds no rows",
    }


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("Table t {\n  id int [pk\n}", "3:1", "',' or ']'"),
        ("Table t {\n  id int\n", "3:1", "'}'"),
        ("Ref: a.b > c.d", "1:1", "no table 'a'"),
        ("Table t {\n  a int\n}\nRef: t.a > t.zz", "4:1", "no column 'zz'"),
        ("Table t { ~nothing }", "1:1", "no TablePartial"),
        ("Table t {\n  a int\n  a int\n}", "3:1", "two columns"),
        ("Table follows { a integer  b integer }", "1:28", "a new line or '['"),
        ("Table t {\n  id int pk\n}", "2:10", "a new line or '['"),
        ("§", "1:1", "cannot stand here"),
        ("Table t {\n  a int [default: `1 +`]\n}", "2:1", ""),
        ("= 3", "1:1", "cannot stand here"),
        ("Table a { x int }\nTable a { y int }", "2:1", "two tables are called 'a'"),
        ("Table a { x int }\nTable public.a { y int }", "2:1", "two tables are called 'public.a'"),
        ("Table a as b { x int }\nTable b { y int }", "2:1", "'b'"),
        ("Table a as z { x int }\nTable b as z { y int }", "2:1", "'z'"),
        ("Enum e { x }\nEnum public.e { y }", "2:1", "two enumerations are called 'public.e'"),
        ("TablePartial p { x int }\nTablePartial p { y int }", "2:1", "two partials are called 'p'"),
        ("Table a { x int\n indexes {\n y } }", "3:1", "no column 'y'"),
        ("Table a { x int\n indexes {\n (x, y) [unique] } }", "3:1", "no column 'y'"),
        ("Table a { x int\n indexes {\n y [pk] } }", "3:1", "no column 'y'"),
    ],
)
def test_an_error_says_where_it_is(text: str, where: str, what: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_dbml(text)
    assert caught.value.where == where
    assert what in caught.value.what
    assert caught.value.mend


def test_a_table_without_a_schema_is_found_before_those_of_its_name_in_other_schemas() -> None:
    tables = "Table s.a { id int [pk] }\nTable a { id int [pk] }\n"
    design = read_dbml(tables + "Table b { x int [ref: > s.a.id] }\nTableGroup g { a }").design
    plain = next(e for e in design.entities if e.schema_name is None)
    assert design.areas[0].members == (plain.id,)
    assert next(e.schema_name for e in design.entities if e.id == design.relationships[0].source_entity_id) == "s"
    for text in (tables, "Table s.a { id int [pk] }\nTable public.a { id int [pk] }\n"):
        design = read_dbml(text + "Table b { x int [ref: > a.id] }").design
        (key,) = lower(design).of(ForeignKey)
        assert (key.referenced_schema, key.referenced_table) == ("public", "a")
    design = read_dbml("Table s.a { id int [pk] }\nTable b { x int [ref: > a.id] }").design
    assert [key.referenced_schema for key in lower(design).of(ForeignKey)] == ["s"]


@given(st.text(alphabet="Table{}[]()'\"`~:<>-., \n\\x#1é//**", max_size=200))
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    try:
        read_dbml(text)
    except DocumentError as error:
        line, column = map(int, error.where.split(":"))
        assert 1 <= line <= text.count("\n") + 1
        assert column >= 1


@given(st.text(max_size=50))
def test_a_text_in_quotes_comes_back(text: str) -> None:
    assume("\x00" not in text)
    design = Design(name="d", description=text)
    (note,) = [token.text for token in tokens(write_dbml(design).text) if token.kind == "text"][1:] or [""]
    assert note == text


def test_what_was_written_reads_as_the_same_tables() -> None:
    design = from_template("blog", "blog")
    exported = write_dbml(design)
    again = read_dbml(exported.text).design
    first, second = lower(design), lower(again)
    assert {t.id for t in second.of(Table)} == {t.id for t in first.of(Table)}
    assert {(k.columns, k.referenced, k.on_delete) for k in second.of(ForeignKey)} == {
        (k.columns, k.referenced, k.on_delete) for k in first.of(ForeignKey)
    }
    changed = {entry.kind for entry in exported.losses.of("changed", "refused")}
    assert {"trait", "function", "domain", "trigger"} <= changed | {"domain", "function", "trigger"}
    assert "function" in changed or not design.functions


@settings(max_examples=60, deadline=None)
@given(designs())
def test_tables_columns_types_keys_and_references_of_a_design_come_back(design: Design) -> None:
    try:
        meant = lower(design)
        text = write_dbml(design).text
    except DesignerError:
        assume(False)
    found = lower(read_dbml(text).design)
    assert _shape(found) == _shape(meant, {domain.id: domain.type for domain in meant.of(Domain)})


def test_an_index_that_no_backticks_can_hold_is_refused_by_name() -> None:
    key = Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False)
    index = Index(name="odd", keys=(IndexKey(expression='lower("`")'),))
    entity = Entity(name="t", attributes=(key, Attribute(name="`", data_type="text")), indexes=(index,))
    exported = write_dbml(Design(name="shop", entities=(entity,)))
    assert [(loss.object, loss.kind) for loss in exported.losses.of("refused")] == [("t.odd", "index")]
    assert [a.name for a in read_dbml(exported.text).design.entities[0].attributes] == ["id", "`"]


def test_an_index_of_a_column_that_a_trait_replaced_is_refused_by_name() -> None:
    key = Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False)
    traits = (Encrypted(attributes=("email",)),)
    index = Index(name="by_email", keys=(IndexKey(attribute="email"),))
    attributes = (key, Attribute(name="email", data_type="text"))
    entity = Entity(name="t", attributes=attributes, indexes=(index,), traits=traits)
    exported = write_dbml(Design(name="shop", entities=(entity,)))
    assert ("t.by_email", "index") in [(loss.object, loss.kind) for loss in exported.losses.of("refused")]
    assert [a.name for a in read_dbml(exported.text).design.entities[0].attributes] == ["id", "encrypted_email"]


def _shape(catalog: Catalog, domains: dict[ObjectId, str] | None = None) -> dict[str, set[tuple[object, ...]]]:
    """Return what DBML can say of a catalog; a domain is written as its type."""
    named = {f"{key.path[0]}.{key.path[1]}": text for key, text in (domains or {}).items()}
    parents = {t.id for t in catalog.of(Table) if not t.partition_of}
    return {
        "columns": {
            (*c.id.path, named.get(c.type.removesuffix("[]"), c.type.removesuffix("[]")), c.type.endswith("[]"))
            for c in catalog.of(Column)
        },
        "not null": {(*c.id.path, c.not_null or bool(c.identity)) for c in catalog.of(Column)},
        "keys": {(k.schema, k.table, k.columns) for k in catalog.of(PrimaryKey) if k.parent in parents},
        "references": {
            (k.schema, k.table, k.columns, k.referenced, k.referenced_columns, k.on_delete, k.on_update)
            for k in catalog.of(ForeignKey)
        },
    }


def test_types_are_single_words_or_quoted_as_the_language_wants() -> None:
    types = ["character varying(20)", "timestamp(3) with time zone", "double precision", "numeric(10,2)", "text[]"]
    attributes = [{"name": f"c{n}", "data_type": given} for n, given in enumerate(types)]
    design = Design.model_validate({"name": "d", "entities": [{"name": "t", "attributes": attributes}]})
    text = write_dbml(design).text
    for written in (
        "c0 varchar(20)\n",
        "c1 timestamptz(3)\n",
        'c2 "double precision"\n',
        "c3 numeric(10,2)\n",
        "c4 text[]\n",
    ):
        assert written in text
    assert [a.type for a in read_dbml(text).design.entities[0].attributes] == types


@pytest.mark.parametrize(
    "text",
    [
        "Table a { id int [pk] }\nTable b { a_id int [unique] }\nRef: a.id - b.a_id",
        "Table a { id int [pk] }\nTable b { a_id int [unique, ref: - a.id] }",
    ],
)
def test_of_a_one_to_one_the_last_column_refers_or_the_one_that_says_so(text: str) -> None:
    read = read_dbml(text).design
    for design in (read, read_dbml(write_dbml(read).text).design):
        (key,) = lower(design).of(ForeignKey)
        assert (key.table, key.columns, key.referenced_table) == ("b", ("a_id",), "a")


def test_a_partial_gives_its_colour_and_what_it_says_twice_counts_once() -> None:
    design = read_dbml(
        "TablePartial p [headercolor: #f00] { email varchar [unique]\n indexes { email [unique] } }\n"
        "Table t { id int [pk, unique]\n ~p }"
    ).design
    (entity,) = design.entities
    assert entity.colour == "#ff0000"
    assert ([a.name for a in entity.attributes if a.is_unique], entity.keys) == (["email"], ())


def test_what_a_partial_takes_in_from_another_comes_with_its_indexes_and_checks() -> None:
    design = read_dbml(
        "TablePartial q [headercolor: #00f] { at date\n indexes { at [name: 'i'] }\n checks { `at > '2000-01-01'` } }\n"
        "TablePartial p [headercolor: #f00] { ~q\n who text }\nTable t { id int [pk]\n ~p\n ~q }"
    ).design
    (entity,) = design.entities
    assert [a.name for a in entity.attributes] == ["id", "at", "who"]
    assert [index.name for index in entity.indexes] == ["i"]
    assert [check.expression for check in entity.checks] == ["at > '2000-01-01'"]
    assert entity.colour == "#0000ff"  # the last one's


def test_rows_labels_by_name_and_settings_without_a_place_are_read_and_named() -> None:
    read = read_dbml(
        "Enum status { open closed }\n"
        "Table t { id int [pk]\n s status [default: status.open]\n n int [default: null]\n records { 1, open, 2 } }\n"
        "Table u { t_id int }\nRef: u.t_id > t.id [color: #79AD51]"
    )
    assert [a.default_value for a in read.design.entities[0].attributes] == [None, "'open'", None]
    assert {(loss.object, loss.kind) for loss in read.losses.of("refused")} == {
        ("t", "records"),
        ("u.t_id > t.id", "setting"),
    }


@pytest.mark.older
def test_the_marketplace_survives_but_for_what_is_named(older_url: str) -> None:
    exported = write_dbml(from_template("marketplace", "marketplace"))
    assert not exported.losses.is_lossless
    assert all(entry.reason for entry in exported.losses.of("changed", "refused"))
    design = read_dbml(exported.text).design
    deploy(design, older_url)
    with psycopg.connect(older_url) as connection:
        assert differences(lower(design), introspect(connection), with_sql=False) == []


ALL = """
Project all {
  Note: '''
    first \\
still
      deeper
  '''
}
Table core.users as U [headercolor: #39d, owner: 'me', dep: <- posts] {
  id int [pk, dep: -> posts.id]
  e real [default: 1.5e10]
  st status [default: status.open]
  st2 v2.status
  records (id, e) {
    1, 2.5
    2, ,
  }
}
Enum status { open [note: 'at first']
  "in progress" }
Enum v2.status { "A+" }
TablePartial noted [color: #fff] {
  at timestamp [default: `now()`]
  Note: 'from a partial'
  indexes { at [name: 'at_idx', speed: high] }
}
Table posts {
  ~noted
  id int [pk]
  user_id int [ref: > U.id]
  code text [ref: < tags.code]
}
Table tags { code text }
Ref written: core.users.id < posts.user_id [delete: cascade, inactive]
TableGroup g [color: #345, shape: round] { posts }
Dep: posts -> tags
Dep flow [color: #79AD51] {
  posts.id -> tags.code
}
DiagramView v { Tables { posts } }
use { table x as y } from './other.dbml'
reuse * from './more.dbml'
"""
"""What the rest of the language has, see https://dbml.dbdiagram.io/docs."""


def test_all_of_the_language_is_read_and_what_has_no_place_is_named() -> None:
    read = read_dbml(ALL)
    design = read.design
    assert design.description == "first still\n  deeper"
    users, posts, _ = design.entities
    assert [(a.type, a.default_value) for a in users.attributes[1:]] == [
        ("real", "1.5e10"), ("status", "'open'"), ("v2.status", None),
    ]  # fmt: skip
    assert (users.colour, posts.description) == ("#3399dd", "from a partial")
    assert [enum.description for enum in design.enums] == ["open: at first", ""]
    assert [key.attributes for key in posts.keys] == [("code",)]
    assert len(lower(design)) > 0
    assert {(loss.object, loss.kind) for loss in read.losses.of("refused", "changed")} == {
        ("core.users", "setting"), ("core.users.id", "setting"), ("core.users(id, e)", "records"),
        ("status", "enum"), ("posts", "partial"), ("posts", "setting"), ("posts.at_idx", "setting"),
        ("written", "relationship"), ("posts.code < tags.code", "relationship"),
        ("g", "setting"), ("posts-> tags", "dep"), ("flow[color: #79AD51]", "dep"), ("v", "diagramview"),
        ("from ./other.dbml", "use"), ("* from ./more.dbml", "reuse"),
    }  # fmt: skip


def test_nothing_has_two_outcomes() -> None:
    exported = write_dbml(from_template("marketplace", "marketplace"))
    for losses in (exported.losses, read_dbml(exported.text).losses, read_dbml(SHOP).losses, read_dbml(ALL).losses):
        told = [(loss.object, loss.kind) for loss in losses if loss.kind != "setting"]
        assert told
        assert sorted(set(told)) == sorted(told)


def test_types_of_one_name_in_two_schemas_stay_apart_and_what_is_lost_is_told() -> None:
    exported = write_dbml(read_dbml(ALL).design)
    assert "  st2 v2.status\n" in exported.text
    told = {(loss.object, loss.kind): loss.outcome for loss in exported.losses}
    assert told["status", "enum"] == "changed"
    assert told["v2.status", "enum"] == "kept"
    design = from_template("blog", "blog")
    placed = design.replace(entities=(design.entities[0].replace(position=Position(x=1, y=2)), *design.entities[1:]))
    assert [loss.object for loss in write_dbml(placed).losses if loss.kind == "layout"] == ["blog"]
    with_traits = write_dbml(from_template("marketplace", "marketplace")).losses
    assert {"trait", "partition"} <= {loss.kind for loss in with_traits.of("changed", "refused")}


@pytest.mark.parametrize("schema", ["app", "public"])
def test_a_type_that_is_only_carried_along_is_named_with_its_schema_and_said_to_be_missing(schema: str) -> None:
    script = f"""
        CREATE SCHEMA IF NOT EXISTS app;
        CREATE TYPE {schema}.addr AS (street text, zip text);
        CREATE TABLE app.customer (home {schema}.addr, others {schema}.addr[]);
    """
    exported = write_dbml(import_sql(script).design)
    told = {loss.object: loss for loss in exported.losses if loss.kind == "column"}
    assert {loss.outcome for loss in told.values()} == {"changed"}
    assert all(f"{schema}.addr is named, and not there" in loss.reason for loss in told.values())
    again = read_dbml(exported.text)
    written = "addr" if schema == "public" else "app.addr"
    assert [a.type for a in again.design.entity("customer").attributes] == [written, f"{written}[]"]
    missing = [loss.object for loss in again.losses.of("refused")]
    assert missing == ([] if schema == "public" else ["app.customer.home", "app.customer.others"])


def test_the_boolean_of_mysql_is_a_boolean_with_its_default(database_url: str) -> None:
    read = read_dbml("Table t { a tinyint(1) [default: true] b tinyint(1) [default: 0] c tinyint(4) [default: 1] }")
    told = [(a.data_type, a.default_value) for a in read.design.entity("t").attributes]
    assert told == [("boolean", "true"), ("boolean", "false"), ("smallint", "1")]
    assert next(iter(read.losses.of("changed"))).reason == "tinyint(1) is boolean in PostgreSQL"
    deploy(read.design, database_url)


def test_notes_come_and_go_as_sticky_notes() -> None:
    design = read_dbml(SHOP).design
    assert [note.text for note in design.notes] == ["remember"]
    words = "it's\n```two``` \\ lines"
    written = write_dbml(design.replace(notes=(Note(text=words), Note(text="b", colour="#ff0000"))))
    again = read_dbml(written.text).design
    assert [note.text for note in again.notes] == [words, "b"]
    assert [(one.object, one.outcome) for one in written.losses if one.kind == "note"] == [
        ("note_1", "kept"),
        ("note_2", "changed"),
    ]
    (cut,) = read_dbml(f"Note n {{ '{'x' * 20_000}' }}").design.notes
    assert len(cut.text) == 10_000
