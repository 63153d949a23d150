"""Logging in to a service: tokens are kept where only their owner reads them, and renewed by one at a time."""

from __future__ import annotations

import json
import os
import re
import shlex
import stat
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete

import designer_kernel as dk
from designer_kernel.cli.outcome import Exit, exit_code
from designer_kernel.design.identity import new_id
from designer_kernel.errors import DesignerError
from designer_kernel.store.engine import StoreUnavailable
from designer_kernel.store.tables.workspaces import Membership
from designer_kernel.studio.team import opening
from designer_kernel.studio.team.people import offer_code
from designer_kernel.studio.team.refusals import BadInput, NotLoggedIn
from designer_kernel.studio.team.remote import service as remote
from designer_kernel.studio.team.remote.logins import Login, LoginFile, address
from designer_kernel.studio.team.session import Sessions
from tests.designer_kernel.api.conftest import Service, running
from tests.designer_kernel.cli.conftest import Ran, designer
from tests.project.repository import ROOT

__all__ = ["designer"]

PASSWORD = "nine violet otters"
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def owner(service: Service) -> Service:
    """A service whose first owner has a password."""
    remote.register(service.url + "/api/", "ada", "ada@example.org", PASSWORD, code=_code(service))
    return service


def test_two_people_from_nothing_to_one_project(
    service: Service,
    own_data_directory: Path,
    designer: Callable[..., Ran],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The commands of the README, each person's in a home of their own; passwords are piped in."""
    (block,) = (
        text for text in re.findall(r"^```sh\n(.*?)^```", README, re.MULTILINE | re.DOTALL) if "designer login" in text
    )
    serve, *commands = re.findall(
        r"^(# .+|designer .+)$", block.replace("ABCDE-FGHJK-LMNPQ-RSTUV", _code(service)), re.MULTILINE
    )
    assert serve == "# where the team's designs are to live"

    def at(name: str) -> None:
        opening.forget_sessions()
        monkeypatch.setenv("DESIGNER_DATA_DIR", str(tmp_path / name))

    def run(*words: str, stdin: str | None = None) -> Ran:
        done = designer(*words, stdin=stdin)
        assert done.code == 0, done.err
        return done

    count = {"first": 0, "second": 0}
    for line in commands[1:]:
        if line.startswith("#"):
            who = line.split()[2]
            at(who)
            continue
        count[who] += 1
        words = shlex.split(line, comments=True)[1:]
        said = run(*(service.url if word.startswith("http") else word for word in words), stdin=PASSWORD)
    assert count == {"first": 3, "second": 4}
    assert "posts" in said.out
    assert "bob" not in run("invitations").err
    dk.open("team:Team/blog").add_entity("reviews", "id bigint primary key")
    at("first")
    assert "reviews" in run("ddl", "team:Team/blog").out
    assert designer("invite", "bob", "--to", "nowhere").code == 1
    asked = remote.Service(LoginFile())  # another workspace of this name
    second = asked.ask("POST", "/api/workspaces", body={"name": "Team"})["id"]
    asked.ask("POST", f"/api/workspaces/{second}/invitations", body={"username": "bob", "role": "editor"})
    asked.close()
    at("second")
    joined = run("invitations", "--accept")
    assert (joined.out, f"team:{second}/…" in joined.err) == ("Team  as an editor, by ada\n", True)
    ambiguous = designer("ddl", "team:Team/blog")
    assert (ambiguous.code, f"team:{second}/blog" in ambiguous.err) == (1, True)
    at("first")
    kept = tmp_path / "first" / "login.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    run("logout")
    assert not kept.exists()
    assert "nobody was logged in" in run("logout").err
    at("second")


def test_only_invitations_of_one_person_are_accepted_at_once_and_a_stale_one_stops_none(
    owner: Service,
    own_data_directory: Path,
    designer: Callable[..., Ran],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    for name in ("bob", "eve"):
        remote.register(owner.url, name, f"{name}@example.org", PASSWORD)
    rooms = {}
    for name, names in (("ada", ("stale", "good")), ("eve", ("trap",))):
        monkeypatch.setenv("DESIGNER_DATA_DIR", str(tmp_path / name))
        remote.log_in(owner.url, name, PASSWORD)
        asked = remote.Service(LoginFile())
        for room in names:
            rooms[room] = asked.ask("POST", "/api/workspaces", body={"name": room})["id"]
            body = {"username": "bob", "role": "editor"}
            asked.ask("POST", f"/api/workspaces/{rooms[room]}/invitations", body=body)
        asked.close()
    with owner.team.store.transaction() as session:
        session.execute(delete(Membership).where(Membership.workspace_id == UUID(rooms["stale"])))
    monkeypatch.setenv("DESIGNER_DATA_DIR", str(tmp_path / "bob"))
    remote.log_in(owner.url, "bob", PASSWORD)
    opening.forget_sessions()
    refused = designer("invitations", "--accept")
    assert (refused.code, "ada, eve" in refused.err, "--from NAME" in refused.err) == (1, True, True)
    assert "--from NAME" in designer("invitations").err
    partly = designer("invitations", "--accept", "--from", "ada")
    assert (partly.code, "not accepted: stale, by ada" in partly.err) == (1, True)
    asked = remote.Service(LoginFile())
    assert [room["name"] for room in asked.ask("GET", "/api/workspaces")["items"]] == ["good"]
    asked.close()
    opening.forget_sessions()


def _code(service: Service) -> str:
    code = offer_code(service.team)
    assert code is not None
    return code


def test_what_is_typed_wrongly_is_told(owner: Service, own_data_directory: Path, designer: Callable[..., Ran]) -> None:
    wrong = designer("login", owner.url, "ada", stdin="another\n")
    assert (wrong.code, LoginFile().read()) == (1, None)
    assert "another" not in wrong.err + wrong.out
    assert designer("login", "http://designs.example.org", "ada", stdin=PASSWORD).code == 1
    assert designer("login", owner.url, "bob", "--code", "x", stdin=PASSWORD).code == 2
    assert designer("login", owner.url, "bob", "--register", stdin=PASSWORD).code == 2


def test_a_password_is_changed_at_none_but_the_service_that_was_meant(
    owner: Service, own_data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process logs in elsewhere meanwhile: its token, and these passwords, are not for one another."""
    login, logins, asked = remote.log_in(owner.url, "ada", PASSWORD), LoginFile(), remote.Service.ask
    elsewhere = replace(login, url="https://elsewhere.example.org", access="a token of elsewhere")

    def ask(service: remote.Service, *given: Any) -> Any:
        said = asked(service, *given)
        logins.write(elsewhere)
        return said

    monkeypatch.setattr(remote.Service, "ask", ask)
    with pytest.raises(NotLoggedIn, match="log-in of ada has ended") as refused:
        remote.change_password(PASSWORD, "seven amber herons")
    assert (refused.value.where, logins.read()) == (owner.url, elsewhere)


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("http://localhost:8000/api", "http://localhost:8000"),
        (" https://designs.example.org/team/ ", "https://designs.example.org/team"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://designs.example.org", None),
        ("http://127.0.0.1.example.org", None),
        ("https://ada:secret@example.org", None),
        ("ftp://127.0.0.1", None),
        ("https://example.org/?a", None),
        ("https://example.org:notaport", None),
        ("designs", None),
        ("", None),
    ],
)
def test_passwords_travel_encrypted_or_stay_on_the_machine(url: str, kept: str | None) -> None:
    if kept is not None:
        assert address(url) == kept
        return
    with pytest.raises(BadInput) as caught:
        address(url)
    assert "secret" not in str(caught.value)


def test_tokens_are_renewed_by_one_at_a_time(owner: Service, own_data_directory: Path) -> None:
    """A refresh token that comes twice would end the log-in."""
    remote.log_in(owner.url, "ada", PASSWORD)
    logins = LoginFile()
    first = logins.read()
    assert first is not None
    assert (first.access in repr(first), first.refresh in repr(first)) == (False, False)
    logins.write(replace(first, until=time.time()))
    services = [remote.Service(logins) for _ in range(4)]
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda one=one: found.append(one.ask("GET", "/api/auth/me")["username"]))
        for one in services
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["ada"] * 8
    second = logins.read()
    assert second is not None
    assert second.access != first.access
    # ended early: the answer is 401, and it is renewed then, too
    logins.write(replace(second, access=second.access[:-2]))
    assert remote.Service(logins).ask("GET", "/api/auth/me")["username"] == "ada"
    services[0].ask("POST", "/api/auth/logout-everywhere")
    for one in services:
        with pytest.raises(NotLoggedIn, match="has ended"):
            one.ask("GET", "/api/auth/me")
        one.close()


def test_a_log_in_that_others_can_read_is_not_used(own_data_directory: Path) -> None:
    logins = LoginFile()
    assert logins.read() is None
    logins.write(Login("http://127.0.0.1:1", new_id(), "ada", "a", "r", 0.0))
    os.chmod(logins.path, 0o644)  # noqa: PTH101
    with pytest.raises(DesignerError, match="others may read"):
        logins.read()
    os.chmod(logins.path, 0o600)  # noqa: PTH101
    logins.path.write_text(json.dumps({"url": "x"}))
    with pytest.raises(DesignerError, match="no log-in"):
        logins.read()
    logins.forget()
    with pytest.raises(NotLoggedIn):
        remote.Service(logins)
    dk.logout()
    logins.write(Login("http://127.0.0.1:1", new_id(), "ada", "a", "r", 0.0))
    dk.logout()
    assert logins.read() is None


def test_a_service_that_is_away_is_told_and_heard_again(
    people: tuple[Sessions, Sessions], service: Service, tmp_path: Path
) -> None:
    from tests.designer_kernel.studio.team.remote.test_remote_sessions import add, shown

    ada, bob = people
    project = opening.make_shared("team:shop/p", sessions=ada)
    with running(service.app) as other:
        logins = LoginFile(tmp_path / "bob" / "login.json")
        login = logins.read()
        assert login is not None
        logins.write(replace(login, url=other))
        away = remote.Service(logins)
        assert away.ask("GET", "/api/auth/me")["username"] == "bob"
    with pytest.raises(StoreUnavailable, match="does not answer") as caught:
        away.ask("GET", "/api/auth/me")
    assert (exit_code(caught.value), "designer serve" in caught.value.mend) == (Exit.SERVER, True)
    assert login.access not in str(caught.value)
    away.close()
    project.apply(add("users"))
    there = opening.open_shared("team:shop/p", sessions=bob)
    project.apply(add("orders"))
    assert shown(there, 3).design == project.design
