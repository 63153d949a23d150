"""Looking back: pages of changes, a search, states by name, and ways back that can be undone."""

from __future__ import annotations

import pytest

from designer_kernel.design.edits import ChangeDesign
from designer_kernel.errors import UnknownObject
from designer_kernel.studio import looking_back
from designer_kernel.studio.project import ProjectSession
from tests.designer_kernel.studio.conftest import add


def test_changes_come_by_pages_the_newest_first(session):
    for number in range(105):
        session.apply(ChangeDesign(changes={"description": f"number {number}"}))
    session.apply(add("orders", "id bigint primary key"))
    first = looking_back.page(session)
    assert [number for number, _ in first.changes] == list(range(106, 6, -1))
    rest = looking_back.page(session, before=first.before)
    assert ([number for number, _ in rest.changes], rest.before) == ([6, 5, 4, 3, 2, 1], 0)
    found = looking_back.page(session, search="ORDERS add")
    assert [entry["label"] for _, entry in found.changes] == ["add entity orders"]
    assert looking_back.page(session, search="nobody").changes == ()


def test_a_damaged_line_is_left_out_and_the_others_keep_their_numbers(session):
    session.apply(add("orders", "id bigint primary key"))
    with session.change_log.path.open("a") as file:
        file.write('{"cut\n')
    session.apply(add("returns", "id bigint primary key"))
    assert [number for number, _ in looking_back.page(session).changes] == [3, 1]
    assert session.design_after(3) == session.design


def test_going_back_is_one_step(session):
    first = session.design
    session.apply(add("orders", "id bigint primary key"))
    then = session.design
    session.save_version("orders")
    session.apply(add("returns", "id bigint primary key"))
    now = session.design
    assert looking_back.design_of(session, "c1") == looking_back.design_of(session, "v1") == then
    assert session.design_before(1) == first
    assert "added: entity returns" in looking_back.compare(session, "c1").lines
    for state in ("c1", "v1"):
        looking_back.go_back(session, state)
        assert session.design == then
        session.undo()
        assert session.design == now
    assert looking_back.go_back(session, "now") is None


@pytest.mark.parametrize("state", ["c99", "v99", "x1", "", "c"])
def test_what_is_no_state_is_refused(session, state):
    with pytest.raises(UnknownObject):
        looking_back.design_of(session, state)


def test_a_new_session_does_not_take_changes_of_an_earlier_one_for_its_own(session):
    session.apply(add("orders", "id bigint primary key"))
    again = ProjectSession(session.path)
    assert again.remembered() == set()
    for wanted in (again.design_after, again.design_before):
        with pytest.raises(UnknownObject, match="not known any more"):
            wanted(1)
    again.apply(add("returns", "id bigint primary key"))
    assert again.remembered() == {2}
    assert again.design_after(2) == again.design
