"""``designer projects``, ``members``, ``invitations`` and ``password``, of a service and of the store that is here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

import designer_kernel as dk
from designer_kernel.errors import DesignerError
from designer_kernel.notebook import logins
from designer_kernel.studio.team import opening
from designer_kernel.studio.team.people import offer_code, passwords
from designer_kernel.studio.team.refusals import BadInput, NotAllowed
from tests.designer_kernel.api.conftest import Service, api_store, running_service, service
from tests.designer_kernel.cli.conftest import Ran

__all__ = ["api_store", "running_service", "service"]

PASSWORD, NEWER, NEWEST = "nine violet otters", "seven amber herons", "eleven quiet foxes"

At = Callable[[str], None]


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passwords are hashed in less memory: this is not about them."""
    monkeypatch.setattr(passwords, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[At]:
    """Change to the home of a person, who is at another machine."""
    opening.forget_sessions()

    def home(name: str) -> None:
        opening.forget_sessions()
        monkeypatch.setenv("DESIGNER_DATA_DIR", str(tmp_path / "homes" / name))

    yield home
    opening.forget_sessions()


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is typed next where a notebook asks for a secret."""
    given: list[str] = []
    monkeypatch.setattr(logins, "getpass", lambda prompt: given.pop(0))
    return given


def test_a_team_from_the_shell(service: Service, designer: Callable[..., Ran], at: At) -> None:
    def run(*words: str, stdin: str | None = None) -> Ran:
        done = designer(*words, stdin=stdin)
        assert done.code == 0, done.err
        return done

    code = offer_code(service.team)
    at("ada")
    lost = designer("login", f"{service.url}/elsewhere", "ada", stdin=PASSWORD)
    assert (lost.code, "there is no designer's API" in lost.err, service.url in lost.err) == (1, True, True)
    copied = f"{service.url}/docs"  # from a browser
    run("login", copied, "ada", "--register", "--email", "ada@example.org", "--code", str(code), stdin=PASSWORD)
    empty = run("projects")
    assert (empty.out, "there is no project yet in Team" in empty.err) == ("", True)
    assert "designer new -o team:Team/NAME" in empty.err
    run("new", "-o", "team:Team/shop")
    run("new", "-o", "team:Team/bare")
    run("versions", "team:Team/shop", "--save", "first")
    run("deploy", "team:Team/shop", "--yes")
    at("bob")
    run("login", service.url, "bob", "--register", "--email", "bob@example.org", stdin=PASSWORD)
    assert run("projects", "--json").json == []
    assert "designer invitations" in run("projects").err
    assert f"looked at {service.url}, as bob" in run("projects").err
    assert "you belong to none: designer invitations" in designer("check", "team:Team/shop").err
    at("ada")
    king = designer("invite", "bob", "--role", "king")
    assert (king.code, "--role" in king.err, "viewer, editor" in king.err) == (2, True, True)
    assert "designer invitations --accept" in run("invite", "bob", "--to", "Team", "--role", "admin").err
    assert "designer members WORKSPACE --remove NAME" in designer("invite", "bob").err
    assert [one["username"] for one in run("members", "Team", "--json").json["invited"]] == ["bob"]
    at("bob")
    run("invitations", "--decline")
    at("ada")
    run("invite", "bob", "--role", "editor")
    assert "is not invited to Team any more" in run("members", "Team", "--remove", "bob").err
    run("invite", "Bob", "--role", "editor")
    at("bob")
    assert "there is no invitation" in run("invitations", "--accept", "--to", "Other").err
    assert "accepted: team:Team/shop, team:Team/bare" in run("invitations", "--accept").err
    project = dk.open("team:Team/bare")
    project.add_entity("things", "id bigint primary key")
    told = run("projects", "Team").out.splitlines()
    assert [line.split()[0] for line in told] == ["team:Team/bare", "team:Team/shop"]
    assert all(part in told[0] for part in ("of ada", "revision 2", "by bob", "not deployed"))
    assert told[1].endswith("by ada  version 1 deployed")
    frame = dk.projects()
    assert frame["place"].tolist() == ["team:Team/bare", "team:Team/shop"]
    assert frame["changed_by"].tolist() == ["bob", "ada"]
    assert frame["deployed_revision"].isna().tolist() == [True, False]
    refused = designer("members", "Team", "--role", "ada=viewer")
    assert "an editor may not manage people" in refused.err
    assert (refused.code, "ask an owner or admin" in refused.err) == (1, True)
    at("ada")
    assert designer("members", "Team", "--role", "bob").code == 1
    run("members", "Team", "--role", "bob=viewer")
    assert [(one["username"], one["role"]) for one in run("members", "Team", "--json").json["members"]] == [
        ("ada", "owner"),
        ("bob", "viewer"),
    ]
    code = run("members", "Team", "--reset", "bob").out.strip()
    wrong = designer("members", "Team", "--reset", "eve")
    assert (wrong.code, "there are: ada, bob" in wrong.err) == (1, True)
    at("bob")
    assert designer("login", service.url, "bob", "--code", code, stdin=PASSWORD).code == 2
    run("login", service.url, "bob", "--reset", stdin=f"{code}\n{NEWER}\n")
    assert designer("login", service.url, "bob", "--reset", stdin=f"{code}\n{NEWER}\n").code == 1, "it is used up"
    assert designer("password", stdin=f"{PASSWORD}\n{NEWEST}\n").code == 1
    said = run("password", stdin=f"{NEWER}\n{NEWEST}\n")
    assert "the password of bob is changed" in said.err
    assert NEWEST not in said.out + said.err
    assert len(run("projects").out.splitlines()) == 2, "who changed it stays logged in"
    run("members", "Team", "--remove", "bob")
    assert run("projects").out == ""
    run("logout")
    elsewhere = designer("password", stdin=f"{NEWEST}\n{PASSWORD}\n")
    assert (elsewhere.code, "designer login URL NAME" in elsewhere.err) == (1, True)


def test_a_team_from_a_notebook(service: Service, at: At, typed: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    at("ada")
    typed += [PASSWORD, PASSWORD]
    code = str(offer_code(service.team))
    dk.login(service.url, "ada", register=True, email="ada@example.org", code=code)
    dk.new("team:Team/shop", template="blog")
    at("bob")
    typed += [PASSWORD, "another"]
    with pytest.raises(BadInput, match="two different"):
        dk.login(service.url, "bob", register=True, email="bob@example.org")
    typed += [PASSWORD, PASSWORD]
    dk.login(service.url, "bob", register=True, email="bob@example.org")
    assert repr(dk.invitations()) == "there is no invitation"
    assert (dk.projects().empty, "deployed_version" in dk.projects()) == (True, True)
    at("ada")
    assert dk.invite("bob", to="Team", role="editor") == "bob is invited to Team as an editor"
    assert "invited by ada" in repr(dk.members("Team"))
    at("bob")
    assert "Team: as an editor, by ada" in repr(dk.invitations())
    assert "ada" in dk.invitations()._repr_html_()
    assert dk.invitations().accept() == "accepted: team:Team/shop"
    assert dk.projects("Team")["name"].tolist() == ["shop"]
    with pytest.raises(NotAllowed):
        dk.members("Team").change_role("bob", "owner")
    typed += [PASSWORD, NEWER, NEWER]
    dk.change_password()
    at("ada")
    there = dk.members("Team")
    assert there.change_role("bob", "viewer") == "bob is a viewer of Team now"
    assert there.to_frame()["role"].tolist() == ["owner", "viewer"]
    code = there.reset("bob").splitlines()[0]
    with pytest.raises(NotAllowed, match="last owner"):
        there.remove("ada")
    at("bob")
    typed += [code, NEWEST, NEWEST]
    dk.login(service.url, "bob", reset=True)
    with pytest.raises(BadInput, match="who is new"):
        dk.login(service.url, "bob", email="bob@example.org")
    at("ada")
    assert there.remove("bob") == "bob does not belong to Team any more"
    assert dk.members("Team").to_frame()["username"].tolist() == ["ada"]
    dk.logout()
    with pytest.raises(NotAllowed, match="no service"):
        dk.change_password()
    said = capsys.readouterr()  # which is given once
    assert "bob is logged in" in said.out
    assert not any(secret in said.out + said.err for secret in (PASSWORD, NEWER, NEWEST))


def test_invitations_of_several_people_are_not_accepted_at_once(service: Service, at: At) -> None:
    from designer_kernel.studio.team.remote import service as remote

    for name in ("ada", "eve", "bob"):
        at(name)
        code = "" if name != "ada" else str(offer_code(service.team))
        remote.register(service.url, name, f"{name}@example.org", PASSWORD, code=code)
        dk.login(service.url, name, PASSWORD)
        if name != "bob":
            asked = remote.Service(remote.LoginFile())
            asked.ask("POST", "/api/workspaces", body={"name": "ours"})
            asked.close()
    for name in ("ada", "eve"):
        at(name)
        dk.invite("bob", to="ours")
    at("bob")
    with pytest.raises(DesignerError, match="ada, eve") as caught:
        dk.invitations().accept()
    assert "accept(by=" in caught.value.mend
    assert dk.invitations().decline("eve") == "declined: ours"
    assert dk.invitations("eve").to_frame().empty
    assert dk.invitations().accept(workspace="ours") == "accepted: team:ours/…"


def test_a_place_that_is_shown_can_be_typed_back(service: Service, designer: Callable[..., Ran], at: At) -> None:
    """Also where two workspaces have one name, or a name that could be split in two ways."""
    from designer_kernel.studio.team.remote import service as remote

    code = str(offer_code(service.team))
    for name in ("ada", "bob"):
        at(name)
        remote.register(service.url, name, f"{name}@example.org", PASSWORD, code=code if name == "ada" else "")
        dk.login(service.url, name, PASSWORD)
        asked = remote.Service(remote.LoginFile())
        for workspace in ("Shop", "a/b", "ada:Shop") if name == "ada" else ("Shop",):
            made = asked.ask("POST", "/api/workspaces", body={"name": workspace})["id"]
            asked.ask("POST", "/api/projects", body={"name": "p", "workspace_id": made, "description": workspace})
        asked.close()
    dk.invite("ada", to="Shop")
    at("ada")
    dk.invitations().accept()
    listed = dk.projects()
    assert len(listed) == 4
    for place, workspace in zip(listed["place"], listed["workspace"], strict=True):
        project = dk.open(place)
        assert (project.session.place, project.design.description) == (place, workspace)
        assert designer("check", place).code == 0
        assert place in repr(project)
    assert "team:bob:Shop/p" in listed["place"].tolist()
