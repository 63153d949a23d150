"""Names of workspaces and people: one line, in which nothing is hidden that could make one look like another.

Patterns are written so that all who check them read them alike: Python, the API's parser and readers of its document.
"""

from __future__ import annotations

import re
from typing import Final

from designer_kernel.studio.team.refusals import BadInput

_HIDDEN: Final = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    f"{chr(0xE0000)}-{chr(0xE007F)}"
)
"""Controls, ends of lines, and what is not seen: marks of direction, spaces and joiners without a width, tags."""

_JOINED: Final = (
    r"[\u0600-\u061b\u061d-\u109f\u1780-\u180d\u180f-\u18af\ua8e0-\ua8ff\uaa60-\uaa7f\ufb50-\ufdff\ufe70-\ufefc]"
)
"""Letters and their marks of scripts that need joiners (U+200C, U+200D): Arabic, those of India, and their like."""

_GROUP: Final = rf"{_JOINED}(?:[\u200c\u200d]{_JOINED})+"
_PART: Final = rf"(?:[^{_HIDDEN}]|{_GROUP})"

LINE: Final = rf"^{_PART}*$"
"""One line, which may be empty."""

NAME: Final = rf"^{_PART}*(?:[^\s{_HIDDEN}]|{_GROUP}){_PART}*$"
"""One line, not only spaces."""

LONGEST: Final = 255

_LONE: Final = re.compile(r"[\ud800-\udfff]")
"""Halves of characters, which are no text; no JSON brings them as far as to a pattern."""

_LINE: Final = re.compile(LINE[1:-1])
_NAME: Final = re.compile(NAME[1:-1])


def is_line(text: str) -> bool:
    """Whether a text is one line that hides nothing."""
    return _LINE.fullmatch(text) is not None and _LONE.search(text) is None


def checked(name: str, where: str = "name") -> str:
    """Return a name without the spaces around it.

    Raises
    ------
    BadInput
        If it cannot be one.
    """
    plain = name.strip()
    if not plain or len(plain) > LONGEST:
        raise BadInput("this cannot be a name", where=where, mend=f"give 1 to {LONGEST} characters of one line")
    if _NAME.fullmatch(plain) is None or _LONE.search(plain) is not None:
        raise BadInput(
            "this cannot be a name: it has characters that are not seen",
            where=where,
            mend="leave out line breaks, controls, marks of direction and what has no width",
        )
    return plain
