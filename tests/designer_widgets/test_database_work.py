from __future__ import annotations

import json
from collections.abc import Iterator

import psycopg
import pytest
from designer_widgets.destination import in_words, is_embedded

from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio.project import ProjectSession
from tests.designer_widgets.asking import Asking


@pytest.fixture
def asking(session: ProjectSession, server: EmbeddedServer) -> Iterator[Asking]:
    server.drop_database("shop")
    made = Asking(session)
    yield made
    made.widget.close()
    server.drop_database("shop")


def test_rows_are_removed_only_after_a_word(asking: Asking) -> None:
    assert asking.done("deploy")["state"] == "done"
    assert asking.done("fill", scale=0.1)["result"]["total"] > 0
    before = asking.rows()

    refused = asking.done("fill", scale=0.1)
    assert (refused["state"], refused["error"]["way_out"]) == ("failed", "replace")
    question = asking.done("fill", scale=0.2, replace=True)["result"]["ask"]
    assert question["target"] == "shop (embedded server)"
    assert dict(question["rows"]) == before
    assert question["total"] == sum(before.values())
    assert asking.rows() == before

    done = asking.done("confirm", key=question["key"])
    assert done["result"]["total"] > 0
    assert asking.rows() != before


def test_a_question_is_good_for_one_answer(asking: Asking) -> None:
    asking.done("deploy")
    asking.done("fill", scale=0.1)
    question = asking.done("fill", replace=True)["result"]["ask"]
    assert "error" in asking.ask("confirm", key="another")
    assert "error" in asking.ask("confirm", key=question["key"])
    question = asking.done("fill", replace=True)["result"]["ask"]
    assert asking.done("cancel")["state"] == "idle"
    assert "not open any more" in asking.ask("confirm", key=question["key"])["error"]["what"]


def test_more_rows_than_were_agreed_to_are_asked_about_again(asking: Asking) -> None:
    asking.done("deploy")
    asking.done("fill", scale=0.1)
    question = asking.done("fill", replace=True)["result"]["ask"]
    with psycopg.connect(asking.session.url(), autocommit=True) as connection:
        connection.execute("INSERT INTO customers (id, email) VALUES (987654321, 'late@example.test')")
    again = asking.done("confirm", key=question["key"])["result"]["ask"]
    assert again["total"] == question["total"] + 1


def test_empty_tables_are_filled_without_asking(asking: Asking) -> None:
    asking.done("deploy")
    assert asking.done("fill", scale=0.1, replace=True)["result"]["total"] > 0


def test_another_server_than_the_embedded_one_is_asked_about(asking: Asking) -> None:
    url = "postgresql://me:hunter2@db.example/shop"
    assert asking.ask("choose_target", place=url)["ok"] == {}
    question = asking.done("deploy")["result"]["ask"]
    assert (question["what"], question["is_embedded"]) == ("deploy", False)
    assert "db.example" in question["target"]
    state = json.dumps({k: v for k, v in asking.widget.get_state().items() if not k.startswith("_")}, default=str)
    assert "hunter2" not in state
    assert "hunter2" not in json.dumps(asking.answers)


def test_another_database_is_tried_used_and_left_again(asking: Asking, server: EmbeddedServer) -> None:
    server.drop_database("elsewhere")
    assert "deploying makes the database" in asking.done("try_target", place="elsewhere")["result"]["words"]
    assert asking.ask("choose_target", place=" elsewhere ")["ok"] == {}
    assert asking.widget.settings["target"] == "elsewhere (embedded server)"
    asking.done("deploy")
    assert asking.session.is_deployed("elsewhere")
    assert not asking.session.is_deployed()
    asking.ask("choose_target", place="")
    assert asking.widget.settings["has_own_target"]
    assert asking.widget.settings["target"] == "shop (embedded server)"
    server.drop_database("elsewhere")


def test_a_url_is_tried_with_its_server(asking: Asking, database_url: str) -> None:
    assert "connected, PostgreSQL" in asking.done("try_target", place=database_url)["result"]["words"]
    nowhere = asking.done("try_target", place="postgresql://me:hunter2@127.0.0.1:1/shop")
    assert nowhere["state"] == "failed"
    assert "hunter2" not in json.dumps(nowhere)


@pytest.mark.parametrize("place", ["post gres://me:hunter2@host/db", "postgresql:/me:hunter2@host/db", "x" * 80])
def test_a_malformed_target_is_refused_and_the_old_one_kept(asking: Asking, place: str) -> None:
    answer = asking.ask("choose_target", place=place)
    assert "hunter2" not in json.dumps(answer["error"])
    assert asking.widget.settings["has_own_target"]


def test_visitors_of_a_page_choose_no_target(session: ProjectSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    monkeypatch.setenv("DESIGNER_ALLOW_DEPLOY", "1")
    made = Asking(session)
    assert made.widget.settings["can_deploy"]
    assert made.ask("choose_target", place="elsewhere")["error"]["code"] == "refused"
    made.widget.close()


def test_a_target_on_the_default_server_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DESIGNER_DATABASE_URL", "postgresql://me:hunter2@db.example/postgres")
    assert not is_embedded("shop")
    assert "hunter2" not in in_words("shop")
    assert "db.example" in in_words("shop")


def test_a_widget_that_nobody_looks_at_follows_no_more(asking: Asking) -> None:
    asking.ask("look", view="a", is_here=True)
    asking.ask("look", view="b", is_here=True)
    asking.ask("look", view="a", is_here=False)
    asking.session.undo()
    asking.ask("add_entity")
    assert asking.widget.history["revision"] == 1
    asking.ask("look", view="b", is_here=False)
    other = Asking(asking.session)
    other.ask("add_entity")
    assert asking.widget.history["revision"] == 1
    asking.ask("look", view="c", is_here=True)
    assert asking.widget.history["revision"] == 2
    other.widget.close()
