"""The panel for migrations from the kernel's side: what may be asked, and that nothing is applied unasked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from designer_kernel.migrate import records, under_way
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio.project import ProjectSession
from tests.designer_widgets.asking import Asking


@pytest.fixture
def asking(session: ProjectSession, server: EmbeddedServer, database_url: str) -> Iterator[Asking]:
    """A widget whose design is deployed."""
    session.target = database_url
    session.deploy()
    made = Asking(session)
    yield made
    made.widget.close()


def _entity(asking: Asking, name: str) -> str:
    return str(asking.session.design.entity(name).id)


def _planned(asking: Asking, **options: Any) -> dict[str, Any]:
    assert asking.done("plan_migration", **options)["state"] == "done", asking.widget.progress
    return dict(asking.widget.migration["plan"])


def _proved(asking: Asking, plan: dict[str, Any]) -> dict[str, Any]:
    assert asking.done("prove_migration", key=plan["key"])["state"] == "done", asking.widget.progress
    return dict(asking.widget.migration["proof"])


def _columns(asking: Asking, table: str) -> set[str]:
    with psycopg.connect(asking.session.target) as connection:
        query = "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public'"
        return {name for (name,) in connection.execute(query, [table])}


def test_a_plan_is_shown_proved_and_applied(asking: Asking) -> None:
    asking.ask("add_attribute", entity_id=_entity(asking, "orders"), line="note text")
    plan = _planned(asking)
    assert [step["title"] for step in plan["steps"]] == ["create column public.orders.note"]
    assert plan["steps"][0]["locks"][0]["lock"] == "ACCESS EXCLUSIVE"
    assert "note" not in _columns(asking, "orders"), "planning changes nothing"
    proof = _proved(asking, plan)
    assert proof["holds"]
    assert "note" not in _columns(asking, "orders"), "proving changes nothing"
    ended = asking.done("apply_migration", key=plan["key"], proof=proof["hash"])
    assert ended["state"] == "done", ended
    assert "note" in _columns(asking, "orders")
    told = asking.widget.migration
    assert (told["plan"], told["proof"]) == (None, None)
    assert told["history"][0]["success"]
    assert told["drift"]["is_clean"]
    assert _planned(asking)["steps"] == []


def test_without_its_proof_nothing_is_applied(asking: Asking) -> None:
    asking.ask("add_attribute", entity_id=_entity(asking, "orders"), line="note text")
    plan = _planned(asking)
    assert asking.done("apply_migration", key=plan["key"], proof="0" * 64)["error"]["code"] == "not_proved"
    assert "error" in asking.ask("apply_migration", key="another", proof="0" * 64)
    assert "note" not in _columns(asking, "orders")


def test_each_loss_has_to_be_allowed(asking: Asking) -> None:
    total = asking.session.design.entity("orders").attribute("total")
    assert total is not None
    edit = {"kind": "remove_attribute", "entity_id": _entity(asking, "orders"), "attribute_id": str(total.id)}
    asking.ask("edit", edit=edit)
    plan = _planned(asking)
    assert [loss["name"] for loss in plan["losses"]] == ["column public.orders.total"]
    proof = _proved(asking, plan)
    refused = asking.done("apply_migration", key=plan["key"], proof=proof["hash"])
    assert refused["state"] == "failed"
    assert "total" in _columns(asking, "orders")
    allow = ["column public.orders.total"]
    assert asking.done("apply_migration", key=plan["key"], proof=proof["hash"], allow=allow)["state"] == "done"
    assert "total" not in _columns(asking, "orders")


def test_what_was_applied_is_rolled_back(asking: Asking) -> None:
    asking.ask("add_attribute", entity_id=_entity(asking, "orders"), line="note text")
    plan = _planned(asking)
    asking.done("apply_migration", key=plan["key"], proof=_proved(asking, plan)["hash"])
    assert asking.done("roll_back")["state"] == "done", asking.widget.progress
    back = asking.widget.migration["plan"]
    assert "note" in _columns(asking, "orders"), "it is only planned"
    allow = [loss["name"] for loss in back["losses"]]
    ended = asking.done("apply_migration", key=back["key"], proof=_proved(asking, back)["hash"], allow=allow)
    assert ended["state"] == "done", ended
    assert "note" not in _columns(asking, "orders")


def test_drift_is_told_and_reverted(asking: Asking) -> None:
    with psycopg.connect(asking.session.target, autocommit=True) as connection:
        connection.execute("ALTER TABLE orders ADD COLUMN sneaked text")
    assert asking.done("read_history")["state"] == "done"
    drift = asking.widget.migration["drift"]
    assert not drift["is_clean"]
    assert "sneaked" in " ".join(drift["differences"])
    assert asking.done("revert_drift")["state"] == "done"
    assert "sneaked" in json.dumps(asking.widget.migration["plan"]["steps"])
    assert asking.done("ignore_drift")["state"] == "done"
    assert asking.widget.migration["drift"]["is_clean"]


def test_the_history_is_read_in_the_middle_of_a_migration(asking: Asking) -> None:
    with connect(asking.session.target, autocommit=True) as connection:
        (record,) = records.history(connection)
        under_way.begin(connection, records.migration_of(connection, record), uuid4(), "", "", None)
    ended = asking.done("read_history")
    assert ended["state"] == "done"
    assert "under way" in json.dumps(ended)
    assert len(asking.widget.migration["history"]) == 1


def test_drift_is_adopted_into_the_design(asking: Asking) -> None:
    with psycopg.connect(asking.session.target, autocommit=True) as connection:
        connection.execute("ALTER TABLE orders ADD COLUMN sneaked text")
    assert asking.done("adopt_drift")["state"] == "done", asking.widget.progress
    assert asking.session.design.entity("orders").attribute("sneaked") is not None
    assert asking.widget.migration["drift"]["is_clean"]


def test_versions_are_kept_compared_and_gone_back_to(asking: Asking) -> None:
    assert asking.ask("save_version", message="first")["ok"]["versions"][0]["message"] == "first"
    asking.ask("add_attribute", entity_id=_entity(asking, "orders"), line="note text")
    number = asking.ask("list_versions")["ok"]["versions"][0]["number"]
    compared = asking.ask("compare_versions", before=number)["ok"]
    assert "1 changed" in compared["words"]
    assert compared["svg"].startswith("<svg")
    plan = _planned(asking)
    asking.done("apply_migration", key=plan["key"], proof=_proved(asking, plan)["hash"])
    assert asking.done("plan_rollback", number=number)["state"] == "done", asking.widget.progress
    assert "note" in json.dumps(asking.widget.migration["plan"]["steps"])


def test_a_view_that_may_not_deploy_may_not_migrate(session: ProjectSession) -> None:
    made = Asking(session, allow_deploy=False)
    for kind in ("plan_migration", "read_history", "revert_drift", "ignore_drift", "roll_back"):
        assert made.ask(kind)["error"]["code"] == "refused"
    assert made.ask("list_versions")["ok"] == {"versions": []}
    made.widget.close()


def test_a_plan_is_for_its_target(asking: Asking) -> None:
    asking.ask("add_attribute", entity_id=_entity(asking, "orders"), line="note text")
    plan = _planned(asking)
    asking.ask("choose_target", place="elsewhere")
    assert asking.widget.migration["plan"] is None
    assert "error" in asking.ask("prove_migration", key=plan["key"])
