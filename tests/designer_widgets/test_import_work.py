"""Importing and exporting as a view asks for them: looked at first, taken in one step, and never trusted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from designer_widgets.transfer_intents import LARGEST

from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio.project import ProjectSession
from tests.designer_widgets.test_database_work import Asking

SCRIPT = """
CREATE TABLE readers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE loans (id bigint PRIMARY KEY, reader_id bigint NOT NULL REFERENCES readers);
CREATE POLICY own ON loans TO librarian USING (reader_id > 0);
ALTER TABLE loans ALTER COLUMN reader_id SET STATISTICS 400;
"""

DBML = "Table notes {\n  id int [pk]\n  title text\n}\n"


class Importing(Asking):
    """A widget that is asked to import."""

    def read(self, text: str, name: str = "", **fields: Any) -> dict[str, Any]:
        """Have a text read, and return what is shown of it."""
        done = self.done("read_texts", files=[{"name": name, "text": text}], **fields)
        assert done["state"] == "done", done
        return dict(self.widget.transfer)

    def names(self) -> set[str]:
        return {entity.name for entity in self.session.design.entities}


@pytest.fixture
def importing(session: ProjectSession) -> Iterator[Importing]:
    made = Importing(session)
    yield made
    made.widget.close()


def test_nothing_changes_before_it_is_taken_and_undo_brings_all_back(importing: Importing) -> None:
    before = importing.session.design
    shown = importing.read(DBML)
    assert (shown["kind"], shown["design"]) == ("dbml", [[1, "entity"]])
    assert shown["losses"]["kept"] >= 3
    assert importing.session.design is before
    assert "ok" in importing.ask("take_import", key=shown["key"], way="replace")
    assert importing.names() == {"notes"}
    assert importing.session.name == "shop"
    assert importing.session.history.undo_label == "import of pasted text, replacing the design"
    assert importing.widget.transfer["key"] == ""
    assert importing.widget.history["losses"] == len(importing.session.losses) > 0
    importing.session.undo()
    assert importing.session.design == before


def test_leaving_forgets_what_was_read(importing: Importing) -> None:
    shown = importing.read(DBML)
    assert importing.ask("leave_import")["ok"] == {}
    assert "not open any more" in importing.ask("take_import", key=shown["key"], way="replace")["error"]["what"]
    assert importing.session.revision == 0


def test_mends_are_applied_and_taken_back(importing: Importing) -> None:
    shown = importing.read(SCRIPT, "library.sql")
    failed = shown["script"]["failed"]
    assert [one["message"] for one in failed] == ['role "librarian" does not exist']
    assert failed[0]["line"] == "4"
    mend = failed[0]["mends"][0]["id"]

    def applied(*mends: str) -> dict[str, Any]:
        assert importing.done("apply_mends", key=shown["key"], mends=mends)["state"] == "done"
        return dict(importing.widget.transfer)

    mended = applied(mend)
    assert mended["key"] == shown["key"]
    assert (mended["script"]["failed"], [one["id"] for one in mended["script"]["applied"]]) == ([], [mend])
    assert len(applied()["script"]["failed"]) == 1
    assert applied("all")["script"]["failed"] == []
    assert importing.done("apply_mends", key=shown["key"], mends=["no such"])["state"] == "failed"
    assert importing.widget.transfer["script"]["failed"] == []
    importing.ask("take_import", key=shown["key"], way="replace")
    assert importing.names() == {"readers", "loans"}
    facts = importing.ask("list_carried")["ok"]["facts"]
    assert [(one["kind"], one["name"]) for one in facts] == [("column statistics", "public.loans.reader_id")]
    assert "SET STATISTICS 400" in facts[0]["sql"]
    assert facts[0]["entity_id"] == str(importing.session.design.entity("loans").id)
    assert importing.widget.design["carried"] == 1


def test_the_loss_report_is_searched_and_paged(importing: Importing) -> None:
    columns = "\n".join(f"CREATE TABLE t{n} (id int PRIMARY KEY, a int, b int, c int);" for n in range(60))
    shown = importing.read(columns + SCRIPT)
    page = importing.ask("list_losses", of="import")["ok"]
    assert page["total"] == sum(shown["losses"].values()) > len(page["entries"]) == 200
    assert page["entries"][0][0] == "refused"
    rest = importing.ask("list_losses", of="import", offset=200)["ok"]["entries"]
    assert rest
    assert not {tuple(one) for one in rest} & {tuple(one) for one in page["entries"]}
    assert importing.ask("list_losses", of="import", outcomes=["refused"])["ok"]["total"] == 1
    found = importing.ask("list_losses", of="import", search="column T7.a")["ok"]["entries"]
    assert [one[2] for one in found] == ["public.t7.a"]


def test_suggestions_of_data_are_refused_one_by_one(importing: Importing) -> None:
    rows = "\n".join(f"{n},{'open' if n % 2 else 'closed'}" for n in range(40))
    shown = importing.read(f"id,state\n{rows}\n", "tickets.csv")
    ids = {one["id"]: one for one in shown["suggestions"]}
    assert ids["tickets.state: enum"]["is_accepted"]
    rest = [key for key, one in ids.items() if one["is_accepted"] and key != "tickets.state: enum"]
    importing.done("accept_suggestions", key=shown["key"], accepted=rest)
    assert "enum" not in {noun for _, noun in importing.widget.transfer["design"]}
    importing.ask("take_import", key=shown["key"], way="add")
    assert importing.names() == {"customers", "orders", "tickets"}
    assert importing.session.history.undo_label == "import of tickets.csv, added"


def test_several_files_of_data_are_one_design(importing: Importing) -> None:
    people = "id,name\n" + "\n".join(f"{n},name {n}" for n in range(1, 30))
    visits = "id,person_id\n" + "\n".join(f"{n},{n % 29 + 1}" for n in range(1, 60))
    files = [{"name": "people.csv", "text": people}, {"name": "visits.csv", "text": visits}]
    assert importing.done("read_texts", files=files)["state"] == "done"
    assert [2, "entities"] in importing.widget.transfer["design"]
    assert [1, "relationship"] in importing.widget.transfer["design"]


def test_adding_names_what_both_have(importing: Importing) -> None:
    shown = importing.read("CREATE TABLE orders (id int PRIMARY KEY);")
    assert shown["add"]["clashes"] == ["table public.orders"]
    refused = importing.ask("take_import", key=shown["key"], way="add")
    assert "table public.orders" in refused["error"]["what"]
    assert importing.session.revision == 0


def test_a_refresh_waits_for_its_answers(importing: Importing, server: EmbeddedServer) -> None:
    server.drop_database("shop")
    assert importing.done("deploy")["state"] == "done"
    before = importing.session.design
    with psycopg.connect(importing.session.url(), autocommit=True) as connection:
        connection.execute("ALTER TABLE orders DROP COLUMN total")
        connection.execute("ALTER TABLE orders ADD net numeric(12,2), ADD gross numeric(12,2)")
    assert importing.done("compare_database")["state"] == "done"
    shown = importing.widget.transfer
    assert (shown["kind"], importing.session.design) == ("refresh", before)
    questions = {one["key"]: one for one in shown["refresh"]["decisions"]}
    assert {one["new"] for one in questions.values()} == {"net", "gross"}
    assert "open questions" in importing.ask("take_import", key=shown["key"], way="refresh")["error"]["what"]

    answers = {key: "rename" if one["new"] == "net" else "replace" for key, one in questions.items()}
    assert importing.done("compare_import", key=shown["key"], decide=answers)["state"] == "done"
    again = importing.widget.transfer["refresh"]
    assert not any(one["is_open"] for one in again["decisions"])
    assert again["added"]["names"] == ["attribute orders.gross"]
    assert again["renamed"] == [["public.orders.total", "net"]]
    assert "ok" in importing.ask("take_import", key=shown["key"], way="refresh")
    orders = importing.session.design.entity("orders")
    assert [a.name for a in orders.attributes][-2:] == ["net", "gross"]
    assert orders.id == before.entity("orders").id
    net, total = orders.attribute("net"), before.entity("orders").attribute("total")
    assert net is not None
    assert total is not None
    assert net.id == total.id
    importing.session.undo()
    assert importing.session.design == before
    server.drop_database("shop")


def test_a_script_refreshes_too(importing: Importing) -> None:
    shown = importing.read(str(importing.session.ddl().text) + "ALTER TABLE public.orders ADD note text;")
    assert shown["can_refresh"]
    assert importing.done("compare_import", key=shown["key"], decide={})["state"] == "done"
    assert importing.widget.transfer["refresh"]["added"]["names"] == ["attribute orders.note"]
    importing.ask("take_import", key=shown["key"], way="refresh")
    assert importing.session.design.entity("orders").attribute("note") is not None


def test_a_design_that_has_changed_since_is_no_victim(importing: Importing, server: EmbeddedServer) -> None:
    server.drop_database("shop")
    importing.done("deploy")
    with psycopg.connect(importing.session.url(), autocommit=True) as connection:
        connection.execute("ALTER TABLE orders ALTER total TYPE numeric(14,2)")
    importing.done("compare_database")
    key = importing.widget.transfer["key"]
    orders = importing.session.design.entity("orders")
    total = orders.attribute("total")
    assert total is not None
    change = {"kind": "change_attribute", "entity_id": str(orders.id), "attribute_id": str(total.id)}
    assert "ok" in importing.ask("edit", edit={**change, "changes": {"data_type": "bigint"}})
    assert importing.ask("take_import", key=key, way="refresh")["error"]["code"] == "edit_conflict"
    server.drop_database("shop")


def test_a_database_is_read_by_those_who_may_choose(importing: Importing, database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE SCHEMA lib; CREATE TABLE lib.shelves (id int PRIMARY KEY)")
    done = importing.done("read_place", place=database_url, schemas=["lib"])
    assert done["state"] == "done", done
    assert importing.widget.transfer["design"][0] == [1, "entity"]
    assert importing.done("read_place", place="/nowhere/x.sql")["error"]["what"] == "there is no such file"


def test_a_password_stays_in_the_kernel(importing: Importing) -> None:
    done = importing.done("read_place", place="postgresql://me:hunter2@127.0.0.1:1/shop")
    assert done["state"] == "failed"
    importing.ask("read_place", place="postgresql:/me:hunter2@127.0.0.1/shop")
    importing.widget.work.wait(30)
    state = {k: v for k, v in importing.widget.get_state().items() if not k.startswith("_")}
    assert "hunter2" not in json.dumps([state, importing.answers], default=str)


def test_visitors_read_no_places_and_run_no_scripts(session: ProjectSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    visitor = Importing(session)
    assert visitor.ask("read_place", place="/etc/passwd")["error"]["code"] == "refused"
    assert visitor.ask("compare_database")["error"]["code"] == "refused"
    assert "running it" in visitor.ask("read_texts", files=[{"text": SCRIPT}])["error"]["what"]
    assert visitor.read(DBML)["kind"] == "dbml"
    visitor.widget.close()


def test_a_view_that_only_looks_exports_and_imports_nothing(session: ProjectSession) -> None:
    import designer_widgets

    looking = Importing(session)
    looking.widget.close()
    looking.widget = designer_widgets.designer(session, read_only=True)
    looking.widget.send = lambda content, buffers=None: looking.answers.append(content)
    assert looking.ask("read_texts", files=[{"text": DBML}])["error"]["code"] == "refused"
    exported = looking.ask("export", notation="dbml")["ok"]
    assert exported["file"] == "shop.dbml"
    assert "orders" in exported["text"]
    looking.widget.close()


@pytest.mark.parametrize("name", ["sql", "yaml", "json", "dbml", "mermaid", "svg", "sqlalchemy"])
def test_every_notation_of_the_menu_is_written(importing: Importing, name: str) -> None:
    assert name in {one["name"] for one in importing.widget.settings["notations"]}
    exported = importing.ask("export", notation=name)["ok"]
    assert exported["text"].strip()
    assert exported["file"].startswith("shop.")
    report = importing.ask("list_losses", of="export")["ok"]
    assert report["counts"] == exported["losses"]


def test_what_is_too_large_or_nothing_is_refused(importing: Importing) -> None:
    assert "error" in importing.ask("read_texts", files=[{"text": "x" * (LARGEST + 1)}])
    half = "-- " + "x" * (LARGEST // 2)
    assert "error" in importing.ask("read_texts", files=[{"name": "a.sql", "text": half}, {"name": "b", "text": half}])
    assert "nothing to read" in importing.ask("read_texts", files=[{"text": "  "}])["error"]["what"]
    assert "neither SQL" in importing.ask("read_texts", files=[{"text": "hello there"}])["error"]["what"]
    assert "error" in importing.ask("export", notation="docx")
    assert importing.session.revision == 0


def test_stopping_forgets_what_is_being_read(importing: Importing) -> None:
    slow = "SELECT pg_sleep(20);" * 3 + "CREATE TABLE t (id int PRIMARY KEY);"
    slow += "CREATE VIEW v AS SELECT pg_sleep(0.2), i FROM generate_series(1, 100) AS i;"
    slow += "CREATE MATERIALIZED VIEW m AS SELECT * FROM v;"
    assert "ok" in importing.ask("read_texts", files=[{"text": slow}])
    importing.ask("leave_import")
    assert importing.widget.work.wait(30)
    assert importing.widget.progress["state"] == "cancelled"
    assert importing.widget.transfer["key"] == ""
    assert importing.session.revision == 0


def test_a_path_is_read_with_the_name_of_the_project(importing: Importing, tmp_path: Path) -> None:
    path = tmp_path / "library.sql"
    path.write_text(SCRIPT)
    assert importing.done("read_place", place=str(path))["state"] == "done"
    importing.ask("take_import", key=importing.widget.transfer["key"], way="replace")
    assert importing.session.name == "shop"
