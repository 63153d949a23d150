"""Changing several entities at once: one edit, which one undo takes back; what is so already stays."""

from __future__ import annotations

from typing import Any

import pytest

from designer_kernel.design import Attribute, Entity, edits
from designer_kernel.design.parts import Policy
from designer_kernel.studio.project import ProjectSession
from tests.designer_widgets.test_commands import hands

MANY: dict[str, dict[str, Any]] = {
    "change_many": {"changes": {"schema_name": "sales", "colour": "#112233"}},
    "comment_many": {"prefix": "Sales: "},
    "rename_many": {"before": "sales_", "after": "_v2"},
    "attribute_to_many": {"line": "note varchar(20) not null default ''"},
    "attribute_from_many": {"name": "email"},
    "trait_of_many": {"trait_kind": "timestamps", "trait": {}},
}


@pytest.mark.parametrize("kind", sorted(MANY))
def test_each_is_one_change_that_one_undo_takes_back(session: ProjectSession, kind: str) -> None:
    commands, first = hands(session), session.design
    fields = MANY[kind] | {"entity_ids": [str(entity.id) for entity in first.entities]}
    answer = commands.answer({"id": "1", "kind": kind, **fields})
    assert "ok" in answer, answer
    assert session.revision == 1
    assert session.design != first
    again = commands.answer({"id": "2", "kind": kind, **fields})
    assert ("error" in again) == (kind != "rename_many"), "nothing is left to be changed"
    for _ in range(session.revision):
        session.undo()
    assert session.design == first


def test_who_has_it_already_keeps_it_and_is_named(session: ProjectSession) -> None:
    first = session.design
    ids = [str(entity.id) for entity in first.entities]
    answer = hands(session).answer({"id": "1", "kind": "attribute_to_many", "entity_ids": ids, "line": "email text"})
    assert answer["ok"]["told"] == "customers had one of that name already"
    assert session.design.entity("customers") == first.entity("customers")
    assert session.design.entity("orders").attribute("email") is not None
    gone = hands(session).answer({"id": "2", "kind": "attribute_from_many", "entity_ids": ids, "name": "total"})
    assert gone["ok"]["told"] == "customers had none of that name"


def test_sql_tells_entities_apart_of_which_one_gets_the_name_of_another(session: ProjectSession) -> None:
    customers, orders = session.design.entities[:2]
    policy = Policy(name="few", using="(SELECT count(*) FROM orders) < (SELECT count(*) FROM orders_old)")
    old = Entity(name="orders_old", attributes=(Attribute(name="id", data_type="bigint"),))
    session.apply(edits.AddEntity(entity=old))
    session.apply(edits.AddPart(entity_id=customers.id, collection="policies", part=policy))
    ids = [str(orders.id), str(old.id)]
    answer = hands(session).answer({"id": "1", "kind": "rename_many", "entity_ids": ids, "after": "_old"})
    assert "ok" in answer, answer
    using = session.design.entity("customers").policies[0].using
    assert using == "(SELECT count(*) FROM orders_old) < (SELECT count(*) FROM orders_old_old)"


def test_all_or_none(session: ProjectSession) -> None:
    first = session.design
    ids = [str(entity.id) for entity in first.entities]
    for kind, fields in (
        ("change_many", {"changes": {"colour": "reddish"}}),
        ("attribute_to_many", {"line": "no good type at all ("}),
        ("trait_of_many", {"trait_kind": "nonesuch", "trait": {}}),
        ("rename_many", {"before": "x" * 63}),
    ):
        answer = hands(session).answer({"id": "1", "kind": kind, "entity_ids": ids, **fields})
        assert answer["error"]["what"], kind
        assert session.design == first
    read_only = hands(session, can_change=False)
    for kind, fields in MANY.items():
        assert read_only.answer({"id": "1", "kind": kind, "entity_ids": ids, **fields})["error"]["code"] == "refused"
    assert session.revision == 0
