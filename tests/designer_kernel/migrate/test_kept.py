"""What was salvaged is listed, comes back by hand, and goes for good only on request."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.errors import UnknownObject
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.salvage import NotRestored, purge, restore, salvaged, salvaging
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import migrate, read, shop, version
from tests.designer_kernel.migrate.test_salvage import ROWS


def test_what_was_salvaged_comes_back_by_hand_and_goes_on_request(fresh_url: FreshUrl) -> None:
    old, _ = shop(fresh_url)
    new, _ = shop(
        fresh_url, ["ALTER TABLE shop.orders DROP COLUMN note", "ALTER TABLE shop.orders DROP COLUMN status CASCADE",
                    "DROP TABLE shop.items"]
    )  # fmt: skip
    before, after = read(old), read(new)
    load(old, ROWS)
    way = salvaging(plan(before, after, version=version(old), shadow=Rehearsal(old)), before, after)
    with psycopg.connect(old) as connection:
        assert salvaged(connection) == []
        notes = connection.execute("SELECT id, note FROM shop.orders ORDER BY 1").fetchall()
        items = connection.execute("SELECT * FROM shop.items ORDER BY 1").fetchall()
    migrate(old, way.up)
    with psycopg.connect(old, autocommit=True) as connection:
        found = {each.name: each for each in salvaged(connection)}
        assert {name: each.rows for name, each in found.items()} == {
            "column shop.orders.note": 8, "column shop.orders.status": 8, "relation shop.items": 8
        }  # fmt: skip
        note, table = found["column shop.orders.note"], found["relation shop.items"]
        assert "CREATE TABLE shop.items" in table.definition
        assert note.as_dict()["path"] == ["shop", "orders", "note"]
        with pytest.raises(NotRestored, match="no column note"):
            restore(connection, note.id)
        connection.execute("ALTER TABLE shop.orders ADD COLUMN note text DEFAULT 'new'")
        connection.execute("DELETE FROM shop.orders WHERE id = 1; INSERT INTO shop.orders (customer_id) VALUES (1)")
        assert restore(connection, note.id) == 7
        now = connection.execute("SELECT id, note FROM shop.orders ORDER BY 1").fetchall()
        assert now == [*notes[1:], (10, "new")]
        with pytest.raises(NotRestored, match="not there"):
            restore(connection, table.id)
        assert restore(connection, table.id, into="aux.items again") == 8
        assert connection.execute('SELECT * FROM aux."items again" ORDER BY 1').fetchall() == items
        connection.execute(table.definition.encode())
        with pytest.raises(Exception, match="foreign key"):
            restore(connection, table.id)
        connection.execute("ALTER TABLE shop.items DROP CONSTRAINT items_order_id_fkey, FORCE ROW LEVEL SECURITY")
        connection.execute("CREATE RULE never AS ON INSERT TO shop.items DO INSTEAD NOTHING")
        connection.execute("ALTER TABLE shop.items ENABLE ALWAYS RULE never")
        assert restore(connection, table.id) == 8
        assert connection.execute("SELECT * FROM shop.items ORDER BY 1").fetchall() == items
        rule = connection.execute("SELECT ev_enabled::text FROM pg_rewrite WHERE rulename = 'never'").fetchone()
        assert rule == ("A",)
        assert restore(connection, found["column shop.orders.status"].id, into="aux.states") == 8
        with pytest.raises(UnknownObject):
            purge(connection, [note.id, 99])
        assert purge(connection, [note.id, table.id]) == 16
        assert [each.purged_at is None for each in salvaged(connection)].count(True) == 1
        with pytest.raises(NotRestored, match="purged"):
            restore(connection, table.id)
