"""Rows of a project's own database: pages, filters, look-ups, and changes that are saved together."""

from __future__ import annotations

import io
from typing import Any

import psycopg
import pytest

from designer_kernel.design import document
from designer_kernel.errors import UnknownObject
from designer_kernel.studio.deployed import NotDeployed
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.refusals import BadInput
from designer_kernel.studio.rows import DatabaseRows
from designer_kernel.studio.tabular.asking import ANY, filters_of, sorts_of
from designer_kernel.studio.tabular.incoming import read_given
from designer_kernel.studio.tabular.saving import RowChange
from designer_kernel.studio.tabular.statements import Filter, Sort

SHOP = """
format: 1
name: shop
enums:
  - {name: state, labels: [new, paid, gone]}
entities:
  - name: tenants
    attributes:
      - {name: id, data_type: integer, is_nullable: false, is_primary_key: true}
      - {name: name, data_type: text, is_nullable: false}
  - name: people
    attributes:
      - {name: tenant_id, data_type: integer, is_nullable: false, is_primary_key: true}
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true}
      - {name: email, data_type: varchar(40), is_nullable: false, is_unique: true}
  - name: "Odd Orders"
    schema_name: "Own Room"
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: BY DEFAULT}
      - {name: tenant_id, data_type: integer}
      - {name: person_id, data_type: bigint}
      - {name: state, data_type: state, is_nullable: false, default_value: "'new'"}
      - {name: note, data_type: varchar(10)}
      - {name: doc, data_type: jsonb}
      - {name: plain, data_type: json}
      - {name: tags, data_type: "text[]"}
      - {name: at, data_type: timestamptz}
      - {name: total, data_type: "numeric(10,2)"}
    checks:
      - {name: total_check, expression: total >= 0}
views:
  - {name: paid, query: "SELECT name FROM tenants"}
relationships:
  - {source_entity: tenants, target_entity: people, target_attributes: [tenant_id]}
  - source_entity: people
    target_entity: Own Room.Odd Orders
    source_cardinality: "0..1"
    target_attributes: [tenant_id, person_id]
"""

ORDERS = "Own Room.Odd Orders"


@pytest.fixture(scope="module")
def shop(server: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A project that is deployed, with some rows."""
    session = ProjectSession(tmp_path_factory.mktemp("rows") / "shop", document.read(SHOP))
    session.target = "test_rows_shop"
    with pytest.raises(NotDeployed):
        DatabaseRows(session).tables()
    session.deploy()
    with psycopg.connect(session.url()) as connection:
        connection.execute("INSERT INTO tenants SELECT n, 'tenant ' || n FROM generate_series(1, 3) n")
        connection.execute(
            "INSERT INTO people SELECT n % 3 + 1, n, 'p' || n || '@example.com' FROM generate_series(1, 30) n"
        )
        connection.execute(
            'INSERT INTO "Own Room"."Odd Orders" (tenant_id, person_id, total, note)'
            " SELECT n % 3 + 1, n, n, nullif('n' || n % 4, 'n0') FROM generate_series(1, 25) n"
        )
    yield session
    server.drop_database("test_rows_shop")


@pytest.fixture
def rows(shop: ProjectSession) -> DatabaseRows:
    return DatabaseRows(shop)


def test_tables_and_what_they_are_like(rows: DatabaseRows) -> None:
    there = {one.name: one.is_table for one in rows.tables()}
    assert there == {"people": True, "tenants": True, ORDERS: True, "paid": False}
    held = rows.table(ORDERS)
    assert held.shape.key == ("id",)
    assert held.shape.column("state").labels == ("new", "paid", "gone")
    assert held.shape.column("tags").category == "A"
    (reference,) = held.references
    assert (reference.table, reference.columns) == ("people", ("tenant_id", "person_id"))
    with pytest.raises(UnknownObject):
        rows.table("pg_class")


def test_pages_follow_each_other_in_any_order(rows: DatabaseRows) -> None:
    for order in ((), (Sort("total", descending=True),), (Sort("note"), Sort("total")), (Sort("note", True),)):
        seen: list[int] = []
        cursor = None
        while True:
            page = rows.page(ORDERS, (), order, limit=7, cursor=cursor)
            seen += [row.values["id"] for row in page.rows]
            cursor = page.next
            if cursor is None:
                break
        whole = [row.values["id"] for row in rows.page(ORDERS, (), order, limit=100).rows]
        assert seen == whole
        assert len(set(seen)) == 25
    assert rows.page(ORDERS, (), [Sort("note")], limit=100).rows[-1].values["note"] is None


def test_filters_and_counts(rows: DatabaseRows) -> None:
    few = filters_of({"total": (">=", 24), "tags": None})
    assert [row.values["total"] for row in rows.page(ORDERS, few, sorts_of("-total")).rows] == ["25.00", "24.00"]
    assert rows.count(ORDERS, few).rows == 2
    assert rows.count(ORDERS).kind == "exactly"
    assert rows.page("paid", [Filter("name", "ilike", "%2")]).rows[0].values == {"name": "tenant 2"}
    with pytest.raises(BadInput):
        filters_of({"total": ("~", 1)})
    with pytest.raises(BadInput, match="invalid input syntax"):
        rows.page(ORDERS, [Filter("id", "eq", "x")])


def test_many_rows_are_estimated_and_read_from_their_place(shop: ProjectSession, rows: DatabaseRows) -> None:
    with psycopg.connect(shop.url(), autocommit=True) as connection:
        connection.execute("INSERT INTO tenants SELECT n, 't' FROM generate_series(1000, 15000) n")
        connection.execute("ANALYZE tenants")
        try:
            count = rows.count("tenants")
            assert (count.kind, count.rows > 14_000) == ("about", True)
            assert rows.count("tenants", [Filter("id", "gt", 5)]).kind == "more"
            first = rows.page("tenants", [Filter("id", "ge", 14_000)], limit=10)
            assert rows.page("tenants", [Filter("id", "ge", 14_000)], limit=10, cursor=first.next).rows[0].key == {
                "id": 14_010
            }
        finally:
            connection.execute("DELETE FROM tenants WHERE id >= 1000")


def test_look_ups_say_how_people_call_rows(rows: DatabaseRows) -> None:
    (name,) = (one.name for one in rows.table(ORDERS).references)
    page = rows.page(ORDERS, limit=2).rows
    labels = rows.labels(ORDERS, [row.values for row in page])
    assert {found.label for found in labels[name]} == {"p1@example.com", "p2@example.com"}
    assert labels[name][0].key[1] in ("1", "2")
    assert [one.label for one in rows.find(ORDERS, name, "p29@")] == ["p29@example.com"]
    assert rows.find(ORDERS, name, "%") == []
    within = rows.find(ORDERS, name, "", {"tenant_id": 2})
    assert {one.key[0] for one in within} == {"2"}
    with pytest.raises(UnknownObject):
        rows.find(ORDERS, "nothing")


def test_changes_are_made_together_or_not_at_all(rows: DatabaseRows) -> None:
    saved = rows.save(
        ORDERS,
        [
            RowChange(
                "insert", values={"note": "", "doc": '{"a": 1.10, "b": null}', "plain": "null", "tags": ["a", None]}
            ),
            RowChange("insert"),
            RowChange("update", {"id": 1}, {"note": None, "at": "2026-01-02 03:04:05+02", "state": "paid"}, ANY),
        ],
    )
    assert saved.failures == ()
    first, bare, changed = saved.rows
    assert first is not None
    assert bare is not None
    assert changed is not None
    assert (first.values["note"], first.values["state"], first.values["plain"]) == ("", "new", "null")
    assert first.values["doc"] == '{"a": 1.10, "b": null}'
    assert first.values["tags"] == ["a", None]
    assert (changed.values["note"], changed.values["at"]) == (None, "2026-01-02T01:04:05+00:00")
    refused = rows.save(
        ORDERS,
        [
            RowChange("delete", first.key, revision=first.revision),
            RowChange("update", {"id": 2}, {"note": "much too long for it"}, ANY),
            RowChange("update", {"id": 3}, {"total": -1}, ANY),
            RowChange("insert", values={"tenant_id": 1, "person_id": 12345}),
            RowChange("insert", values={"doc": "{"}),
            RowChange("update", {"id": 9999}, {"note": "x"}, ANY),
        ],
    )
    told = {one.number: (one.kind, one.where) for one in refused.failures}
    assert told == {
        1: ("refused", "note"),
        2: ("refused", "total"),
        3: ("refused", "tenant_id, person_id"),
        4: ("refused", "doc"),
        5: ("gone", ""),
    }
    assert rows.row(ORDERS, first.key) == first  # its removal is undone
    done = rows.save(ORDERS, [RowChange("delete", one.key, revision=one.revision) for one in (first, bare)])
    assert done.rows == (None, None)


def test_what_others_did_meanwhile_is_a_conflict(shop: ProjectSession, rows: DatabaseRows) -> None:
    before = rows.row(ORDERS, {"id": 5})
    with psycopg.connect(shop.url()) as connection:
        connection.execute('UPDATE "Own Room"."Odd Orders" SET note = $$theirs$$ WHERE id = 5')
    saved = rows.save(ORDERS, [RowChange("update", {"id": 5}, {"note": "mine"}, before.revision)])
    (failure,) = saved.failures
    assert (failure.kind, failure.now and failure.now.values["note"]) == ("conflict", "theirs")
    assert failure.now is not None
    again = rows.save(ORDERS, [RowChange("update", {"id": 5}, {"note": "mine"}, failure.now.revision)])
    assert again.rows[0] is not None
    assert again.rows[0].values["note"] == "mine"


def _whole(rows: DatabaseRows) -> list[dict[str, Any]]:
    return [row.values for row in rows.page(ORDERS, (), sorts_of("id"), limit=100).rows]


@pytest.mark.parametrize("format", ["csv", "json", "parquet", "xlsx"])
def test_rows_go_out_and_come_in_again(rows: DatabaseRows, format: str) -> None:
    key = {"id": 1}
    rows.save(
        ORDERS, [RowChange("update", key, {"note": "", "doc": '{"a": 1.10}', "plain": "null", "tags": ["=x"]}, ANY)]
    )
    before = _whole(rows)
    file = io.BytesIO()
    assert rows.export(ORDERS, file, format, (), sorts_of("id"), formula_safe=False) == 25
    rows.save(ORDERS, [RowChange("delete", {"id": row["id"]}, revision=ANY) for row in before])
    given = read_given(f"orders.{format}", file.getvalue())
    loaded = rows.load(ORDERS, given)
    assert (loaded.rows, loaded.rejected) == (25, ())
    if format == "xlsx":
        before[0]["note"] = None  # a cell of a sheet cannot be both there and empty
    if format == "json":
        before[0] |= {"plain": None, "doc": '{"a": 1.1}'}  # JSON has one null, and no digits that say nothing
    assert _whole(rows) == before


def test_what_is_refused_is_kept_with_its_reason(rows: DatabaseRows) -> None:
    lines = ["Id,Tenant ID,person_id,state,note,extra"]
    lines += [f"{n},{n % 3 + 1},{n % 30 or 30},new,n,x" for n in range(100, 2300)]
    lines[500] = "599,1,1,odd,n,x"
    lines[700] = "799,1,1,new,far too long a note,x"
    lines[900] = "1,1,3,new,,x"  # taken
    lines[901] = "1000,1,99,new,,x"  # nobody
    given = read_given("some.csv", "\n".join(lines).encode())
    tried = rows.load(ORDERS, given, only_try=600)
    assert tried.rows + len(tried.rejected) == 600
    assert tried.rejected[0].where == "state"
    assert rows.count(ORDERS).rows == 25
    wanted = {"Id": "id", "state": "state", "note": "note"}
    loaded = rows.load(ORDERS, given, wanted)
    assert [(one.number, one.where) for one in loaded.rejected] == [(500, "state"), (700, "note"), (900, "id")]
    assert loaded.rows == 2197
    assert rows.count(ORDERS).rows == 2222
    many = [RowChange("delete", {"id": n}, revision=ANY) for n in range(100, 2300) if n not in (599, 799, 999)]
    for start in range(0, len(many), 1000):
        assert rows.save(ORDERS, many[start : start + 1000]).failures == ()
    with pytest.raises(BadInput, match="no column"):
        rows.load(ORDERS, given, {"none": "id"})


def test_formulas_are_kept_from_spreadsheets(rows: DatabaseRows) -> None:
    rows.save(ORDERS, [RowChange("update", {"id": 2}, {"note": " =1+1"}, ANY)])
    file = io.BytesIO()
    rows.export(ORDERS, file, "csv", filters_of({"id": 2}))
    assert "' =1+1" in file.getvalue().decode()
    sheet = io.BytesIO()
    rows.export(ORDERS, sheet, "xlsx", filters_of({"id": 2}))
    given = read_given("o.xlsx", sheet.getvalue())
    assert given.rows[0][given.columns.index("note")] == "' =1+1"
    assert given.rows[0][given.columns.index("total")] == "2"


def test_a_view_only_looks(rows: DatabaseRows) -> None:
    with pytest.raises(BadInput, match="is a view"):
        rows.save("paid", [RowChange("insert", values={"name": "x"})])
