"""From where a request comes, also through proxies: only those that are named are believed what they say of others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from itertools import islice
from typing import Final

from starlette.types import Scope

from designer_kernel.api import logs
from designer_kernel.api.settings import Network

FORWARDED: Final = b"x-forwarded-for"

Ip = IPv4Address | IPv6Address

_MOST: Final = 50
"""Proxies on the way that are looked at."""


class Proxies:
    """The proxies that stand before the service.

    Parameters
    ----------
    trusted
        Their networks. Without any, whoever connects is who asks, whatever they say.
    """

    def __init__(self, trusted: Sequence[Network]) -> None:
        self._trusted = tuple(trusted)
        self._has_warned = False

    def address_of(self, scope: Scope) -> str:
        """Return the address that a request comes from; empty if that is not known.

        Each proxy adds to the right of ``X-Forwarded-For`` who asked it. So it is read from the right for as long as it
        was written by one that is trusted; what stands further left, anybody may have made up.
        """
        client = scope.get("client")
        peer = _read(client[0]) if client else None
        if peer is None:
            return client[0] if client else ""
        given = [value for name, value in scope["headers"] if name.lower() == FORWARDED]
        if given and not self._trusted:
            self._warn()
        if not given or not self._is_trusted(peer):
            return str(peer)
        return str(self._first_stranger(peer, _from_the_right(given)))

    def _first_stranger(self, peer: Ip, said: Iterable[str]) -> Ip:
        for text in islice(said, _MOST):
            found = _read(text)
            if found is None:  # nobody's address: the last one that is known counts
                break
            peer = found
            if not self._is_trusted(peer):
                break
        return peer

    def _is_trusted(self, ip: Ip) -> bool:
        return any(ip.version == network.version and ip in network for network in self._trusted)

    def _warn(self) -> None:
        """Tell once that there seems to be a proxy for which all who ask look like one."""
        if not self._has_warned:
            self._has_warned = True
            logs.warning("a proxy that is not named in DESIGNER_TRUSTED_PROXIES: all who ask through it count as one")


def _from_the_right(values: list[bytes]) -> Iterable[str]:
    for value in reversed(values):
        yield from reversed(value.decode("latin-1").split(","))


def _read(text: str) -> Ip | None:
    """Return an address, without the port that some proxies write behind it."""
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    try:
        found = ip_address(plain.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
