"""Random catalogs that make sense: created, read back, created again from what was read, and equal."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.dependencies import resolve
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.postgres.introspect import introspect

TYPES = {
    "integer": ("0", "7"),
    "bigint": ("(1 + 2)", "-7"),
    "text": ("''", "'it''s'"),
    "character varying(20)": ("'x'", "lower('X')"),
    "numeric(12,2)": ("0.00", "1e3"),
    "boolean": ("true", "NOT true"),
    "date": ("CURRENT_DATE", "'2026-01-02'"),
    "timestamp with time zone": ("now()", "'2026-01-02 03:04+05'"),
    "interval": ("'1 day'", "'1 mon 2 days'"),
    "uuid": ("gen_random_uuid()", "'00000000-0000-0000-0000-000000000000'"),
    "jsonb": ("'{}'", """'{"a": [1, "x''y"]}'"""),
    "text[]": ("'{}'", "ARRAY['a', 'b,c']"),
    "bytea": ("'\\x00'", "'\\xdeadbeef'"),
}
ACTIONS = ("NO ACTION", "CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT")
NAMES = st.one_of(
    st.sampled_from(["a", "b", "user", "Name", "it's", 'q"q', "x y", "ünï", "select", "%s", "a.b", "$$", "\\"]),
    st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1, max_size=12),
)
TEXTS = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), min_size=1, max_size=30)


@st.composite
def catalogs(draw: Any) -> Catalog:
    schema = "random " + draw(NAMES)
    tables = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    facts: list[CatalogObject] = [
        Schema(name=schema),
        Enum(schema=schema, name="an enum", labels=tuple(draw(st.lists(NAMES, max_size=3, unique=True)))),
        Domain(schema=schema, name="a domain", type="text", not_null=draw(st.booleans())),
        DomainCheck(schema=schema, domain="a domain", name="c", expression="VALUE > ''"),
    ]
    own = {quote_path(schema, "an enum"): (), quote_path(schema, "a domain") + "[]": ("'{}'",)}
    for number, name in enumerate(tables):
        facts += _table(draw, schema, name, number, own)
    for number, name in enumerate(tables):
        for link in range(draw(st.integers(0, 2))):
            column, target = f"to {link}", draw(st.sampled_from(tables))
            facts.append(Column(schema=schema, table=name, name=column, type="bigint"))
            facts.append(
                ForeignKey(
                    schema=schema,
                    table=name,
                    name=f"fk {number} {link}",
                    columns=(column,),
                    referenced_schema=schema,
                    referenced_table=target,
                    referenced_columns=("the id",),
                    on_delete=draw(st.sampled_from(ACTIONS)),
                    on_update=draw(st.sampled_from(ACTIONS)),
                    deferrable=draw(st.sampled_from(["", "IMMEDIATE", "DEFERRED"])),
                )
            )
    facts.append(
        View(schema=schema, name="the view", query=f'SELECT "the id" AS x FROM {quote_path(schema, tables[-1])}')
    )
    described = draw(
        st.lists(st.sampled_from([f for f in facts if not isinstance(f, Default)]), max_size=5, unique=True)
    )
    facts += [Comment(on=fact.id, text=draw(TEXTS)) for fact in described]
    return resolve(Catalog(draw(st.permutations(facts))))


def _table(draw: Any, schema: str, name: str, number: int, own: dict[str, tuple[str, ...]]) -> list[CatalogObject]:
    where = {"schema": schema, "table": name}
    secured = draw(st.booleans())
    facts: list[CatalogObject] = [
        Table(schema=schema, name=name, unlogged=False, row_security=secured, force_row_security=secured),
        Column(**where, name="the id", type="bigint", not_null=True, identity=draw(st.sampled_from(["", "ALWAYS"]))),
        PrimaryKey(**where, name=f"pk {number}", columns=("the id",)),
    ]
    for column in draw(st.lists(NAMES.filter(_is_free), max_size=5, unique=True)):
        type_name = draw(st.sampled_from([*TYPES, *own]))
        quoted = quote(column)
        facts.append(Column(**where, name=column, type=type_name, not_null=draw(st.booleans())))
        part = draw(st.sampled_from(["", "default", "check", "unique", "index"]))
        if part == "default" and (TYPES | own)[type_name]:
            value = draw(st.sampled_from((TYPES | own)[type_name]))
            facts.append(Default(**where, column=column, expression=value))
        elif part == "check":
            expression = f"{quoted} IS NOT NULL OR {literal(column)} <> ''"
            facts.append(Check(**where, name=f"check {column}"[:30], expression=expression))
        elif part == "unique" and type_name != "jsonb":
            facts.append(Unique(**where, name=f"u {number} {column}"[:30], columns=(column, "the id")))
        elif part == "index":
            keys = (f"{quoted} DESC", '("the id" + 1)')
            predicate = draw(st.sampled_from(["", f"{quoted} IS NOT NULL"]))
            facts.append(Index(**where, name=f"i {number} {column}"[:30], keys=keys, predicate=predicate))
    if secured:
        facts.append(Policy(**where, name="only mine", command="SELECT", using='"the id" > 0'))
    return facts


def _is_free(name: str) -> bool:
    """Whether a column may have the name: those of system columns are taken."""
    return name not in {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"} and len(name.encode()) < 40


def _law(url: str, examples: int) -> None:
    with psycopg.connect(url) as connection:

        @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck))
        @given(catalogs())
        def holds(meant: Catalog) -> None:
            schema = meant.of(Schema)[0].name
            found = _created(connection, meant, schema)
            assert differences(meant, found, with_sql=False) == []
            assert {key: type(fact) for key, fact in found.items()} == {key: type(fact) for key, fact in meant.items()}
            assert _created(connection, found, schema) == found

        holds()


def _created(connection: psycopg.Connection[Any], catalog: Catalog, schema: str) -> Catalog:
    try:
        for statement in render.script(catalog).statements:
            connection.execute(statement.sql.encode())
        return introspect(connection, [schema])
    finally:
        connection.rollback()


def test_random_catalogs_obey_the_law(database_url: str) -> None:
    _law(database_url, 40)


@pytest.mark.older
def test_random_catalogs_obey_the_law_on_an_older_server(older_url: str) -> None:
    _law(older_url, 20)


def test_what_is_missing_of_random_catalogs_is_added(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(catalogs(), st.data())
        def holds(whole: Catalog, data: st.DataObject) -> None:
            chosen = data.draw(st.sets(st.sampled_from(list(whole)), min_size=1, max_size=6))
            left_out = _with_dependents(whole, chosen)
            base = render.script(whole.only(key for key in whole if key not in left_out)).statements
            try:
                for statement in (*base, *render.create(whole, left_out)):
                    connection.execute(statement.sql.encode())
                found = introspect(connection, [whole.of(Schema)[0].name])
            finally:
                connection.rollback()
            assert differences(whole, found, with_sql=False) == []

        holds()


def _with_dependents(whole: Catalog, chosen: set[ObjectId]) -> set[ObjectId]:
    """Return facts and all that cannot be without them; a view cannot be without the columns of its tables.

    A domain whose arrays are in use takes no more checks, so it is left out with them.
    """
    found: set[ObjectId] = set()
    chosen = chosen | {whole[key].parent or key for key in chosen if key.kind == "domain_constraint"}
    while chosen - found:
        found |= chosen
        cut = {whole[key].parent for key in found if isinstance(whole[key], Column)}
        for fact in whole.values():
            if found & {fact.parent, *fact.depends, *fact.requires(whole)} or cut & fact.depends:
                chosen = chosen | {fact.id}
    return found
