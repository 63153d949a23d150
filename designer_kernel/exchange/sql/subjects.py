"""What a statement is about, in one word: the ids of its mends end with it, so that people can tell them apart."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from designer_kernel.exchange.sql.splitting import Piece

_TOKEN: Final = re.compile(
    r"""
      \s+ | --[^\n]* | /\*.*?\*/
    | (?P<name> (?:"(?:[^"]|"")+"|[^\W\d][\w$]*) (?:\s*\.\s*(?:"(?:[^"]|"")+"|[^\W\d][\w$]*))*)
    | .
    """,
    re.VERBOSE | re.DOTALL,
)
_PART: Final = re.compile(r'"((?:[^"]|"")+)"|([^\W\d][\w$]*)')
_PLAIN: Final = re.compile(r"[\w$-]+\Z")
_VERBS: Final = frozenset({"create", "alter", "drop"})
_PLACE_OF_KIND: Final = 2
"""Which word after such a verb says what kind of object it is about, if it is spelled right."""

_SEEN: Final = 40
"""How many tokens are looked at."""

_KEYWORDS: Final = frozenset(
    re.findall(
        r"\w+",
        """
    access add after aggregate all alter as before cascade cast class collation column comment concurrently
    configuration constraint conversion create data default deferrable delete dictionary do domain drop each event
    exists extension family for foreign from function global grant if in index insert instead into is key language
    large local mapping materialized method not null object of on only operator or parser policy privileges
    procedural procedure publication recursive references refresh replace restrict revoke role routine row rule
    schema search select sequence server set statement statistics subscription table tablespace temp template
    temporary text to transform trigger trusted type unique unlogged update user using values view when with wrapper
    """,
    )
)
"""Words of SQL that stand before the name of what a statement makes or changes."""


def subjects(pieces: Iterable[Piece]) -> dict[int, str]:
    """Return what each statement of a script is about, by its number; no two have the same.

    It is the name of what is made or changed, without its schema; the line is added where two would be the same, and
    stands alone where there is no such name.
    """
    found = [(piece, _name(piece.sql)) for piece in pieces]
    often = Counter(name for _, name in found)
    result: dict[int, str] = {}
    taken: set[str] = set()
    for piece, name in found:
        place = f"line-{piece.line}" if not name else name if often[name] == 1 else f"{name}@{piece.line}"
        if place in taken:  # several on one line
            place = f"{place}.{piece.number}"
        taken.add(place)
        result[piece.number] = place
    return result


def subject(known: Mapping[int, str], number: int, line: int) -> str:
    """Return what a statement is about; its line if nothing is known, as of what a mend has put in."""
    return known.get(number) or f"line-{line}"


def _name(sql: str) -> str:
    words: list[str] = []
    slip = ""
    for place, found in enumerate(_TOKEN.finditer(sql)):
        if place > _SEEN:
            break
        word = found["name"]
        if found[0] == "$":  # the body of a function or of DO
            break
        if word is None:
            continue
        words.append(word.lower())
        if words[-1] in _KEYWORDS:
            continue
        quoted, plain = _PART.findall(word)[-1]
        name = quoted.replace('""', '"') or plain.lower()
        name = name if _PLAIN.match(name) else ""
        if len(words) != _PLACE_OF_KIND or words[0] not in _VERBS:
            return name
        slip = name  # where a kind should be: CREATE TABEL orders
    return slip
