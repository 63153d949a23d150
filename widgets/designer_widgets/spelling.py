"""Mends in the words of the designer: where to click, instead of what to write in Python."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from designer_kernel.errors import DesignerError

WAYS_OUT: Final = ("allow_missing", "replace")
"""Options of work that its refusals may offer."""

_WORDS: Final = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (
            r"use replace=True to empty the tables that are filled, or tables=….*",
            "tick “Replace the rows that are there” to empty the tables that are filled",
        ),
        (r"leave the table out by tables=…", "deploy to a database of its own"),
        (r"(^|[,;] )(or )?[^,;]*\btables=…[^,;]*", ""),
        (
            r"or leave out what needs it: allow_missing=True|or allow leaving out what needs it \(allow_missing\)",
            "or tick “Leave out what the server lacks”",
        ),
        (r"allow_missing=True", "tick “Leave out what the server lacks”"),
        (r"replace=True", "tick “Replace the rows that are there”"),
        (r"\bentity\.add_check\((['\"])(.*?)\1\)", r"Keys & indexes → Checks, for instance \2"),
        (r"\bentity\.add_(key|unique)\(.*?\)", "Keys & indexes → Unique keys"),
        (r"\bentity\.add_index\(.*?\)", "Keys & indexes → Indexes"),
        (r"\bproject\.(relate|add_relationship)\(.*?\)", "Relationship in the bar at the top"),
        (r"deploy first: project\.deploy\(\)", "press Deploy first"),
        (r"\bproject\.deploy\(\)", "press Deploy first"),
        (
            r"project\.reload\(\) takes their version; project\.save_as\(path\) keeps yours beside it",
            "in a cell of the notebook, project.reload() takes their version; project.save_as(path) keeps yours",
        ),
    )
)


def shown(error: DesignerError) -> dict[str, Any]:
    """Return an error's fields with its mend in the words of the designer; ``way_out`` if a button can mend it."""
    fields = error.as_dict()
    ways = [name for name in WAYS_OUT if f"{name}=True" in error.mend or f"({name})" in error.mend]
    return fields | {"mend": in_words(error.mend)} | ({"way_out": ways[0]} if ways else {})


def in_words(mend: str) -> str:
    """Return a mend in the words of the designer."""
    for pattern, words in _WORDS:
        mend = pattern.sub(words, mend)
    return mend.strip(" ,;")
