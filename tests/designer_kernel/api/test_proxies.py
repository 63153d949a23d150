"""From where requests come: proxies that are named are believed, and nobody else."""

from __future__ import annotations

import logging
from ipaddress import ip_network

import httpx
import pytest

from designer_kernel.api.app import create_app
from designer_kernel.api.proxies import Proxies
from designer_kernel.api.settings import Rate, Settings, of_environment
from designer_kernel.errors import DesignerError
from designer_kernel.store.engine import Store
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.api.conftest import running

TRUSTED = (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


def scope(peer: str | None, *forwarded: str) -> dict[str, object]:
    headers = [(b"X-Forwarded-For", one.encode("latin-1")) for one in forwarded]
    return {"client": (peer, 5000) if peer else None, "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "found"),
    [
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["1.2.3.4, 192.0.2.1, 10.0.0.2"], "192.0.2.1"),  # who asked wrote 1.2.3.4 themselves
        ("127.0.0.1", ["1.2.3.4", "192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", ["10.0.0.3, 10.0.0.2"], "10.0.0.3"),  # all of them are proxies
        ("192.0.2.9", ["1.2.3.4"], "192.0.2.9"),  # not a proxy of ours
        ("127.0.0.1", ["192.0.2.1, nonsense, 10.0.0.2"], "10.0.0.2"),
        ("127.0.0.1", ["", ","], "127.0.0.1"),
        ("127.0.0.1", ["192.0.2.1:443"], "192.0.2.1"),
        ("fd00::1", ["[2001:db8::1]:443"], "2001:db8::1"),
        ("::ffff:10.0.0.1", ["::ffff:192.0.2.1"], "192.0.2.1"),
        ("127.0.0.1", [",".join(["192.0.2.1"] + ["10.0.0.2"] * 1000)], "10.0.0.2"),
        ("not an address", ["192.0.2.1"], "not an address"),
        (None, ["192.0.2.1"], ""),
    ],
)
def test_the_first_who_is_no_proxy_asks(peer: str | None, forwarded: list[str], found: str) -> None:
    assert Proxies(TRUSTED).address_of(scope(peer, *forwarded)) == found


def test_without_any_nobody_is_believed_and_that_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    proxies = Proxies(())
    with caplog.at_level(logging.WARNING, "designer_kernel.api"):
        for _ in range(3):
            assert proxies.address_of(scope("127.0.0.1", "192.0.2.1")) == "127.0.0.1"
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "a proxy that is not named in DESIGNER_TRUSTED_PROXIES"
    ]


def test_they_are_named_in_the_environment() -> None:
    found = of_environment({"DESIGNER_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8"})
    assert found.trusted_proxies == TRUSTED[:2]
    for nonsense in ("proxy.example", "10.0.0.1/8", "*"):
        with pytest.raises(DesignerError) as refusal:
            of_environment({"DESIGNER_TRUSTED_PROXIES": nonsense})
        assert refusal.value.where == "DESIGNER_TRUSTED_PROXIES"


def test_who_guesses_behind_a_proxy_keeps_nobody_else_out(api_store: Store) -> None:
    settings = Settings(entrance_rate=Rate(1, 2), trusted_proxies=TRUSTED)
    asked = {"username": "ada", "password": "not this one"}
    with running(create_app(Team(api_store), settings)) as url, httpx.Client(base_url=url) as client:

        def log_in(address: str) -> int:
            return client.post("/api/auth/login", json=asked, headers={"X-Forwarded-For": address}).status_code

        assert [log_in(f"198.51.100.{number}, 192.0.2.1") for number in range(3)] == [401, 401, 429]
        assert log_in("192.0.2.2") == 401
        assert [log_in(f"2001:db8:0:1::{number}") for number in range(3)] == [401, 401, 429]  # one customer's
        assert log_in("2001:db8:0:2::1") == 401
