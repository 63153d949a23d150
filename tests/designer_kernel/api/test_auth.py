"""Registering, logging in and leaving over HTTP."""

from __future__ import annotations

import logging

import httpx
import pytest

from designer_kernel.studio.team.people import offer_code
from tests.designer_kernel.api.conftest import Service, problem

PASSWORD = "nine violet otters"
ADA = {"username": "ada", "email": "ada@example.org", "password": PASSWORD, "full_name": "Ada"}
BOB = {"username": "bob", "email": "bob@example.org", "password": "seven amber herons"}


@pytest.fixture
def nobody(service: Service) -> httpx.Client:
    return service.client()


def bearer(pair: dict[str, str]) -> dict[str, str]:
    return {"Authorization": f"Bearer {pair['access_token']}"}


def register_ada(service: Service, nobody: httpx.Client) -> httpx.Response:
    return nobody.post("/api/auth/register", json=ADA | {"code": offer_code(service.team)})


def test_the_first_owner_has_a_code_and_the_second_person_needs_none(service: Service, nobody: httpx.Client) -> None:
    problem(nobody.post("/api/auth/register", json=ADA), 403, "NOT_ALLOWED")
    problem(nobody.post("/api/auth/register", json=ADA | {"code": "AAAAA-BBBBB"}), 401, "NOT_LOGGED_IN")
    made = register_ada(service, nobody)
    assert (made.status_code, made.json()["username"]) == (201, "ada")
    assert "password" not in made.text
    late = problem(nobody.post("/api/auth/register", json=BOB | {"code": "AAAAA-BBBBB"}), 401, "NOT_LOGGED_IN")
    assert "somebody owns this already" in late["message"]
    assert nobody.post("/api/auth/register", json=BOB).status_code == 201
    problem(nobody.post("/api/auth/register", json=BOB), 409, "ALREADY_THERE")
    weak = nobody.post("/api/auth/register", json=BOB | {"username": "eve", "password": "password1"})
    assert "password1" not in weak.text
    problem(weak, 400, "BAD_INPUT")
    pair = nobody.post("/api/auth/login", json={"username": "ADA@example.org", "password": PASSWORD}).json()
    spaces = nobody.get("/api/workspaces", headers=bearer(pair)).json()["items"]
    assert [space["role"] for space in spaces] == ["owner"]


def test_a_log_in_lasts_until_it_is_ended(
    service: Service, nobody: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    register_ada(service, nobody)
    wrong = [{"username": "ada", "password": "wrong"}, {"username": "nobody", "password": PASSWORD}]
    told = [problem(nobody.post("/api/auth/login", json=body), 401, "NOT_LOGGED_IN")["message"] for body in wrong]
    assert told[0] == told[1]
    first = nobody.post("/api/auth/login", json={"username": "ada", "password": PASSWORD}).json()
    assert (first["token_type"], first["expires_in"] <= 900) == ("bearer", True)
    assert nobody.get("/api/auth/me", headers=bearer(first)).json()["username"] == "ada"
    problem(
        nobody.get("/api/auth/me", headers={"Authorization": f"Bearer {first['refresh_token']}"}), 401, "NOT_LOGGED_IN"
    )
    second = nobody.post("/api/auth/refresh-token", json={"refresh_token": first["refresh_token"]}).json()
    problem(
        nobody.post("/api/auth/refresh-token", json={"refresh_token": first["refresh_token"]}), 401, "NOT_LOGGED_IN"
    )
    problem(nobody.get("/api/auth/me", headers=bearer(second)), 401, "NOT_LOGGED_IN")  # taken twice: all of it ended
    third = nobody.post("/api/auth/login", json={"username": "ada", "password": PASSWORD}).json()
    changed = {"old": PASSWORD, "new": "eleven quiet foxes"}
    fourth = nobody.post("/api/auth/change-password", json=changed, headers=bearer(third)).json()
    problem(nobody.get("/api/auth/me", headers=bearer(third)), 401, "NOT_LOGGED_IN")
    assert nobody.post("/api/auth/logout", headers=bearer(fourth)).status_code == 204
    problem(nobody.get("/api/auth/me", headers=bearer(fourth)), 401, "NOT_LOGGED_IN")
    logged = caplog.text + str([vars(record) for record in caplog.records])
    secrets = [
        PASSWORD,
        "eleven quiet foxes",
        *(one[k] for one in (first, fourth) for k in ("access_token", "refresh_token")),
    ]
    assert not [secret for secret in secrets if secret in logged]


def test_guessing_is_slowed_down(service: Service, nobody: httpx.Client) -> None:
    register_ada(service, nobody)
    for _ in range(12):
        answer = nobody.post("/api/auth/login", json={"username": "ada", "password": "a wrong guess"})
        if answer.status_code == 429:
            break
    problem(answer, 429, "TOO_MANY_ATTEMPTS")
    assert int(answer.headers["retry-after"]) >= 1


def test_who_forgot_their_password_gets_a_code_from_an_owner(service: Service, nobody: httpx.Client) -> None:
    register_ada(service, nobody)
    nobody.post("/api/auth/register", json=BOB)

    def entered(who: dict[str, str]) -> dict[str, str]:
        known = {"username": who["username"], "password": who["password"]}
        return bearer(nobody.post("/api/auth/login", json=known).json())

    ada, bob = entered(ADA), entered(BOB)
    place = nobody.get("/api/workspaces", headers=ada).json()["items"][0]["id"]
    invited = {"username": "bob", "role": "editor"}
    offer = nobody.post(f"/api/workspaces/{place}/invitations", json=invited, headers=ada).json()
    assert nobody.post(f"/api/invitations/{offer['id']}/accept", headers=bob).status_code == 200
    them = f"/api/workspaces/{place}/members/{offer['user']}"
    problem(nobody.post(f"{them}/password-reset", headers=bob), 403, "NOT_ALLOWED")
    made = nobody.post(f"{them}/password-reset", headers=ada)
    assert (made.status_code, made.json()["username"]) == (201, "bob")
    said = {"username": "bob", "code": made.json()["code"], "new": "eleven quiet foxes"}
    problem(nobody.post("/api/auth/reset-password", json=said | {"code": "AAAAA"}), 401, "NOT_LOGGED_IN")
    fresh = nobody.post("/api/auth/reset-password", json=said)
    assert nobody.get("/api/auth/me", headers=bearer(fresh.json())).json()["username"] == "bob"
    problem(nobody.get("/api/auth/me", headers=bob), 401, "NOT_LOGGED_IN")
    problem(nobody.post("/api/auth/reset-password", json=said), 401, "NOT_LOGGED_IN")
    assert nobody.put(f"{them}/active", json={"active": False}, headers=ada).status_code == 204
    problem(nobody.get("/api/auth/me", headers=bearer(fresh.json())), 401, "NOT_LOGGED_IN")
    problem(nobody.put(f"{them}/active", json={"active": 1}, headers=ada), 400, "BAD_INPUT")
    assert nobody.put(f"{them}/active", json={"active": True}, headers=ada).status_code == 204
    again = {"username": "bob", "password": "eleven quiet foxes"}
    assert nobody.post("/api/auth/login", json=again).status_code == 200
