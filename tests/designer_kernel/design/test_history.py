"""Undo, redo, labels, and what is saved."""

from __future__ import annotations

import pytest

from designer_kernel.design import Design, Entity
from designer_kernel.design.edits import AddEntity, ChangeDesign, MoveNodes
from designer_kernel.design.history import History
from designer_kernel.design.values import Position
from designer_kernel.errors import InvalidDesign


@pytest.fixture
def history() -> History:
    return History(Design(name="shop"))


def test_undo_and_redo_walk_through_all_states(history: History) -> None:
    first = history.design
    states = [first, *(history.apply(AddEntity(entity=Entity(name=f"e{number}"))) for number in range(200))]
    assert [history.undo() for _ in range(200)] == states[-2::-1]
    assert not history.can_undo
    assert [history.redo() for _ in range(200)] == states[1:]
    assert not history.can_redo


def test_layout_is_undone_like_everything_else(history: History) -> None:
    users = history.apply(AddEntity(entity=Entity(name="users"))).entities[0]
    history.apply(MoveNodes(positions={users.id: Position(x=1.04, y=2)}))
    assert history.design.entities[0].position == Position(x=1, y=2)
    assert history.undo_label == "move users"
    assert history.undo().entities[0].position is None


def test_a_new_edit_forgets_what_was_undone(history: History) -> None:
    history.apply(AddEntity(entity=Entity(name="one")))
    history.undo()
    assert history.redo_label == "add entity one"
    history.apply(AddEntity(entity=Entity(name="two")))
    assert not history.can_redo
    assert history.redo_label == ""
    assert [step.label for step in history.steps] == ["add entity two"]


def test_a_refused_edit_changes_nothing(history: History) -> None:
    history.apply(AddEntity(entity=Entity(name="one")))
    history.undo()
    with pytest.raises(InvalidDesign):
        history.apply(ChangeDesign(changes={"name": ""}))
    assert (history.can_undo, history.can_redo) == (False, True)


def test_nothing_to_undo_or_redo_is_said(history: History) -> None:
    with pytest.raises(InvalidDesign, match="nothing to undo"):
        history.undo()
    with pytest.raises(InvalidDesign, match="nothing to redo"):
        history.redo()
