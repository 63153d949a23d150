"""Nothing is lost that was not named."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import InvalidSql
from designer_kernel.migrate.gate import LossRefused, check_allowed, losses_of_script
from designer_kernel.migrate.hazards import Hazard
from designer_kernel.migrate.steps import Plan, Step

QTY, ITEMS = ObjectId("column", ("shop", "items", "qty")), ObjectId("relation", ("shop", "orders"))


def _plan() -> Plan:
    column = Hazard("data_loss", QTY, "its values go")
    table = Hazard("data_loss", ITEMS, "its rows go")
    steps = (
        Step("drop", (QTY,), ("ALTER TABLE shop.items DROP COLUMN qty",), (), (column,)),
        Step("drop", (ITEMS,), ("DROP TABLE shop.orders",), (), (table,), rows=1200),
    )
    return Plan(18, "a", "b", steps, ())


@pytest.mark.parametrize(
    "allow",
    [
        ["column shop.items.qty", "relation shop.orders"],
        ["shop.items.qty", "shop.orders"],
    ],
)
def test_what_is_named_may_go(allow: list[str]) -> None:
    check_allowed(_plan(), allow)


def test_each_loss_that_is_not_named_is_told_with_what_goes() -> None:
    with pytest.raises(LossRefused) as caught:
        check_allowed(_plan(), ["shop.orders"])
    assert [loss.on for loss in caught.value.losses] == [QTY]
    assert "allow=['column shop.items.qty']" in caught.value.mend
    with pytest.raises(LossRefused, match="about 1,200 rows") as caught:
        check_allowed(_plan(), [])
    assert [entry["name"] for entry in caught.value.as_dict()["losses"]] == [str(QTY), str(ITEMS)]


@pytest.mark.parametrize("name", ["*", "shop", "shop.*", "shop.items", "column"])
def test_a_name_that_loses_nothing_is_refused(name: str) -> None:
    with pytest.raises(LossRefused, match="nothing is lost by the name of"):
        check_allowed(_plan(), ["shop.items.qty", "shop.orders", name])


@pytest.mark.parametrize(
    ("script", "names"),
    [
        ("DROP TABLE a.b, c", ["a.b", "public.c"]),
        ('DROP TABLE IF EXISTS "A b"."c.d" CASCADE', ["A b.c.d"]),
        ("ALTER TABLE a.b ADD x int, DROP COLUMN c, DROP d", ["a.b.c", "a.b.d"]),
        ("ALTER TYPE a.t DROP ATTRIBUTE z CASCADE", ["a.t.z"]),
        ("TRUNCATE a.b, c CASCADE", ["a.b", "public.c"]),
        ("DELETE FROM a.b", ["a.b"]),
        ("DELETE FROM a.b WHERE 1 = 1", ["a.b"]),
        ("WITH gone AS (DELETE FROM a.b RETURNING *) SELECT * FROM gone", ["a.b"]),
        ("DROP SCHEMA s CASCADE; DROP TYPE s.t CASCADE; DROP EXTENSION e CASCADE", ["s", "s.t", "e"]),
        ("DROP DATABASE d; DROP OWNED BY joe", ["d", "joe"]),
        ("SELECT 1;\n\n-- a block\nDO $$ BEGIN EXECUTE 'DR' || 'OP TABLE x'; END $$", ["line 4"]),
        ("CALL s.tidy()", ["s.tidy"]),
        ("CREATE FUNCTION s.f() RETURNS void LANGUAGE plpgsql AS 'BEGIN TRUNCATE x; END'", ["s.f"]),
        ("DELETE FROM a.b WHERE id = 3; DROP VIEW v; DROP MATERIALIZED VIEW m; DROP INDEX i; DROP SCHEMA s", []),
        ("ALTER TABLE a.b DROP CONSTRAINT c; DO $$ BEGIN NULL; END $$; SELECT 'DROP TABLE x' -- TRUNCATE y", []),
        ("CREATE TRIGGER t BEFORE DELETE OR TRUNCATE ON a.b EXECUTE FUNCTION f()", []),
    ],
)  # fmt: skip
def test_a_script_says_what_it_loses(script: str, names: list[str]) -> None:
    assert [loss.names[1] for loss in losses_of_script(script)] == names


def test_losses_have_the_lines_that_say_them() -> None:
    script = "SELECT 1;\n-- é\nDROP TABLE a;\n\n/* two\nlines */ TRUNCATE b;"
    assert [loss.line for loss in losses_of_script(script)] == [3, 6]


def test_a_script_that_cannot_be_read_is_no_harmless_one() -> None:
    with pytest.raises(InvalidSql, match="cannot be read"):
        losses_of_script("\\c other\nDROP TABLE x;")
