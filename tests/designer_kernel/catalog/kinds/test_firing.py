"""Whether triggers and rules fire, which a script that only creates them forgets."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.kinds.firing import RuleState, TriggerState
from designer_kernel.catalog.kinds.trigger import Trigger
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.catalog.proof import prove

TABLE = """
    CREATE TABLE t (id integer);
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
    CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
"""
PARTITIONS = """
    CREATE TABLE p (id integer) PARTITION BY LIST (id);
    CREATE TABLE a PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (id);
    CREATE TABLE z PARTITION OF a FOR VALUES IN (1);
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER g AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();
"""


@pytest.mark.parametrize("state", ["DISABLE", "ENABLE REPLICA", "ENABLE ALWAYS"])
def test_states_are_kept(fresh_url: FreshUrl, state: str) -> None:
    catalog = prove(f"{TABLE} ALTER TABLE t {state} TRIGGER g; ALTER TABLE t {state} RULE r;", fresh_url)
    assert [(s.trigger, s.state) for s in catalog.of(TriggerState)] == [("g", state)]
    assert [(s.rule, s.state) for s in catalog.of(RuleState)] == [("r", state)]


def test_what_fires_as_usual_has_no_state(fresh_url: FreshUrl) -> None:
    catalog = prove(TABLE, fresh_url)
    assert len(catalog.of(Trigger)) == 1
    assert not catalog.of(TriggerState)
    assert not catalog.of(RuleState)


def test_a_partition_keeps_its_own_state(fresh_url: FreshUrl) -> None:
    catalog = prove(f"{PARTITIONS} ALTER TABLE p DISABLE TRIGGER g; ALTER TABLE z ENABLE TRIGGER g;", fresh_url)
    above = (("public", "a", "g"), ("public", "p", "g"))
    assert {(s.table, s.state, s.inherited) for s in catalog.of(TriggerState)} == {
        ("p", "DISABLE", ()),
        ("z", "ENABLE", above),
    }


def test_states_are_set_from_above_whatever_the_tables_are_called(fresh_url: FreshUrl) -> None:
    changes = "ALTER TABLE p DISABLE TRIGGER g; ALTER TABLE a ENABLE ALWAYS TRIGGER g; ALTER TABLE z DISABLE TRIGGER g;"
    catalog = prove(PARTITIONS + changes, fresh_url)
    assert {(s.table, s.state) for s in catalog.of(TriggerState)} == {
        ("p", "DISABLE"),
        ("a", "ENABLE ALWAYS"),
        ("z", "DISABLE"),
    }


@pytest.mark.older
def test_an_older_server_keeps_them_too(fresh_older_url: FreshUrl) -> None:
    catalog = prove(f"{PARTITIONS} ALTER TABLE a DISABLE TRIGGER g;", fresh_older_url)
    assert [(s.table, s.state) for s in catalog.of(TriggerState)] == [("a", "DISABLE")]
