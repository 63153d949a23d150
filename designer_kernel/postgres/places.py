"""Databases that are spoken of without their connection string: a URL of this process that says nothing.

Whatever works on a database takes a URL, passes it on, and names it in errors. Where the true one is somebody's secret,
it stays here, and a host that nobody can resolve stands for it: while the block runs, and in this process alone.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from designer_kernel.errors import ServerUnavailable

DOMAIN: Final = ".connection.invalid"
"""End of the hosts that stand for others; no name server knows any (RFC 6761)."""

_NO_HOST: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    parameters: Mapping[str, str]
    password: Callable[[], str | None]


_places: Final[dict[str, _Place]] = {}


@contextmanager
def place(name: str, parameters: Mapping[str, str], password: Callable[[], str | None]) -> Iterator[str]:
    """Yield a URL that stands for a database while the block runs.

    Parameters
    ----------
    name
        What it is called where it is shown.
    parameters
        What libpq is told, without the password.
    password
        Gives the password when a connection is made.
    """
    slug = _NO_HOST.sub("-", name.lower()).strip("-")[:40]
    host = f"{slug or 'database'}-{secrets.token_hex(8)}{DOMAIN}"
    _places[host] = _Place(name, dict(parameters), password)
    try:
        yield f"postgresql://{host}/"
    finally:
        del _places[host]


def is_place(host: object) -> bool:
    """Whether a host stands for another one."""
    return str(host).endswith(DOMAIN)


def name_of(host: object) -> str:
    """Return what the database is called that a host stands for; an empty text for any other host."""
    found = _places.get(str(host))
    return f"connection {found.name}" if found is not None else ""


def parameters_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters as libpq is to be told them, but for the password.

    Raises
    ------
    ServerUnavailable
        If the host stood for another one, and the block is over.
    """
    if not is_place(given.get("host", "")):
        return dict(given)
    found = _found(given)
    own = {key: value for key, value in given.items() if key == "dbname" and value}
    return {**found.parameters, **own}


def password_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the password that belongs to parameters whose host stands for another one, as a parameter."""
    if not is_place(given.get("host", "")):
        return {}
    password = _found(given).password()
    return {} if password is None else {"password": password}


def _found(given: Mapping[str, Any]) -> _Place:
    found = _places.get(str(given.get("host")))
    if found is None:
        raise ServerUnavailable("this connection is not open any more", mend="open it again, by its name")
    return found
