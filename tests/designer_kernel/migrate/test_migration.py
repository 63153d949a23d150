"""Migrations as documents: they come back as they were, and what was changed in them is found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.errors import DocumentError
from designer_kernel.migrate.effects import Effect, LockMode
from designer_kernel.migrate.migration import Migration, NotProved
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.prove import Proof, prove
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.steps import Plan, Step
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.migrate.databases import read, shop, version
from tests.designer_kernel.migrate.targets import by_hand


@pytest.fixture
def migration(fresh_url: FreshUrl) -> Migration:
    """A proved migration that alters a column."""
    old, _ = shop(fresh_url)
    new, _ = shop(fresh_url, ["ALTER TABLE shop.orders ALTER note SET NOT NULL"])
    before, after, rehearsal = read(old), read(new), Rehearsal(old)
    way = plan(before, after, version=version(old), shadow=rehearsal)
    return Migration("note", way, before, after).proved(prove(way, before, after, rehearsal))


def test_a_migration_comes_back_from_its_file(migration: Migration, tmp_path: Path) -> None:
    path = tmp_path / "note.plan.json"
    migration.save(path)
    again = Migration.open(path)
    assert again == migration
    assert again.plan.hash == migration.plan.hash
    assert migration.proof is not None
    again.check_proof(migration.proof.hash)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SET NOT NULL", "DROP NOT NULL"),
        ('"holds": true', '"holds": false'),
        ('"orders"', '"order"'),
        ('"number": 0', '"number": 7'),
    ],
)
def test_what_was_changed_by_hand_is_found(old: str, new: str, migration: Migration) -> None:
    text = json.dumps(migration.as_dict())
    assert old in text
    with pytest.raises(DocumentError, match=r"changed|no plan|no migration"):
        Migration.from_dict(json.loads(text.replace(old, new)))


def test_without_its_proof_a_migration_is_refused(migration: Migration) -> None:
    with pytest.raises(NotProved, match="not that of the plan's proof"):
        migration.check_proof("0" * 64)
    with pytest.raises(NotProved, match="has not been proved"):
        migration.backwards().check_proof("0" * 64)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("number",), float("inf")),
        (("plan", "up", 0, "facts"), [[]]),
        (("plan", "up", 0, "action"), []),
        (("plan", "up", 0, "effects", 0, "relation"), ""),
        (("proof", "checks"), {}),
    ],
)
def test_what_is_malformed_is_told_plainly(place: tuple[str | int, ...], value: object) -> None:
    table = Table(schema="shop", name="items")
    catalog = Catalog.by_id({table.id: table})
    content = canonical.content_hash(catalog)
    effect = Effect(("shop", "items"), LockMode.ACCESS_EXCLUSIVE)
    way = Plan(18, content, content, (Step("alter", (table.id,), ("SELECT 1",), (effect,)),), ())
    document: Any = json.loads(json.dumps(by_hand(Migration("look", way, catalog, catalog)).as_dict()))
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    with pytest.raises(DocumentError):
        Migration.from_dict(document)


def test_a_file_that_is_not_there_or_no_plan_is_told_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "lost.plan.json"
    with pytest.raises(DocumentError, match="cannot be read: No such file") as absent:
        Migration.open(path)
    path.write_text("{}")
    with pytest.raises(DocumentError, match=r"this is no plan.*it lacks 'plan'") as empty:
        Migration.open(path)
    assert {absent.value.where, empty.value.where} == {str(path)}


def test_nested_brackets_are_no_plan(tmp_path: Path) -> None:
    path = tmp_path / "deep.plan.json"
    path.write_text("[" * 100_000)
    with pytest.raises(DocumentError, match="no plan"):
        Migration.open(path)


def test_a_proof_that_tried_nothing_does_not_hold() -> None:
    assert not Proof("", ()).holds
