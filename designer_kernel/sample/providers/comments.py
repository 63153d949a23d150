"""What a column's comment says it holds, for columns whose names say nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_FILLERS: Final = frozenset(
    {"the", "a", "an", "of", "for", "der", "die", "das", "des", "le", "la", "les", "du", "de", "el"}
)
_VAGUE: Final = frozenset(
    {"name", "code", "number", "text", "value", "title", "label", "type", "id", "key", "note", "content"}
)
"""Words that say nothing unless the column itself is called so."""

_MOST: Final = 8


@lru_cache(maxsize=4096)
def said_by(comment: str) -> tuple[str, ...]:
    """Return what a comment may name, as names of columns: longer phrases before shorter ones.

    Only its beginning counts, up to the first full stop, semicolon, colon or bracket.
    """
    head = re.split(r"[.;:(\[\n]", comment, maxsplit=1)[0].lower().replace("e-mail", "email")
    tokens = [word for word in re.findall(r"[^\W_]+", head) if word not in _FILLERS][:_MOST]
    phrases = ["_".join(tokens[i : i + n]) for n in (3, 2, 1) for i in range(len(tokens) - n + 1)]
    return tuple(phrase for phrase in phrases if phrase not in _VAGUE)
