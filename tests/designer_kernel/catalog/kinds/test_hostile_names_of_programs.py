"""Rules, states, foreign data, publications and event triggers under names that break careless SQL."""

from __future__ import annotations

import pytest

from designer_kernel.catalog import canonical, render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column, column_id
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.event_trigger import EventTrigger
from designer_kernel.catalog.kinds.firing import RuleState, TriggerState
from designer_kernel.catalog.kinds.foreign_data_wrapper import ForeignDataWrapper
from designer_kernel.catalog.kinds.foreign_server import ForeignServer, UserMapping
from designer_kernel.catalog.kinds.foreign_table import ForeignColumnOptions, ForeignTable
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.publication import Publication, PublicationSchema, PublicationTable
from designer_kernel.catalog.kinds.rule import Rule
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.subscription import Subscription
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.trigger import Trigger
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.kinds.view_default import ViewDefault
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject
from tests.designer_kernel.catalog.databases import FreshUrl, load, read, scripted
from tests.designer_kernel.catalog.hostile import NAMES, named


def hostile(base: str) -> Catalog:
    """Give each kind a name made from ``base``."""
    schema, table, view, column, foreign = (named(base, tag) for tag in ("s", "t", "v", "c", "f"))
    rule, trigger, function, fires = (named(base, tag) for tag in ("r", "g", "p", "e"))
    of_table = {"schema": schema, "table": table}
    path, option = quote_path(schema, table), base.replace("=", "-")  # names of options hold no equals sign
    facts: list[CatalogObject] = [
        Schema(name=schema),
        Table(schema=schema, name=table),
        Column(**of_table, name=column, type="text"),
        _function(schema, function, "trigger"),
        _function(schema, fires, "event_trigger"),
        View(schema=schema, name=view, query=f"SELECT {quote(column)} FROM {path}", check_option="LOCAL"),
        ViewDefault(schema=schema, view=view, column=column, expression=literal(base)),
        Rule(
            **of_table,
            name=rule,
            event="INSERT",
            action=f"WHERE new.{quote(column)} = {literal(base)} DO ALSO DELETE FROM {path}",
        ),
        RuleState(**of_table, rule=rule, state="ENABLE REPLICA"),
        Trigger(
            **of_table,
            name=trigger,
            timing="AFTER",
            events=("UPDATE",),
            function=(schema, function),
            for_each_row=False,
            old_table=named(base, "o"),
            new_table=named(base, "n"),
        ),
        TriggerState(**of_table, trigger=trigger, state="DISABLE"),
        ForeignDataWrapper(name=base, options=((option, base),)),
        ForeignServer(name=base, wrapper=base, type=base, version=base, options=((option, base),)),
        UserMapping(server=base, role="public", options=((option, base),)),
        ForeignTable(schema=schema, name=foreign, server=base, options=((option, base),)),
        Column(schema=schema, table=foreign, name=column, type="text"),
        ForeignColumnOptions(schema=schema, table=foreign, column=column, options=((option, base),)),
        Publication(name=base),
        PublicationTable(publication=base, **of_table, condition=f"({quote(column)} = {literal(base)})"),
        PublicationSchema(publication=base, schema=schema),
        EventTrigger(name=base, event="ddl_command_end", function=(schema, fires), state="ENABLE ALWAYS"),
    ]
    described = (Rule, EventTrigger, ForeignDataWrapper, ForeignServer, ForeignTable, Publication, View)
    comments = [Comment(on=fact.id, text=base) for fact in facts if isinstance(fact, described)]
    return Catalog([*facts, *comments, Comment(on=column_id(schema, view, column), text=base)])


def _function(schema: str, name: str, returns: str) -> Function:
    return Function(
        schema=schema,
        name=name,
        arguments="",
        returns=returns,
        language="plpgsql",
        definition=f"CREATE FUNCTION {quote_path(schema, name)}() RETURNS {returns} LANGUAGE plpgsql AS 'BEGIN END'",
    )


@pytest.mark.parametrize("base", NAMES, ids=ascii)
def test_hostile_names_survive(base: str, fresh_url: FreshUrl) -> None:
    meant = hostile(base)
    first, second = fresh_url(), fresh_url()
    found = scripted(first, meant)
    # The server rewrites SQL; all else must be as it was meant.
    lost = [d for d in differences(meant, found, with_sql=False) if d.change != "extra"]
    assert lost == []
    load(second, render.script(found).text)
    assert read(second) == found
    assert canonical.from_json(canonical.to_json(found)) == found


@pytest.mark.parametrize("base", NAMES, ids=ascii)
def test_hostile_names_of_subscriptions_are_quoted(base: str) -> None:
    made = Subscription(name=base, publications=(base, "p"), connection=f"host={base}")
    (sql,) = made.create(Catalog(), {})
    assert sql.startswith(f"CREATE SUBSCRIPTION {quote(base)}\n    CONNECTION {literal(f'host={base}')}\n")
    assert f"PUBLICATION {quote(base)}, p\n" in sql
