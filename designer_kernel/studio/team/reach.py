"""Where connections may lead: anywhere from one's own notebook, to public addresses from a server that others use.

A name is resolved once, what it resolves to is judged, and libpq is told that address (``hostaddr``): no second answer
of a name server leads elsewhere. Beside it libpq is told all that it would else take from the server's own environment
and home: its password file, its client certificate, its tickets.
"""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Final

from psycopg import pq

from designer_kernel.errors import DesignerError
from designer_kernel.studio.faces import serves_others
from designer_kernel.studio.locations import data_directory
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.addresses import FIELD, Address
from designer_kernel.studio.team.refusals import BadInput

NETWORKS: Final = "DESIGNER_ALLOWED_NETWORKS"
"""Environment variable with networks that connections of a server may lead to beside public ones, between commas:
``10.1.0.0/16, 127.0.0.1``; ``unix`` stands for sockets."""

SERVED: Final = "DESIGNER_SERVER_MODE"
"""Environment variable that, if set, makes notebooks, the shell and one's own pages as careful as a server."""

CONNECT_SECONDS: Final = 10
"""How long a log-in may take if the connection string does not say."""

Ip = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_METADATA: Final = {
    ip_address(text) for text in ("169.254.169.254", "168.63.129.16", "100.100.100.200", "fd00:ec2::254")
}
"""Where clouds tell their machines who they are. One is a public address."""

_NAT64: Final = ip_network("64:ff9b::/96")
_COMPATIBLE: Final = ip_network("::/96")
_NOWHERE: Final = "/nonexistent/schema-designer"


class NotReachable(BadInput):
    """An address that connections of this server may not lead to, or a name that leads nowhere."""

    code = "address_refused"


@dataclass(frozen=True, slots=True)
class Reach:
    """Where connections may lead.

    Attributes
    ----------
    is_local
        Whether it is the person's own machine that connects: they reach whatever they reach anyway.
    networks
        What a server may reach beside public addresses.
    has_sockets
        Whether it may reach Unix sockets.
    certificates
        Where the root certificates are that ``sslrootcert`` names.
    """

    is_local: bool = False
    networks: tuple[Network, ...] = ()
    has_sockets: bool = False
    certificates: Path = field(default_factory=lambda: data_directory() / "certificates")


def reach_of(actor: Actor) -> Reach:
    """Return where an actor's connections may lead: that depends on whose process it is.

    Raises
    ------
    DesignerError
        If ``DESIGNER_ALLOWED_NETWORKS`` cannot be read.
    """
    words = [word.strip() for word in os.environ.get(NETWORKS, "").split(",") if word.strip()]
    try:
        networks = tuple(ip_network(word) for word in words if word != "unix")
    except ValueError as error:
        raise DesignerError(str(error), where=NETWORKS, mend="write networks such as 10.1.0.0/16, or unix") from None
    is_own = not serves_others(actor.face) and not os.environ.get(SERVED)
    return Reach(is_own, networks, "unix" in words)


def pinned(address: Address, reach: Reach, *, seconds: float = 60.0) -> dict[str, str]:
    """Return what libpq is told to reach an address, the password apart.

    Parameters
    ----------
    seconds
        How long the name server is waited for at most.

    Raises
    ------
    NotReachable
        If it leads where it may not.
    """
    parameters = {"connect_timeout": str(CONNECT_SECONDS), **address.parameters, **_certificate(address, reach)}
    if reach.is_local:
        return parameters
    parameters |= _own_nothing()
    if not address.host or address.host.startswith(("/", "@")):
        if address.host and reach.has_sockets:
            return parameters
        raise NotReachable("sockets of this machine are not reached from here", where=FIELD, mend="name a host")
    found = resolved(address.host, address.port, min(seconds, float(parameters["connect_timeout"])))
    for ip in found:
        refusal = judged(ip, reach.networks)
        if refusal:
            raise NotReachable(
                f"connections from here may not lead to {refusal} addresses",
                where=FIELD,
                mend=f"give a public host, or let who runs this server add its network to {NETWORKS}",
            )
    of_families: dict[int, str] = {}
    for ip in found:
        of_families.setdefault(ip.version, str(ip))
    chosen = list(of_families.values())
    return parameters | {  # the name stays: certificates are checked for it
        "host": ",".join([address.host] * len(chosen)),
        "hostaddr": ",".join(chosen),
        "port": ",".join([str(address.port)] * len(chosen)),
    }


def resolved(host: str, port: int, seconds: float) -> list[Ip]:
    """Return the addresses of a host, as the system resolves it: decimal and octal ones become plain.

    Raises
    ------
    NotReachable
        If it has none, or that takes too long.
    """
    found: list[Ip] = []

    def resolve() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):  # unknown, or no name at all
            return
        for family, _, _, _, place in answers:
            if family in (socket.AF_INET, socket.AF_INET6):
                found.append(ip_address(str(place[0])))

    thread = threading.Thread(target=resolve, name="designer-resolve", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive() or not found:
        raise NotReachable("the host has no address that can be found", where=FIELD, mend="correct the host")
    return list(dict.fromkeys(found))


def judged(ip: Ip, networks: tuple[Network, ...] = ()) -> str:
    """Return why an address may not be reached, in a word; nothing if it may.

    An address that holds another one (mapped, 6to4, Teredo, NAT64) must be fit to be reached as both.
    """
    for each in _layers(ip):
        if any(each in network for network in networks if network.version == each.version):
            continue
        refusal = _kind(each)
        if refusal:
            return refusal
    return ""


def _kind(ip: Ip) -> str:
    if ip in _METADATA:
        return "metadata"
    if ip.is_loopback:
        return "loopback"
    if ip.is_link_local:
        return "link-local"
    if ip.is_multicast or ip.is_unspecified or ip.is_reserved:
        return "reserved"
    return "" if ip.is_global else "private"


def _layers(ip: Ip) -> list[Ip]:
    if isinstance(ip, IPv4Address):
        return [ip]
    if ip.ipv4_mapped is not None:  # the same place, written longer
        return [ip.ipv4_mapped]
    inner: list[Ip] = [ip]
    if ip.sixtofour is not None:
        inner.append(ip.sixtofour)
    if ip.teredo is not None:
        inner += ip.teredo
    if ip in _NAT64 or (ip in _COMPATIBLE and int(ip) > 1):
        inner.append(IPv4Address(int(ip) & 0xFFFFFFFF))
    return inner


def _own_nothing() -> dict[str, str]:
    """Return what keeps libpq from lending a stranger what is the server's own: passwords, certificates, tickets."""
    kept = {"passfile": _NOWHERE, "sslcert": _NOWHERE, "options": "", "gssencmode": "disable", "password": ""}
    if pq.version() >= 160000:
        kept |= {"sslcertmode": "disable", "require_auth": "!gss,!sspi"}
    return kept


def _certificate(address: Address, reach: Reach) -> dict[str, str]:
    name = address.parameters.get("sslrootcert")
    if name is None or name == "system":
        return {}
    file = reach.certificates / f"{name}.pem"
    if not file.is_file():
        raise NotReachable(
            "there is no root certificate of this name", where=FIELD, mend="let who runs the designer put it there"
        )
    return {"sslrootcert": str(file)}
