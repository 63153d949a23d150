"""The kernel's side of the panel for queries, against a real database."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio.project import ProjectSession
from tests.designer_widgets.asking import Asking

ORDERS = {"source": {"entity": "orders"}}


@pytest.fixture
def asking(session: ProjectSession, server: EmbeddedServer) -> Iterator[Asking]:
    server.drop_database("shop")
    session.deploy()
    with psycopg.connect(session.url(), autocommit=True) as connection:
        connection.execute("INSERT INTO customers (id, email) VALUES (1, '=1+1'), (2, E'a\\tb')")
        connection.execute(
            "INSERT INTO orders (id, total, customer_id)"
            " SELECT n, nullif(n, 3) * 1.5, n % 2 + 1 FROM generate_series(1, 250) n"
        )
    made = Asking(session)
    yield made
    made.widget.close()
    server.drop_database("shop")


def ran(asking: Asking, sql: str, **fields: Any) -> dict[str, Any]:
    done = asking.done("run_query", sql=sql, **fields)
    assert done["state"] == "done", done
    return dict(done["result"]["result"])


def test_what_is_built_is_written_read_joined_and_run(asking: Asking) -> None:
    tables = {table["name"]: table for table in asking.ask("query_tables")["ok"]["tables"]}
    assert ["total", "numeric(12,2)", "number", False] in tables["orders"]["columns"]
    way = asking.ask("join_ways", query=ORDERS, entity="customers")["ok"]["ways"]
    assert [one["words"] for one in way] == ["customers by customers.id = orders.customer_id"]
    columns = [
        {"term": {"source": "customers", "column": "email"}},
        {"term": {"source": "orders", "column": "total", "function": "sum"}, "name": "spent"},
    ]
    order = [{"term": {"column": "spent"}, "descending": True}]
    built = way[0]["query"] | {"columns": columns, "order": order}
    written = asking.ask("write_query", query=built, groups_itself=True)["ok"]
    assert "GROUP BY customers.email\nORDER BY spent DESC" in written["sql"]
    read = asking.ask("read_query", sql=written["sql"])["ok"]
    assert read == {"query": written["query"], "groups_itself": True}

    result = ran(asking, written["sql"])
    assert result["columns"] == [{"name": "email", "family": "text"}, {"name": "spent", "family": "number"}]
    rows = asking.ask("result_rows", result=result["key"], start=0)["ok"]["rows"]
    assert sorted(row[0] for row in rows) == ["=1+1", "a\tb"]
    assert '"a\tb"' in asking.ask("copy_result", result=result["key"])["ok"]["text"]

    def saved(format_: str) -> bytes:
        return base64.b64decode(asking.ask("save_result", result=result["key"], format=format_)["ok"]["content"])

    csv = saved("csv").decode().splitlines()
    assert csv[0] == "email,spent"
    assert any(line.startswith("'=1+1,") for line in csv)
    assert {row["email"] for row in json.loads(saved("json"))} == {"=1+1", "a\tb"}
    assert saved("xlsx").startswith(b"PK")
    assert asking.ask("result_rows", result="another", start=0)["error"]["code"] == "unknown_object"


def test_rows_are_capped_paged_and_null_is_told(asking: Asking) -> None:
    done = asking.done("run_query", sql="SELECT id, total FROM orders ORDER BY id;", limit=200)
    assert done["result"]["words"].startswith("the first 200 rows in ")
    assert "more than 200" in done["result"]["words"]
    result = done["result"]["result"]
    assert (result["rows"], result["is_cut"]) == (200, True)
    page = asking.ask("result_rows", result=result["key"], start=2, count=2)["ok"]["rows"]
    assert page == [["3", None], ["4", "6.00"]]
    assert asking.ask("result_rows", result=result["key"], start=199, count=100)["ok"]["rows"] == [["200", "300.00"]]


def test_errors_stand_at_their_place(asking: Asking) -> None:
    sql = "SELECT id,\n  totl FROM orders"
    failed = asking.done("run_query", sql=sql)["error"]
    assert failed["position"] == [2, 3]
    assert failed["statement"] == sql
    assert "orders.total" in failed["mend"]
    broken = asking.done("run_query", sql="SELECT id\nFORM orders WHERE")["error"]
    assert broken["position"][0] == 2
    read = asking.ask("read_query", sql="SELECT id\nFROM orders WHERE")["ok"]["broken"]
    assert read["sqlstate"] == "42601"
    beyond = asking.ask("read_query", sql="SELECT id FROM orders\nUNION SELECT 1")["ok"]["beyond"]
    assert "UNION" in beyond["what"]
    assert asking.done("run_query", sql="DELETE FROM orders")["state"] == "failed"
    assert asking.rows()["orders"] == 250
    refused = asking.ask("write_query", query={"source": {"entity": "ordrs"}})["error"]
    assert "orders" in refused["mend"]


def test_looking_makes_no_database(asking: Asking, server: EmbeddedServer) -> None:
    server.drop_database("shop")
    failed = asking.done("run_query", sql="SELECT 1")["error"]
    assert "deployed" in failed["what"]
    assert "Deploy" in failed["mend"]
    with psycopg.connect(server.url("postgres")) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = 'shop'").fetchone()
    assert found is None


def test_a_query_is_stopped_and_timed_out(asking: Asking) -> None:
    assert "ok" in asking.ask("run_query", sql="SELECT pg_sleep(60)")
    time.sleep(0.3)
    assert "ok" in asking.ask("stop_query")
    assert asking.widget.work.wait(20)
    assert asking.widget.progress["state"] == "cancelled"
    late = asking.done("run_query", sql="SELECT pg_sleep(60)", seconds=1)
    assert late["state"] == "failed"
    assert threading.active_count() < 50


def test_plans_and_what_was_asked_before(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = asking.done("explain_query", sql="SELECT * FROM orders WHERE id = 3")["result"]["plan"]
    assert "Scan" in plan
    assert "actual" in asking.done("explain_query", sql="SELECT 1", analyze=True)["result"]["plan"]
    assert asking.done("explain_query", sql="DELETE FROM orders")["state"] == "failed"
    for number in range(23):
        ran(asking, f"SELECT {number}")
    asking.done("run_query", sql="SELECT nothing")
    past = asking.ask("past_queries")["ok"]["past"]
    assert len(past) == 20
    assert (past[0]["sql"], past[0]["is_fine"], past[1]["sql"]) == ("SELECT nothing", False, "SELECT 22")


def test_rows_become_a_variable_where_there_is_a_notebook(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    from IPython.core.interactiveshell import InteractiveShell

    key = ran(asking, "SELECT id, total FROM orders")["key"]
    assert "no notebook" in asking.ask("keep_result", result=key, name="orders")["error"]["what"]
    shell = InteractiveShell.instance()
    try:
        assert "250 × 2" in asking.ask("keep_result", result=key, name="orders")["ok"]["words"]
        assert shell.user_ns["orders"].shape == (250, 2)
        assert asking.ask("keep_result", result=key, name="orders")["error"]["code"] == "name_held"
        assert "ok" in asking.ask("keep_result", result=key, name="orders", replace=True)
        for name in ("1x", "class", "print", "a b"):
            assert "name of a variable" in asking.ask("keep_result", result=key, name=name)["error"]["what"]
        monkeypatch.setattr("designer_widgets.query_results.is_served", lambda: True)
        assert "no notebook" in asking.ask("keep_result", result=key, name="other")["error"]["what"]
    finally:
        InteractiveShell.clear_instance()


def test_charts_are_pictures(asking: Asking) -> None:
    key = ran(asking, "SELECT '<script>$x$' || id AS who, total, now() - id * interval '1 day' AS at FROM orders")[
        "key"
    ]
    for chart, x, y in (("bar", 0, 1), ("line", 2, 1), ("histogram", 1, None), ("scatter", 1, 1)):
        drawn = asking.ask("chart_result", result=key, chart=chart, x=x, y=y, is_dark=chart == "line")["ok"]
        head, _, body = drawn["picture"].partition(",")
        svg = base64.b64decode(body).decode()
        assert head == "data:image/svg+xml;base64"
        assert "<svg" in svg
        assert "<script>" not in svg
    assert "without a value" in drawn["words"]
    assert "first 40 of 249" in asking.ask("chart_result", result=key, chart="bar", x=0, y=1)["ok"]["words"]
    assert "no numbers" in asking.ask("chart_result", result=key, chart="scatter", x=0, y=1)["error"]["what"]
    assert "no such column" in asking.ask("chart_result", result=key, chart="bar", x=0, y=9)["error"]["what"]


def test_a_page_that_shows_no_rows_runs_nothing(session: ProjectSession) -> None:
    asking = Asking(session, allow_deploy=False)
    assert "sql" in asking.ask("write_query", query=ORDERS)["ok"]
    for kind in ("run_query", "explain_query"):
        assert asking.ask(kind, sql="SELECT 1")["error"]["code"] == "refused"
    assert asking.ask("past_queries")["error"]["code"] == "refused"
    asking.widget.close()
