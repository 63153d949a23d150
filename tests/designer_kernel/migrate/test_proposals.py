"""Renames are proposed where there is evidence, and nowhere else."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.proposals import LEAST, proposals
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.renames import plain
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import read, shop

RENAMES = {
    "a column in the middle": (
        ["ALTER TABLE shop.customers RENAME name TO label"],
        {"column shop.customers.name": ("shop.customers.label", "same type and place")},
    ),
    "columns of a type with rivals": (
        ["ALTER TABLE shop.orders RENAME total TO amount", "ALTER TABLE shop.orders RENAME note TO remark"],
        {
            "column shop.orders.total": ("shop.orders.amount", "same type and place"),
            "column shop.orders.note": ("shop.orders.remark", "same type and place"),
        },
    ),
    "a table": (
        ["ALTER TABLE shop.orders RENAME TO sales"],
        {"relation shop.orders": ("shop.sales", "same 6 of 6 columns, same constraints")},
    ),
    "a table and one of its columns": (
        ["ALTER TABLE shop.orders RENAME TO sales", "ALTER TABLE shop.sales RENAME total TO amount"],
        {
            "relation shop.orders": ("shop.sales", "same 5 of 6 columns"),
            "column shop.orders.total": ("shop.sales.amount", "same type and place"),
        },
    ),
    "a partitioned table": (
        ["ALTER TABLE shop.events RENAME TO log"],
        {"relation shop.events": ("shop.log", "same 3 of 3 columns")},
    ),
    "a table of another schema": (
        ["ALTER TABLE shop.items SET SCHEMA aux"],
        {"relation shop.items": ("aux.items", "same name in another schema")},
    ),
    "a schema": (
        ["ALTER SCHEMA shop RENAME TO store"],
        {"schema shop": ("store", "relations and types")},
    ),
    "a sequence": (
        ["ALTER SEQUENCE shop.ticket RENAME TO tickets"],
        {"relation shop.ticket": ("shop.tickets", "both count alike")},
    ),
    "types": (
        ["ALTER TYPE shop.status RENAME TO state", "ALTER DOMAIN shop.email RENAME TO address_of_mail",
         "ALTER TYPE shop.addr RENAME TO place"],
        {
            "type shop.status": ("shop.state", "same 3 of 3 values"),
            "type shop.email": ("shop.address_of_mail", "with the same checks"),
            "type shop.addr": ("shop.place", "same 2 of 2 attributes"),
        },
    ),
}  # fmt: skip
OTHERS = {
    "dropped and added": ["ALTER TABLE shop.orders DROP note", "ALTER TABLE shop.customers ADD note text"],
    "another type": ["ALTER TABLE shop.orders DROP note", "ALTER TABLE shop.orders ADD notes int"],
    "a new one at the end": ["ALTER TABLE shop.customers DROP home", "ALTER TABLE shop.customers ADD place shop.addr"],
    "other tables": ["DROP TABLE shop.items", "CREATE TABLE shop.stock (sku text, place text, left_over numeric)"],
    "small ones": ["CREATE TABLE shop.a (id int, x text)", "DROP TABLE shop.items", "CREATE TABLE shop.b (id int)"],
    "another enum": ["CREATE TYPE shop.size AS ENUM ('s', 'm')", "DROP TYPE shop.status CASCADE"],
    "nothing": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def rehearsal() -> Rehearsal:
    return Rehearsal()


@pytest.mark.parametrize("name", RENAMES)
def test_what_was_renamed_is_proposed(name: str, rehearsal: Rehearsal, fresh_url: FreshUrl) -> None:
    url, _ = shop(fresh_url)
    statements, expected = RENAMES[name]
    before = read(url)
    after = rehearsal(before, tuple(statements))
    found = proposals(before, after)
    assert {str(each.old): ".".join(each.new.path) for each in found} == {
        old: new for old, (new, _) in expected.items()
    }
    assert not {each.old for each in found} & {old.id for old, _ in plain(before, after)}, "none is taken without a yes"
    for each in found:
        assert expected[str(each.old)][1] in each.evidence
        assert LEAST <= each.score <= 1
        assert str(each) == f"{each.old} → {'.'.join(each.new.path)}: {each.evidence}"


@pytest.mark.parametrize("name", OTHERS)
def test_what_has_nothing_in_common_is_not(name: str, rehearsal: Rehearsal, fresh_url: FreshUrl) -> None:
    url, _ = shop(fresh_url)
    before = read(url)
    assert proposals(before, rehearsal(before, tuple(OTHERS[name]))) == ()


def test_what_is_known_is_not_proposed_and_helps(rehearsal: Rehearsal, fresh_url: FreshUrl) -> None:
    url, _ = shop(fresh_url)
    before = read(url)
    after = rehearsal(before, ("ALTER TABLE shop.orders RENAME TO x", "ALTER TABLE shop.x RENAME total TO amount"))
    old, new = (ObjectId("relation", ("shop", name)) for name in ("orders", "x"))
    (column,) = proposals(before, after, known={old: new})
    assert (column.old.path[-1], column.new.path) == ("total", ("shop", "x", "amount"))
    assert proposals(before, after, known={old: new, column.old: column.new}) == ()


def test_the_same_values_are_evidence(fresh_url: FreshUrl) -> None:
    texts = "CREATE TABLE t (a text, b text);"
    texts += "INSERT INTO t SELECT 'a' || n % 3, 'b' || n % 5 FROM generate_series(1, 99) n;"
    old, new = fresh_url(), fresh_url()
    load(old, texts + "ANALYZE t")
    load(new, texts.replace("(a text, b text)", "(a text, other text)") + "ANALYZE t")
    with psycopg.connect(old) as source, psycopg.connect(new) as target:
        (found,) = proposals(read(old), read(new), source=source, target=target)
    assert found.evidence == "same type and place, same values by pg_stats"
    (bare,) = proposals(read(old), read(new))
    assert bare.score < found.score
