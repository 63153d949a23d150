"""The audit of a workspace, page by page, for its admins and nobody else."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.audit import reading
from designer_kernel.studio.team.refusals import BadInput, NotAllowed, NotFound, NotLoggedIn
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import let_in


def test_pages_go_back_to_the_beginning(team: Team, workspace: tuple[Actor, UUID]) -> None:
    ada, room = workspace
    for number in range(6):
        team.do(ada, workspaces.rename, room, f"shop {number}")
        team.do(ada, workspaces.create, "elsewhere")
    pages = []
    before: int | None = None
    while not pages or before is not None:
        pages.append(team.do(ada, reading.entries, room, before=before, limit=3))
        before = pages[-1].before
    found = [row for page in pages for row in page.rows]
    assert [len(page.rows) for page in pages] == [3, 3, 1]
    assert [row.action for row in found] == ["workspace.rename"] * 6 + ["workspace.create"]
    assert [row.seq for row in found] == sorted((row.seq for row in found), reverse=True)
    assert found[0].details == {"before": "shop 4", "after": "shop 5"}


def test_rows_are_found_by_what_was_done_by_whom_and_what_came_of_it(
    team: Team, workspace: tuple[Actor, UUID], person: Callable[[str], Actor]
) -> None:
    (ada, room), bob = workspace, person("bob")
    let_in(team, ada, room, "bob", "viewer")
    with pytest.raises(NotAllowed):
        team.do(bob, workspaces.rename, room, "mine")

    def actions(**chosen: object) -> list[str]:
        return [row.action for row in team.do(ada, reading.entries, room, **chosen).rows]

    assert actions(action="member.add") == ["member.add"]
    assert actions(action="member") == ["member.add", "member.invite"]
    assert actions(action="mem") == actions(action="%") == []
    assert actions(actor=bob.user) == ["workspaces.rename", "member.add"]
    assert actions(result="denied") == ["workspaces.rename"]


def test_only_admins_read_it(team: Team, workspace: tuple[Actor, UUID], person: Callable[[str], Actor]) -> None:
    (ada, room), bob, eve = workspace, person("bob"), person("eve")
    for role in ("viewer", "editor"):
        let_in(team, ada, room, "bob", role)
        with pytest.raises(NotAllowed):
            team.do(bob, reading.entries, room)
        team.do(ada, workspaces.remove_member, room, bob.user)
    let_in(team, ada, room, "bob", "admin")
    assert team.do(bob, reading.entries, room).rows
    for actor, refusal in ((eve, NotFound), (stranger(), NotLoggedIn)):
        with pytest.raises(refusal):
            team.do(actor, reading.entries, room)


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"limit": 501}, {"before": 0}, {"before": 2**63}])
def test_nonsense_is_refused(team: Team, workspace: tuple[Actor, UUID], wrong: dict[str, int]) -> None:
    ada, room = workspace
    with pytest.raises(BadInput):
        team.do(ada, reading.entries, room, **wrong)
