"""Rows of deployed tables: values in and out, questions, pages, keys, revisions, and what is refused."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from designer_kernel.errors import DesignerError, EditConflict
from designer_kernel.studio.deployed import NotDeployed
from designer_kernel.studio.tabular import statements
from designer_kernel.studio.tabular.statements import OPERATIONS, Filter, Sort
from designer_kernel.studio.tabular.views import Page, RowView
from designer_kernel.studio.team import rows, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotAllowed, NotFound
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import emptied, let_in, registered
from tests.designer_kernel.studio.team.rooms import VAULT, deployed, project

STORES = ["store", pytest.param("older_store", marks=pytest.mark.older)]

BIDI = "total\u202e'); DROP TABLE x; --"
LONG = "é" * 31  # 62 bytes

SHOP = f"""
format: 1
name: shop
enums:
  - {{name: state, labels: [new, paid, "it's \\"gone\\""]}}
domains:
  - {{name: price, data_type: "numeric(12,2)", checks: [{{name: price_check, expression: VALUE >= 0}}]}}
entities:
  - name: things
    attributes:
      - {{name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: ALWAYS}}
      - {{name: name, data_type: varchar(20), is_nullable: false}}
      - {{name: code, data_type: char(3)}}
      - {{name: state, data_type: state, is_nullable: false, default_value: "'new'"}}
      - {{name: price, data_type: price}}
      - {{name: twice, data_type: numeric, generated: price * 2}}
      - {{name: big, data_type: numeric}}
      - {{name: many, data_type: "numeric[]"}}
      - {{name: ratio, data_type: double precision}}
      - {{name: flag, data_type: boolean}}
      - {{name: day, data_type: date}}
      - {{name: at, data_type: timestamptz}}
      - {{name: wait, data_type: interval}}
      - {{name: raw, data_type: bytea}}
      - {{name: tags, data_type: "text[]"}}
      - {{name: span, data_type: int4range}}
      - {{name: doc, data_type: jsonb}}
      - {{name: uid, data_type: uuid, is_unique: true}}
      - {{name: net, data_type: inet}}
    checks:
      - {{name: named, expression: name <> 'nobody'}}
  - name: lines
    attributes:
      - {{name: order_no, data_type: integer, is_nullable: false, is_primary_key: true}}
      - {{name: line, data_type: text, is_nullable: false, is_primary_key: true}}
      - {{name: amount, data_type: integer}}
  - name: events
    partition_method: RANGE
    partition_keys: [{{attribute: n}}]
    attributes:
      - {{name: n, data_type: integer, is_nullable: false, is_primary_key: true}}
      - {{name: word, data_type: text}}
    partitions:
      - {{name: events_low, bound: FOR VALUES FROM (0) TO (10)}}
      - {{name: events_high, bound: FOR VALUES FROM (10) TO (20)}}
  - name: notes
    attributes:
      - {{name: body, data_type: text}}
  - name: "{LONG}"
    attributes:
      - {{name: "select", data_type: integer, is_nullable: false, is_primary_key: true}}
      - {{name: 'a"b', data_type: text}}
      - {{name: "🙂", data_type: text}}
      - {{name: "{BIDI}", data_type: text}}
      - {{name: "c0", data_type: text}}
      - {{name: "t", data_type: text}}
      - {{name: "given", data_type: text}}
      - {{name: "revision", data_type: text}}
views:
  - {{name: named, query: "SELECT id, name FROM things"}}
"""


GUARDED = """
format: 1
name: guarded
entities:
  - name: orders
    attributes: [{name: id, data_type: bigint, is_nullable: false, is_primary_key: true}]
    triggers:
      - {name: guard, timing: BEFORE, events: [INSERT], function: guard}
functions:
  - name: guard
    definition: |
      CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'nothing comes into %.%', TG_TABLE_SCHEMA, TG_TABLE_NAME
          USING HINT = format('look at %I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME);
      END $$
"""


class Shop:
    """A deployed design, and somebody who may write there."""

    def __init__(self, team: Team) -> None:
        self.team, self.ada = team, registered(team, "ada")
        self.project = deployed(team, self.ada, SHOP)

    def insert(self, table: str, *given: Any) -> tuple[RowView, ...]:
        return self.team.do(self.ada, rows.insert, self.project, table, given)

    def query(self, table: str, *filters: Filter, sort: Any = (), **more: Any) -> Page:
        return self.team.do(self.ada, rows.query, self.project, table, filters, sort, **more)

    def get(self, table: str, **key: Any) -> RowView:
        return self.team.do(self.ada, rows.get, self.project, table, key)

    def update(self, table: str, key: Any, changes: Any, revision: str = rows.ANY) -> RowView:
        return self.team.do(self.ada, rows.update, self.project, table, key, changes, revision)

    def delete(self, table: str, key: Any, revision: str = rows.ANY) -> None:
        self.team.do(self.ada, rows.delete, self.project, table, key, revision)

    def clear(self) -> None:
        for table in ("things", "lines", LONG):
            for row in self.query(table, limit=1_000).rows:
                self.delete(table, row.key)


@pytest.fixture(scope="module", params=STORES)
def opened(request: pytest.FixtureRequest) -> Shop:
    return Shop(Team(emptied(request.getfixturevalue(request.param))))


@pytest.fixture
def shop(opened: Shop) -> Shop:
    opened.clear()
    return opened


WHOLE: dict[str, Any] = {
    "name": "a", "code": "x", "state": 'it\'s "gone"', "price": "0.10", "big": "12345678901234567890.123456789",
    "many": [1.5, None, "2.50"], "ratio": 0.1, "flag": True, "day": "2024-02-29", "at": "2024-02-29T12:00:00+02:00",
    "wait": "1 day 02:00:00", "raw": "\\x00ff", "tags": ["a", "b,\"c'", None], "span": "[1,5)",
    "doc": {"a": [1, 2.5, None], "b": "x"}, "uid": "0192d0a2-0000-7000-8000-000000000001", "net": "10.0.0.0/8",
}  # fmt: skip


def test_values_come_back_as_they_went_in(shop: Shop) -> None:
    row = shop.insert("things", WHOLE)[0]
    told = dict(row.values)
    assert row.key == {"id": told.pop("id")}
    assert told.pop("twice") == "0.20"
    assert told.pop("at") == "2024-02-29T10:00:00+00:00"
    assert told.pop("code") == "x  "
    assert told.pop("many") == ["1.5", None, "2.50"]
    assert told == {name: value for name, value in WHOLE.items() if name not in ("at", "code", "many")}
    assert shop.get("things", **row.key) == row
    again = {name: value for name, value in row.values.items() if name not in ("id", "twice", "uid")}
    other = shop.insert("things", again)[0]
    assert {n: v for n, v in other.values.items() if n in again} == again


def test_values_of_python_are_taken(shop: Shop) -> None:
    row = shop.insert(
        "things",
        {
            "name": "a", "price": Decimal("1.10"), "day": dt.date(2024, 1, 2), "wait": dt.timedelta(days=1, seconds=5),
            "at": dt.datetime(2024, 1, 2, tzinfo=dt.UTC), "raw": b"\x00\xff", "ratio": float("nan"), "uid": UUID(int=7),
        },
    )[0].values  # fmt: skip
    assert (row["price"], row["day"], row["wait"], row["raw"]) == ("1.10", "2024-01-02", "1 day 00:00:05", "\\x00ff")
    assert (row["at"], row["ratio"], row["uid"]) == ("2024-01-02T00:00:00+00:00", "NaN", str(UUID(int=7)))
    shop.clear()
    assert shop.insert("things", {"name": "b", "day": "infinity", "ratio": "-Infinity", "doc": 10**100})


def test_rows_of_many_forms_are_added_at_once_or_not_at_all(shop: Shop) -> None:
    made = shop.insert("things", {"name": "a"}, {"name": "b", "price": 2}, {"price": 3, "name": "c"}, {"name": "d"})
    assert [row.values["name"] for row in made] == ["a", "b", "c", "d"]
    assert [row.values["price"] for row in made] == [None, "2.00", "3.00", None]
    assert made[0].values["state"] == "new"
    with pytest.raises(BadInput) as refused:
        shop.insert("things", {"name": "e"}, {"name": "f", "price": "much"})
    assert refused.value.where == "rows[1].price"
    assert len(shop.query("things").rows) == 4
    assert shop.insert("notes", {}, {})[1].values == {"body": None}


@pytest.mark.parametrize(
    ("row", "where", "error"),
    [
        ({"name": "a", "price": "abc"}, "price", BadInput),
        ({"name": "a", "price": -1}, "price", BadInput),
        ({"name": "a", "price": "99999999999999"}, "price", BadInput),
        ({"name": "x" * 21}, "name", BadInput),
        ({"name": None}, "name", BadInput),
        ({}, "name", BadInput),
        ({"name": "nobody"}, "name", BadInput),
        ({"name": "a", "state": "gone"}, "state", BadInput),
        ({"name": "a", "day": "2024-02-30"}, "day", BadInput),
        ({"name": "a", "span": "[5,1)"}, "span", BadInput),
        ({"name": "a", "tags": 5}, "tags", BadInput),
        ({"name": "a", "flag": "perhaps"}, "flag", BadInput),
        ({"name": "a\x00b"}, "name", BadInput),
        ({"name": "a\ud800b"}, "name", BadInput),
        ({"name": "a", "doc": {"a\x00": 1}}, "doc", BadInput),
        ({"name": "a", "doc": object()}, "doc", BadInput),
        ({"name": "a", "id": 5}, "id", BadInput),
        ({"name": "a", "twice": 5}, "twice", BadInput),
        ({"name": "a", "nam": 5}, "nam", BadInput),
        ({"name": "a", "name; --": 5}, "name; --", BadInput),
    ],
)
def test_what_does_not_fit_names_its_column(shop: Shop, row: dict[str, Any], where: str, error: type) -> None:
    with pytest.raises(error) as refused:
        shop.insert("things", row)
    assert refused.value.where == where
    assert not any(word in str(refused.value) for word in ("jsonb_to_record", "INSERT INTO", "sd_p_", "given"))
    if row.get("name") == "a" and where not in ("id", "twice", "nam", "name; --"):
        made = shop.insert("things", {"name": "a"})[0]
        with pytest.raises(error) as refused:
            shop.update("things", made.key, {where: row[where]})
        assert refused.value.where == where


def test_errors_of_the_server_name_no_room(opened: Shop) -> None:
    guarded = deployed(opened.team, opened.ada, GUARDED)
    with pytest.raises(BadInput) as refused:
        opened.team.do(opened.ada, rows.insert, guarded, "orders", [{"id": 1}])
    assert (refused.value.what, refused.value.mend) == ("nothing comes into orders", "look at orders")


def test_a_taken_key_is_a_conflict(shop: Shop) -> None:
    shop.insert("lines", {"order_no": 1, "line": "a"})
    with pytest.raises(AlreadyThere) as refused:
        shop.insert("lines", {"order_no": 1, "line": "a"})
    assert refused.value.where == "order_no, line"


def test_questions_find_what_they_ask_for(shop: Shop) -> None:
    shop.insert("things", *({"name": f"n{n}", "price": n or None, "tags": [str(n)]} for n in range(5)))

    def names(*filters: Filter) -> str:
        return "".join(str(row.values["name"])[1:] for row in shop.query("things", *filters).rows)

    assert names(Filter("price", "eq", "2.0")) == "2"
    assert names(Filter("price", "ne", 2)) == "0134"
    assert names(Filter("price", "lt", 2)) == "1"
    assert names(Filter("price", "le", 2), Filter("price", "gt", 1)) == "2"
    assert names(Filter("price", "ge", 3)) == "34"
    assert names(Filter("price", "in", [1, "4", 99])) == "14"
    assert names(Filter("price", "is_null", True)) == "0"
    assert names(Filter("price", "is_null", False)) == "1234"
    assert names(Filter("name", "like", "n_"), Filter("name", "ilike", "%3")) == "3"
    assert names(Filter("tags", "eq", ["4"])) == "4"
    assert names(Filter("state", "in", ["new"])) == "01234"
    assert names(Filter("name", "in", [])) == ""
    assert names(Filter("name", "eq", "n1' OR true --")) == ""
    assert names(Filter("name", "like", "'; DROP TABLE things; --%")) == ""


@pytest.mark.parametrize(
    "asked",
    [
        Filter("nothing", "eq", 1), Filter('name" OR true --', "eq", 1), Filter("name", "= '' OR", 1),
        Filter("name", "eq", None), Filter("price", "eq", "x"), Filter("price", "in", 5), Filter("price", "in", [None]),
        Filter("price", "in", list(range(1_001))), Filter("name", "like", 5), Filter("name", "is_null", "yes"),
        Filter("name", "eq", "\x00"), Filter("state", "eq", "gone"),
        Filter("tags", "in", [["a"]]), Filter("\u202ename", "eq", "a"), Filter("xmin", "eq", 1), Filter("t.*", "eq", 1),
    ],
)  # fmt: skip
def test_questions_that_mean_nothing_are_refused(shop: Shop, asked: Filter) -> None:
    shop.insert("things", {"name": "a"})
    with pytest.raises(BadInput):
        shop.query("things", asked)
    assert len(shop.query("things").rows) == 1
    assert len(OPERATIONS) == 10


def test_pages_follow_each_other_without_gap_or_repetition(shop: Shop) -> None:
    prices = [3, None, 1, 2, None, 3, 1, 2, 3]
    shop.insert("things", *({"name": f"n{n}", "price": price} for n, price in enumerate(prices)))
    down = Sort("price", descending=True)
    for sort in ((), (Sort("price"),), (down,), (down, Sort("id", descending=True))):
        whole = [row.key["id"] for row in shop.query("things", sort=sort).rows]
        assert len(set(whole)) == 9
        for limit in (2, 9):
            seen: list[Any] = []
            page = shop.query("things", sort=sort, limit=limit)
            while True:
                seen += [row.key["id"] for row in page.rows]
                assert len(page.rows) <= limit
                if page.next is None:
                    break
                page = shop.query("things", sort=sort, limit=limit, cursor=page.next)
            assert seen == whole
    first = shop.query("things", sort=(down,), limit=1)
    assert first.rows[0].values["price"] == "3.00"
    for cursor in (first.next, "x", "", "e30", first.next and first.next[:-3], "\x00", "🙂"):
        with pytest.raises(BadInput):
            shop.query("things", sort=(Sort("price"),), cursor=cursor)
    for limit in (0, -1, 1_001, True, "5"):
        with pytest.raises(BadInput):
            shop.query("things", limit=limit)
    with pytest.raises(BadInput):
        shop.query("things", sort=(Sort("doc"),))
    with pytest.raises(BadInput):
        shop.query("things", sort=(Sort("id; DROP TABLE things"),))


def test_rows_move_between_partitions(shop: Shop) -> None:
    made = shop.insert("events", {"n": 1, "word": "a"})[0]
    moved = shop.update("events", made.key, {"n": 11}, made.revision)
    assert shop.get("events", n=11) == moved
    with pytest.raises(BadInput, match="no partition"):
        shop.insert("events", {"n": 99})
    shop.delete("events", moved.key, moved.revision)
    with pytest.raises(NotFound):
        shop.query("events_low")


def test_a_page_is_never_too_large(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.insert("lines", *({"order_no": n, "line": "x" * (5 if n < 4 else 5_000)} for n in range(6)))
    monkeypatch.setattr(statements, "MOST_BYTES", 1_000)
    sizes, cursor = [], None
    while True:
        page = shop.query("lines", cursor=cursor)
        sizes.append(len(page.rows))
        cursor = page.next
        if cursor is None:
            break
    assert sum(sizes) == 6
    assert sizes[-2:] == [1, 1]
    assert len(sizes) < 6


def test_rows_are_changed_by_their_whole_key_only(shop: Shop) -> None:
    one, two = shop.insert("lines", {"order_no": 1, "line": "a"}, {"order_no": 1, "line": "b", "amount": 2})
    assert one.key == {"order_no": 1, "line": "a"}
    changed = shop.update("lines", one.key, {"amount": 5}, one.revision)
    assert (changed.values["amount"], changed.revision == one.revision) == (5, False)
    assert shop.get("lines", **two.key) == two
    for key in ({}, {"order_no": 1}, {"line": "a"}, {"order_no": 1, "line": None}, {**one.key, "amount": 5}, "1", []):
        with pytest.raises(BadInput):
            shop.delete("lines", key)
        with pytest.raises(BadInput):
            shop.update("lines", key, {"amount": 1})
    with pytest.raises(NotFound):
        shop.update("lines", {"order_no": 9, "line": "a"}, {"amount": 1})
    with pytest.raises(NotFound):
        shop.delete("lines", {"order_no": 1, "line": "a' OR true --"})
    with pytest.raises(BadInput):
        shop.update("lines", one.key, {})
    moved = shop.update("lines", one.key, {"line": "c"}, changed.revision)
    shop.delete("lines", moved.key, moved.revision)
    assert [row.key["line"] for row in shop.query("lines").rows] == ["b"]
    shop.insert("notes", {"body": "x"})
    for refused in (lambda: shop.delete("notes", {"body": "x"}), lambda: shop.delete("notes", {})):
        with pytest.raises(BadInput, match="no key"):
            refused()
    assert shop.query("notes", limit=1).next is None


def test_a_change_on_an_old_revision_is_a_conflict(shop: Shop) -> None:
    made = shop.insert("things", {"name": "a"})[0]
    shop.update("things", made.key, {"name": "b"}, made.revision)
    for refused in (
        lambda: shop.update("things", made.key, {"name": "c"}, made.revision),
        lambda: shop.delete("things", made.key, made.revision),
        lambda: shop.delete("things", made.key, "' OR true --"),
    ):
        with pytest.raises(EditConflict):
            refused()
    with pytest.raises(BadInput):
        shop.update("things", made.key, {"name": "c"}, "")
    assert shop.get("things", **made.key).values["name"] == "b"


def test_of_many_who_change_one_row_at_once_one_wins(shop: Shop) -> None:
    made = shop.insert("lines", {"order_no": 1, "line": "a", "amount": 0})[0]

    def attempt(number: int) -> bool:
        try:
            shop.update("lines", made.key, {"amount": number}, made.revision)
        except EditConflict:
            return False
        return True

    with ThreadPoolExecutor(8) as workers:
        won = list(workers.map(attempt, range(1, 9)))
    assert won.count(True) == 1
    assert shop.get("lines", **made.key).values["amount"] == won.index(True) + 1


def test_hostile_names_and_values_stay_what_they_are(shop: Shop) -> None:
    hostile = [
        "'; DROP TABLE things; --",
        '"',
        "\\",
        "\\'",
        "$1",
        "%s",
        "%(x)s",
        "{}",
        "🙂",
        "\u202e",
        "\u200b",
        "",
        " ",
    ]
    names = ('a"b', "🙂", BIDI, "c0", "t", "given", "revision")
    for number, value in enumerate(hostile):
        row = {"select": number, **dict.fromkeys(names, value)}
        made = shop.insert(LONG, row)[0]
        assert made.values == row
        for name in (names[number % len(names)], BIDI):
            found = shop.query(LONG, Filter(name, "eq", value), sort=[Sort(name)], limit=5).rows
            assert [one.key["select"] for one in found] == [number]
        changed = shop.update(LONG, made.key, {BIDI: value + "!", "🙂": value}, made.revision)
        assert changed.values[BIDI] == value + "!"
    assert {one.name for one in shop.team.do(shop.ada, rows.tables, shop.project)} == {
        "things", "lines", "events", "notes", "named", LONG,
    }  # fmt: skip


def test_views_are_read_only(shop: Shop) -> None:
    shop.insert("things", {"name": "a"})
    assert [row.values["name"] for row in shop.query("named").rows] == ["a"]
    with pytest.raises(BadInput, match="view"):
        shop.insert("named", {"name": "b"})


def test_who_may_and_what_is_not_deployed(shop: Shop) -> None:
    vera, eve = registered(shop.team, f"vera{id(shop)}"), registered(shop.team, f"eve{id(shop)}")
    room = shop.team.do(shop.ada, workspaces.mine)[0].id
    let_in(shop.team, shop.ada, room, vera.name, "viewer")
    vault = project(shop.team, shop.ada, room, VAULT)
    assert shop.team.do(vera, rows.query, shop.project, "lines").rows == ()

    def tries(actor: Actor, error: type[DesignerError]) -> None:
        for case, more in (
            (rows.insert, ([{}],)),
            (rows.update, ({}, {}, "*")),
            (rows.delete, ({}, "*")),
        ):
            with pytest.raises(error):
                shop.team.do(actor, case, shop.project, "lines", *more)

    tries(vera, NotAllowed)
    tries(eve, NotFound)
    with pytest.raises(NotDeployed):
        shop.team.do(vera, rows.query, vault, "secrets")
