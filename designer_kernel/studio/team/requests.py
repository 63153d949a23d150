"""Requests that their author knows by a text, so that what is sent again is not done again."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from typing import TYPE_CHECKING, Any

from designer_kernel.studio.team.refusals import AlreadyThere, BadInput

if TYPE_CHECKING:
    from designer_kernel.design.edits import Edit


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asked for, under a text of their own.

    Attributes
    ----------
    request
        The text.
    digest
        Of what was asked for as it was sent: ids that are drawn when it is read are no part of it.
    """

    request: str
    digest: str

    def refuse_other(self) -> None:
        """Refuse: something else was asked for under this text before.

        Raises
        ------
        AlreadyThere
            Always.
        """
        raise AlreadyThere(
            "this request was another one", where="request", mend="give everything that is asked a text of its own"
        )


def asked(request: str | None, what: Edit | dict[str, Any]) -> Asked | None:
    """Return what somebody asked for; nothing if they gave no text for it.

    Raises
    ------
    BadInput
        If the text cannot be one.
    """
    if request is None:
        return None
    if not 0 < len(request) <= 255 or "\x00" in request:
        raise BadInput("this cannot name a request", where="request", mend="give 1 to 255 characters")
    data = what if isinstance(what, dict) else what.model_dump(mode="json")
    return Asked(request, sha256(dumps(data, default=str).encode()).hexdigest())
