"""Words that faces share. Mends are written as Python calls; each face that is not Python says them in its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from designer_kernel.errors import DesignerError

Spelling = Sequence[tuple[re.Pattern[str], str]]
"""Patterns of Python's words, and what a face says instead; an empty text leaves them out."""


def spelling(*pairs: tuple[str, str]) -> Spelling:
    """Return the spelling of a face, tried in this order."""
    return tuple((re.compile(pattern), words) for pattern, words in pairs)


def respelled(error: DesignerError, words: Spelling) -> DesignerError:
    """Return an error whose mend is told in the words of a face."""
    for pattern, instead in words:
        error.mend = pattern.sub(instead, error.mend)
    error.mend = error.mend.strip(" ,;")
    error.args = (error.what, error.where, error.mend)
    return error


def a(word: str) -> str:
    """Return ``an editor``, ``a viewer``."""
    return f"{'an' if word[:1] in 'aeiou' else 'a'} {word}"
