"""A catalog with every kind of object, in which every name is one that breaks careless SQL."""

from __future__ import annotations

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.dependencies import resolve
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default, column_id
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.composite import Composite, CompositeAttribute
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.exclusion import Exclusion
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.grant import Grant
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.sequence import Sequence, SequenceOwner
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.trigger import Trigger
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from tests.designer_kernel.catalog import hostile_access, hostile_keys, hostile_tables, hostile_types

NAMES = (
    'we"ird',
    '"',
    '""',
    "it's",
    "select",
    "Ünïcode ☃ 名前",
    "a.b",
    "$$",
    "$body$",
    "$1",
    "%s %(x)s %",
    "back\\slash\\",
    "-- comment",
    "/* comment",
    "; DROP SCHEMA public CASCADE;",
    "line\nbreak\r\n\ttab",
    " lead and trail ",
    "a), b (c",
    "x WHEN (true) EXECUTE FUNCTION (",
    "x USING btree (",
    "x WITH =, y",
    ":'HOST' :USER",
    "\\q",
    "{0} {name}",
    "E'x'",
    "CamelCase",
    "user",
    "\u202eright to left",
    "n" * 63,
    "é" * 31,
    "☃" * 21,
)


def named(base: str, tag: str) -> str:
    """Make a name with a tag that keeps it apart from the other names of its name space, in 63 bytes."""
    return base.encode()[: 63 - len(tag)].decode("utf-8", "ignore") + tag


def hostile_catalog(base: str) -> Catalog:
    """Give every kind of object a name made from ``base``."""
    schema, table, child, role = (named(base, tag) for tag in ("s", "t", "f", "r"))
    key, text, other = (named(base, tag) for tag in ("k", "c", "o"))
    relation, function = ObjectId("relation", (schema, table)), ObjectId("function", (schema, named(base, "p"), ""))
    enum, typed = quote_path(schema, named(base, "e")), quote_path(schema, named(base, "d"))
    column = {"schema": schema, "table": table}
    facts: list[CatalogObject] = [
        Role(name=role),
        Schema(name=schema),
        Extension(name="btree_gist", schema=schema),
        Enum(schema=schema, name=named(base, "e"), labels=(base, named(base, "2"), "")),
        Composite(schema=schema, name=named(base, "3")),
        CompositeAttribute(
            schema=schema, composite=named(base, "3"), name=key, type="text", collation='pg_catalog."C"'
        ),
        CompositeAttribute(schema=schema, composite=named(base, "3"), name=text, type=f"{enum}[]"),
        Domain(
            schema=schema,
            name=named(base, "d"),
            type="text",
            default=f"{literal(base)}::text",
        ),
        DomainCheck(
            schema=schema,
            domain=named(base, "d"),
            name=named(base, "1"),
            expression=f"VALUE <> {literal(named(base, '!'))}",
        ),
        DomainCheck(schema=schema, domain=named(base, "d"), name=named(base, "2"), expression="VALUE <> ''"),
        Function(
            schema=schema,
            name=named(base, "p"),
            arguments="",
            returns="trigger",
            language="plpgsql",
            definition=f"CREATE FUNCTION {quote_path(*function.path[:2])}() RETURNS trigger LANGUAGE plpgsql AS "
            + literal(f"BEGIN RAISE NOTICE '%', {literal(base)}; RETURN NEW; END"),
        ),
        Function(
            schema=schema,
            name=named(base, "q"),
            arguments=f"{enum}, {enum}[]",
            returns="text",
            language="sql",
            definition=f"CREATE FUNCTION {quote_path(schema, named(base, 'q'))}({quote(key)} {enum}, {enum}[]) "
            f"RETURNS text LANGUAGE sql AS {literal(f'SELECT {quote(text)}::text FROM {quote_path(schema, table)}')}",
        ),
        Table(schema=schema, name=table, row_security=True, force_row_security=True),
        Column(**column, name=key, type="bigint", not_null=True, identity="ALWAYS"),
        Column(**column, name=text, type=typed, not_null=True),
        Column(**column, name=other, type=f"{enum}[]"),
        Column(**column, name=named(base, "4"), type=quote_path(schema, named(base, "3"))),
        Column(**column, name=named(base, "g"), type="text", generated=f"lower({quote(text)}::text)"),
        Default(**column, column=text, expression=f"{literal(base)}::text"),
        Sequence(schema=schema, name=named(base, "0"), start=7, cycle=True),
        SequenceOwner(schema=schema, sequence=named(base, "0"), table=(schema, table), column=key),
        PrimaryKey(**column, name=named(base, "x"), columns=(key,), include=(text,)),
        Unique(**column, name=named(base, "u"), columns=(text, key), nulls_not_distinct=True),
        Check(**column, name=named(base, "h"), expression=f"{quote(text)} <> {literal(base + '!')}"),
        Exclusion(
            **column,
            name=named(base, "z"),
            elements=((quote(key), "="), (f"int8range({quote(key)}, {quote(key)} + 1)", "&&")),
            predicate=f"{quote(key)} > 0",
        ),
        Index(
            **column,
            name=named(base, "i"),
            unique=True,
            keys=(f"{quote(text)} DESC", f"lower({quote(text)}::text)", quote(key)),
            include=(other,),
            predicate=f"{quote(text)} <> {literal(base)}",
        ),
        Table(schema=schema, name=child, partition_by=f"LIST ({quote(text)})"),
        Column(schema=schema, table=child, name=key, type="bigint"),
        Column(schema=schema, table=child, name=text, type="text"),
        Table(
            schema=schema,
            name=named(base, "l"),
            partition_of=(schema, child),
            bound=f"FOR VALUES IN ({literal(base)}, {literal(base + '!')})",
        ),
        ForeignKey(
            schema=schema,
            table=child,
            name=named(base, "y"),
            columns=(key,),
            referenced_schema=schema,
            referenced_table=table,
            referenced_columns=(key,),
            on_delete="SET NULL",
            on_delete_columns=(key,),
        ),
        View(
            schema=schema,
            name=named(base, "v"),
            query=f"SELECT {quote(text)}, {literal(base)} AS {quote(other)} FROM {quote_path(schema, table)}",
        ),
        MaterializedView(
            schema=schema,
            name=named(base, "m"),
            query=f"SELECT count({quote(other)}) AS {quote(key)} FROM {quote_path(schema, named(base, 'v'))}",
        ),
        Index(schema=schema, table=named(base, "m"), name=named(base, "j"), keys=(quote(key),)),
        Trigger(
            **column,
            name=named(base, "w"),
            timing="BEFORE",
            events=("INSERT", "UPDATE"),
            function=(schema, named(base, "p")),
            arguments=(base, "", "'"),
            update_columns=(text, key),
            condition=f"NEW.{quote(text)} <> {literal(base)}",
        ),
        Policy(**column, name=named(base, "n"), roles=(role,), using=f"{quote(text)} = {literal(base)}"),
        Grant(on=relation, role=role, privileges=("INSERT", "SELECT")),
        Grant(on=column_id(schema, table, text), role=role, privileges=("UPDATE",)),
        Grant(on=ObjectId("schema", (schema,)), role=role, privileges=("USAGE",)),
        Grant(on=function, role=role, privileges=("EXECUTE",)),
    ]
    facts += hostile_access.searched(schema, named(base, "b"))
    described = [fact for fact in facts if not isinstance(fact, Role | Extension | Default | Grant | SequenceOwner)]
    facts += hostile_access.allowed(schema, named(base, "b"), role, function)
    facts += hostile_tables.hostile_tables(
        schema, named(f"5{base}", ""), (key, text, named(base, "6"), named(base, "7"))
    )
    own = tuple(named(base, f"8{number}") for number in range(4))
    facts += hostile_keys.hostile_keys(schema, child, named(base, "l"), (key, text), own)
    parts = tuple(named(base, f"t{number}") for number in range(8))
    facts += hostile_types.hostile_types(schema, parts, "btree_gist")
    return resolve(Catalog([*facts, *(Comment(on=fact.id, text=base) for fact in described)]))
