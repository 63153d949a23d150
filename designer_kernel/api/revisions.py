"""Revisions as entity tags: what is sent with ``If-Match`` is what the asker has seen."""

from __future__ import annotations

import re
from typing import Annotated, Final

from fastapi import Header, Response

from designer_kernel.api.errors import Refused
from designer_kernel.studio.team.rows import ANY

_TAG: Final = re.compile(r'"(\d{1,18})"')

_ROW_TAG: Final = re.compile(r'"([!#-~]{1,100})"')

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="The `ETag` of what you have seen: the revision that your change is made on.",
        examples=['"7"'],
        # an entity tag of RFC 9110, section 8.8.3; one that is weak or was never given is the state of nothing: 412
        pattern=r'^(\*|(W/)?"[!#-~]{1,100}")$',
    ),
]


def tag(response: Response, revision: int) -> None:
    """Say which revision an answer shows."""
    response.headers["ETag"] = f'"{revision}"'


def seen(if_match: str | None) -> int | None:
    """Return the revision that the asker has seen; nothing if they did not say, or take any (``*``).

    Raises
    ------
    Refused
        If it is no tag of ours: then it cannot be the state of anything.
    """
    if if_match is None or if_match == "*":
        return None
    found = _TAG.fullmatch(if_match)
    if found is None:
        raise Refused(412, "no state has this tag", where="If-Match", mend="read it again, and send its ETag")
    return int(found.group(1))


def row_seen(if_match: str | None) -> str:
    """Return the revision of a row that the asker has seen; that of any if they did not say.

    Raises
    ------
    Refused
        If it is no tag of ours.
    """
    if if_match is None or if_match == "*":
        return ANY
    found = _ROW_TAG.fullmatch(if_match)
    if found is None:
        raise Refused(412, "no row has this tag", where="If-Match", mend="read it again, and send its ETag")
    return found.group(1)
