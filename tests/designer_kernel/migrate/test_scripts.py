"""Raw scripts: refused unless each loss is named, what goes is kept, and all of it or nothing happens."""

from __future__ import annotations

import threading

import psycopg
import pytest

from designer_kernel.errors import Cancelled, InvalidSql, StatementFailed
from designer_kernel.migrate.gate import LossRefused
from designer_kernel.migrate.records import history
from designer_kernel.migrate.rollback import NoWayBack, ways_back
from designer_kernel.migrate.salvage import restore, salvaged
from designer_kernel.migrate.scripts import losses_on, run_script
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import read, shop
from tests.designer_kernel.migrate.test_salvage import ROWS, contents

GREEDY = """
BEGIN;
CREATE TABLE aux.more (id int);
DROP TYPE shop.status CASCADE;  -- a column of shop.orders
TRUNCATE shop.customers CASCADE;
DO $$ BEGIN EXECUTE 'DROP TABLE ' || 'shop.events'; END $$;
DROP TABLE IF EXISTS shop.nothing;
UPDATE shop.products SET price = price + 1;
COMMIT;
"""
TAKEN = {"column shop.orders.status", "relation shop.customers", "relation shop.orders", "relation shop.items",
         "relation shop.events"}  # fmt: skip


@pytest.fixture
def url(fresh_url: FreshUrl) -> str:
    """A shop with rows."""
    old, _ = shop(fresh_url)
    load(old, ROWS)
    return old


def test_a_script_is_refused_unless_all_that_it_takes_along_is_named(url: str) -> None:
    first, before = contents(url), read(url)
    with pytest.raises(LossRefused) as caught:
        run_script(url, GREEDY, allow=["shop.events"])
    assert {str(loss.on) for loss in caught.value.losses} == TAKEN - {"relation shop.events"}
    assert {str(loss.on): loss.line for loss in losses_on(url, GREEDY)}["relation shop.customers"] == 5
    with pytest.raises(LossRefused, match=r"nothing is lost by the name of shop\.product"):
        run_script(url, GREEDY, allow=[*TAKEN, "shop.product"])
    with pytest.raises(StatementFailed):
        run_script(url, f"{GREEDY}; SELECT 1 / 0", allow=TAKEN)
    stop = threading.Event()
    stop.set()
    with pytest.raises(Cancelled):
        run_script(url, GREEDY, allow=TAKEN, cancel=stop)
    with pytest.raises(InvalidSql, match="its own transaction"):
        run_script(url, "DELETE FROM shop.items; ROLLBACK")
    assert (contents(url), read(url)) == (first, before)


def test_what_a_script_takes_is_kept_first(url: str) -> None:
    first = contents(url)
    told: list[str] = []
    done = run_script(
        url, GREEDY, allow=[*TAKEN, "shop.status"], by="me", progress=lambda a, b, what: told.append(what)
    )
    assert {str(loss.on) for loss in done.losses} == TAKEN
    assert len(done.salvaged) == len(TAKEN)
    assert told[-1] == "done"
    with psycopg.connect(url, autocommit=True) as connection:
        (record,) = history(connection)
        assert (record.id, record.by, record.direction) == (done.record, "me", "noted")
        kept = {each.name: each for each in salvaged(connection)}
        assert set(kept) == TAKEN
        assert restore(connection, kept["relation shop.customers"].id) == 5
    name = next(name for name in first if name.startswith("shop.customers "))
    assert contents(url)[name] == first[name]


def test_a_script_without_losses_needs_no_words(url: str) -> None:
    done = run_script(url, "CREATE TABLE aux.t (id int); DELETE FROM shop.items WHERE qty = 1; DROP VIEW shop.paid_big")
    assert (done.losses, done.salvaged, done.statements) == ((), (), 3)
    with pytest.raises(NoWayBack, match="nothing tells how record 1, script, is undone"):
        ways_back(url)


@pytest.mark.older
def test_the_same_on_an_older_server(fresh_older_url: FreshUrl) -> None:
    old, _ = shop(fresh_older_url)
    load(old, ROWS)
    assert len(run_script(old, GREEDY, allow=TAKEN).salvaged) == len(TAKEN)
