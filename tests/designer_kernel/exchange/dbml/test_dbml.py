"""DBML in and out: what the language says is read, what it cannot say is in the report."""

from __future__ import annotations

import psycopg
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.design import Design
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError, DocumentError
from designer_kernel.exchange.dbml import read_dbml, write_dbml
from designer_kernel.exchange.dbml.tokens import tokens
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
        ("core.status.new", "refused"): "PostgreSQL has no comments on labels",
        ("sticky", "refused"): "it says nothing about the schema",
        ("orders(id)", "refused"): "it says nothing about the schema",
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
        ("§", "1:1", "cannot stand here"),
        ("Table t {\n  a int [default: `1 +`]\n}", "2:1", ""),
        ("= 3", "1:1", "cannot stand here"),
    ],
)
def test_an_error_says_where_it_is(text: str, where: str, what: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_dbml(text)
    assert caught.value.where == where
    assert what in caught.value.what
    assert caught.value.mend


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


@settings(max_examples=40, deadline=None)
@given(designs())
def test_every_table_and_key_of_a_design_is_in_its_dbml(design: Design) -> None:
    try:
        meant = lower(design)
        text = write_dbml(design).text
    except DesignerError:
        assume(False)
    read = read_dbml(text).design
    assert {e.name for e in read.entities} == {t.name for t in meant.of(Table) if not t.partition_of}
    assert len(read.relationships) == len(meant.of(ForeignKey))


def test_the_marketplace_survives_but_for_what_is_named(older_url: str) -> None:
    exported = write_dbml(from_template("marketplace", "marketplace"))
    assert not exported.losses.is_lossless
    assert all(entry.reason for entry in exported.losses.of("changed", "refused"))
    design = read_dbml(exported.text).design
    deploy(design, older_url)
    with psycopg.connect(older_url) as connection:
        assert differences(lower(design), introspect(connection), with_sql=False) == []
