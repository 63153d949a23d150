"""Who acts: a person, from somewhere, within one request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from designer_kernel.design.identity import new_id


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something.

    Attributes
    ----------
    user
        The person; ``None`` is a stranger, who may do nothing but log in and register.
    name
        What logs and other people's screens say.
    face
        Through what: the notebook, the shell, the API.
    address
        From where, if that is known: an IP address.
    request
        Tells what belongs together in logs and audit rows.
    session
        The log-in that this belongs to; ``None`` where there is none, as in a local notebook.
    """

    user: UUID | None
    name: str
    face: Literal["notebook", "shell", "api", "dashboard"] = "api"
    address: str = ""
    request: str = field(default_factory=lambda: str(new_id()))
    session: UUID | None = None


def stranger(address: str = "", face: Literal["notebook", "shell", "api", "dashboard"] = "api") -> Actor:
    """Return somebody who has not said who it is."""
    return Actor(None, "a stranger", face, address)
