"""Where connections of a server may lead, in all the ways that an address can be written, and rebinding."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.errors import DesignerError
from designer_kernel.studio import faces
from designer_kernel.studio.faces import face_here
from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.addresses import parse
from designer_kernel.studio.team.audit import reading
from designer_kernel.studio.team.people.local import actor_here
from designer_kernel.studio.team.reach import NETWORKS, SERVED, NotReachable, Reach, judged, pinned, reach_of
from designer_kernel.studio.team.team import Team

SERVER = Reach()


def answering(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let the name server give these answers, one after the other; return who was asked for."""
    asked: list[str] = []
    left = list(answers)

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        found = left.pop(0)
        return [(socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, port)) for ip in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize(
    ("host", "kind"),
    [
        ("127.0.0.1", "loopback"), ("127.1", "loopback"), ("2130706433", "loopback"), ("0x7f.0.0.1", "loopback"),
        ("0177.0.0.1", "loopback"), ("017700000001", "loopback"), ("[::1]", "loopback"), ("localhost", "loopback"),
        ("[::ffff:127.0.0.1]", "loopback"), ("[::ffff:7f00:1]", "loopback"), ("0.0.0.0", "reserved|private"),
        ("0", "reserved|private"), ("10.0.0.1", "private"), ("172.16.9.9", "private"), ("192.168.1.1", "private"),
        ("0300.0250.1.1", "private"), ("100.64.0.1", "private"), ("169.254.169.254", "metadata"),
        ("2852039166", "metadata"), ("0xa9fea9fe", "metadata"), ("[::ffff:169.254.169.254]", "metadata"),
        ("169.254.1.1", "link-local"), ("[fe80::1]", "link-local"), ("[fd00:ec2::254]", "metadata"),
        ("[fc00::1]", "private"), ("168.63.129.16", "metadata"), ("100.100.100.200", "metadata"),
        ("224.0.0.1", "reserved"), ("255.255.255.255", "reserved"), ("[64:ff9b::7f00:1]", "reserved|loopback"),
        ("[2002:7f00:1::]", "loopback|private"), ("[::127.0.0.1]", "reserved|loopback"), ("[::]", "reserved"),
    ],
)  # fmt: skip
def test_no_spelling_of_an_inner_address_is_reached_from_a_server(host: str, kind: str) -> None:
    with pytest.raises(NotReachable, match=f"may not lead to ({kind}) addresses") as caught:
        pinned(parse(f"postgresql://u:p@{host}/d"), SERVER)
    assert host.strip("[]") not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["postgresql:///d", "postgresql:///d?host=/tmp", "host=@x dbname=d", "dbname=d user=u"]
)
def test_no_socket_is_reached_from_a_server(text: str) -> None:
    with pytest.raises(DesignerError):
        pinned(parse(text), SERVER)


def test_a_public_address_is_pinned_and_nothing_of_the_server_is_lent(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answering(monkeypatch, ["2606:4700::1111", "1.1.1.1", "1.0.0.1"])
    told = pinned(parse("postgresql://u:p@db.example.org:99/d"), SERVER)
    assert asked == ["db.example.org"]
    assert told["host"] == "db.example.org,db.example.org"
    assert told["hostaddr"] == "2606:4700::1111,1.1.1.1"
    assert told["port"] == "99,99"
    assert not Path(told["passfile"]).exists()
    assert not Path(told["sslcert"]).exists()
    assert (told["options"], told["password"], told["gssencmode"]) == ("", "", "disable")
    assert told["connect_timeout"] == "10"


def test_a_name_with_an_inner_address_among_others_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, ["1.1.1.1", "10.0.0.5"])
    with pytest.raises(NotReachable, match="private"):
        pinned(parse("postgresql://u@rebind.example.org/d"), SERVER)


def test_names_without_an_address_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for host in ("nonesuch.invalid", "x" * 300, "a..b"):
        with pytest.raises(NotReachable, match="no address"):
            pinned(parse(f"postgresql://u@{host}/d"), SERVER)


def test_networks_are_let_in_by_configuration_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    api, notebook = Actor(None, "x", "api"), Actor(None, "x", "notebook")
    monkeypatch.setenv(NETWORKS, "10.1.0.0/16, 127.0.0.1,unix")
    reach = reach_of(api)
    assert (reach.is_local, reach.has_sockets) == (False, True)
    assert pinned(parse("postgresql://u@10.1.2.3/d"), reach)["hostaddr"] == "10.1.2.3"
    assert pinned(parse("postgresql://u@/d?host=/tmp"), reach)["host"] == "/tmp"
    with pytest.raises(NotReachable):
        pinned(parse("postgresql://u@10.2.0.1/d"), reach)
    assert reach_of(notebook).is_local
    monkeypatch.setenv(SERVED, "1")
    assert not reach_of(notebook).is_local
    monkeypatch.setenv(NETWORKS, "10.1.0.0/33")
    with pytest.raises(DesignerError, match=r"10\.1\.0\.0/33"):
        reach_of(api)


@pytest.mark.parametrize(
    ("environment", "face", "is_local"),
    [
        ({}, "notebook", True),
        ({"SERVER_SOFTWARE": "voila/0.5.13"}, "dashboard", False),
        ({"VOILA_PREHEAT": "True", "VOILA_BASE_URL": "/"}, "dashboard", False),
        ({"VOILA_BASE_URL": "/", "DESIGNER_OWN_DASHBOARD": "1"}, "dashboard", True),
        ({"VOILA_BASE_URL": "/", "DESIGNER_OWN_DASHBOARD": "1", "JUPYTERHUB_USER": "ada"}, "dashboard", False),
        ({"VOILA_BASE_URL": "/", "DESIGNER_OWN_DASHBOARD": "1", SERVED: "1"}, "dashboard", False),
    ],
)
def test_pages_of_a_server_are_told_apart(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], face: str, is_local: bool
) -> None:
    monkeypatch.setattr(faces, "_faces", ["notebook"])  # commands of other tests said that they are a shell's
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert face_here() == face
    reach = reach_of(Actor(None, "x", face_here()))
    assert reach.is_local is is_local
    if not is_local:
        with pytest.raises(NotReachable, match="loopback"):
            pinned(parse("postgresql://u@127.0.0.1/d"), reach)


def test_the_audit_is_told_of_pages(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """Voilà starts a kernel, in which somebody opens what they share, also in a shell that a cell starts."""
    monkeypatch.setenv("JUPYTERHUB_USER", "eve")
    monkeypatch.setenv("VOILA_BASE_URL", "/")
    monkeypatch.setattr(faces, "_faces", ["shell"])
    actor = actor_here(team, face_here())
    place = team.do(actor, workspaces.create, "shop").id
    assert {row.face for row in team.do(actor, reading.entries, place).rows} == {"dashboard"}


def test_from_an_own_machine_all_is_reached_as_libpq_does() -> None:
    reach = Reach(is_local=True)
    assert pinned(parse("postgresql:///d?host=/tmp"), reach) == {"dbname": "d", "host": "/tmp", "connect_timeout": "10"}


def test_certificates_are_named_not_pathed(tmp_path: Path) -> None:
    reach = Reach(is_local=True, certificates=tmp_path)
    address = parse("postgresql://u@h/d?sslmode=verify-full&sslrootcert=company")
    with pytest.raises(NotReachable, match="no root certificate"):
        pinned(address, reach)
    (tmp_path / "company.pem").write_text("x")
    assert pinned(address, reach)["sslrootcert"] == str(tmp_path / "company.pem")


INNER = [
    ip_network(text) for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16")
]


@given(st.sampled_from(INNER), st.integers(0, 2**32 - 1))
def test_every_inner_address_is_refused_in_every_wrapping(network: Any, number: int) -> None:
    plain = network[number % network.num_addresses]
    value = int(plain)
    wrapped = [plain, ip_address((0xFFFF << 32) | value), ip_address((0x64FF9B << 96) | value),
               ip_address((0x2002 << 112) | (value << 80)), ip_address(value + (0 if value > 1 else 2))]  # fmt: skip
    assert all(judged(ip) for ip in wrapped)
    six = ip_network("64:ff9b::/96")
    assert judged(ip_address(int(six.network_address) | value), (six,)), "what is let in still may not hide another"


@given(st.ip_addresses(v=4).filter(lambda ip: ip.is_global and not ip.is_multicast and str(ip) != "168.63.129.16"))
def test_public_addresses_are_reached(ip: Any) -> None:
    assert judged(ip) == ""
