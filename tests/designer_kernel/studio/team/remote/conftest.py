"""Two people who know a service by its address, and nothing of its store."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from designer_kernel.studio.team import invitations
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.opening import make_shared, open_shared, workspace_named
from designer_kernel.studio.team.remote import service as remote
from designer_kernel.studio.team.remote.hearing import ServiceListener
from designer_kernel.studio.team.remote.logins import Login, LoginFile
from designer_kernel.studio.team.remote.team import ServiceTeam
from designer_kernel.studio.team.session import Sessions, SharedSession
from tests.designer_kernel.api.conftest import Service, api_store, running_service, service

__all__ = ["api_store", "running_service", "service"]


@pytest.fixture
def logged_in(service: Service, tmp_path: Path) -> Iterator[Callable[[str], Sessions]]:
    """Return the sessions of new people, whose tokens the service knows, so that nobody waits for passwords."""
    made: list[Sessions] = []

    def enter(name: str) -> Sessions:
        service.enter(name).close()
        token = f"token of {name}"
        user = service.persons[token].user
        assert user is not None
        logins = LoginFile(tmp_path / name / "login.json")
        logins.write(Login(service.url, user, name, token, "", time.time() + 3600))
        asked = remote.Service(logins)
        made.append(Sessions(ServiceTeam(asked), Actor(user, name, "notebook"), ServiceListener(asked)))
        return made[-1]

    yield enter
    for one in made:
        one.close()
        assert isinstance(one.team, ServiceTeam)
        one.team.service.close()


@pytest.fixture
def people(logged_in: Callable[[str], Sessions]) -> tuple[Sessions, Sessions]:
    """Ada, who owns the workspace *shop*, and Bob, who edits there."""
    ada, bob = logged_in("ada"), logged_in("bob")
    assert isinstance(ada.team, ServiceTeam)
    ada.team.service.ask("POST", "/api/workspaces", body={"name": "shop"})
    invited = ada.team.do(ada.actor, invitations.invite, workspace_named("shop", sessions=ada), "bob", "editor")
    assert [one.id for one in bob.team.do(bob.actor, invitations.mine)] == [invited.id]
    assert bob.team.do(bob.actor, invitations.accept, invited.id).name == "shop"
    return ada, bob


@pytest.fixture
def both(people: tuple[Sessions, Sessions]) -> tuple[SharedSession, SharedSession]:
    """One project, as two people have it open."""
    first = make_shared("team:shop/p", sessions=people[0])
    return first, open_shared("team:shop/p", sessions=people[1])
