"""Quoting and checking of identifiers: the only place in the product that turns a name into SQL.

Rules: PostgreSQL manual, "Lexical Structure": names are cut to 63 bytes (``NAMEDATALEN - 1``), NUL cannot be stored,
unquoted names fold to lower case, keywords need quotes.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import postgast

from designer_kernel.errors import InvalidIdentifier

MAX_BYTES: Final = 63
"""Longest identifier that PostgreSQL keeps, in bytes of UTF-8."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")
_UNRESERVED = (0, 1)  # pg_query.KeywordKind: NO_KEYWORD, UNRESERVED_KEYWORD
_RESERVED = (3, 4)  # TYPE_FUNC_NAME_KEYWORD, RESERVED_KEYWORD
_INVISIBLE = ("Cf", "Cc", "Zl", "Zp")


@lru_cache(maxsize=65536)
def quote(name: str) -> str:
    """Return ``name`` as SQL, double-quoted unless it is plain lower case and no keyword.

    Raises
    ------
    InvalidIdentifier
        If PostgreSQL could not keep the name as it is, see `check`.
    """
    check(name)
    if _PLAIN.match(name) and postgast.scan(name).tokens[0].keyword_kind in _UNRESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def is_reserved(name: str) -> bool:
    """Whether a word of SQL cannot be the name of a table or a column without quotes."""
    return bool(_PLAIN.match(name)) and postgast.scan(name).tokens[0].keyword_kind in _RESERVED


def quote_path(*names: str) -> str:
    """Return names as one dotted SQL path: ``quote_path("public", "user")`` is ``public."user"``."""
    return ".".join(quote(name) for name in names)


@lru_cache(maxsize=65536)
def check(name: str, where: str = "") -> None:
    """Refuse a name that PostgreSQL would reject or silently change.

    Raises
    ------
    InvalidIdentifier
        For an empty name, a NUL, a lone surrogate, or more than 63 bytes (the message shows the name it would be
        cut to).
    """
    if not name:
        raise InvalidIdentifier("a name cannot be empty", where=where, mend="give it a name")
    if "\x00" in name:
        raise InvalidIdentifier(f"the name {name!r} holds a NUL character", where=where, mend="remove the NUL")
    try:
        encoded = name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidIdentifier(
            f"the name {name!r} holds a lone surrogate", where=where, mend="remove the broken character"
        ) from error
    if len(encoded) > MAX_BYTES:
        kept = encoded[:MAX_BYTES].decode("utf-8", "ignore")
        raise InvalidIdentifier(
            f"the name {name!r} has {len(encoded)} bytes; PostgreSQL keeps {MAX_BYTES} and would cut it to {kept!r}",
            where=where,
            mend=f"shorten it by at least {len(encoded) - MAX_BYTES} bytes",
        )


def is_label(value: object) -> bool:
    """Whether PostgreSQL can keep a value as it is as a label of an enumeration, which is bounded as a name is."""
    if not isinstance(value, str):
        return False
    try:
        check(value)
    except InvalidIdentifier:
        return False
    return True


def fits(name: str) -> bool:
    """Whether a name is no longer than PostgreSQL keeps."""
    return len(name.encode("utf-8")) <= MAX_BYTES


def shorten(name: str) -> str:
    """Return ``name``, cut with a stable suffix if it is over 63 bytes; for names that we generate, never the user's.

    The suffix comes from the whole name, so two long names with a common start stay different.
    """
    from hashlib import blake2s

    encoded = name.encode("utf-8")
    if len(encoded) <= MAX_BYTES:
        return name
    suffix = "_" + blake2s(encoded, digest_size=4).hexdigest()
    return encoded[: MAX_BYTES - len(suffix)].decode("utf-8", "ignore") + suffix


def given_name(table: str, column: str, label: str) -> str:
    """Return the name that the server gives to a thing of a column: ``orders_id_seq``; the longer name is cut first."""
    first, second = table.encode("utf-8"), column.encode("utf-8")
    room = MAX_BYTES - len(label) - 2
    sizes = [len(first), len(second)]
    while sum(sizes) > room:
        sizes[0 if sizes[0] > sizes[1] else 1] -= 1
    cut = (text[:size].decode("utf-8", "ignore") for text, size in zip((first, second), sizes, strict=True))
    return "_".join((*cut, label))


@lru_cache(maxsize=65536)
def confusable(name: str) -> str:
    """Return why a reader may take the name for another one, or an empty string.

    Names invisible and direction-changing characters, leading or trailing space, forms that are not NFC, and letters
    of another script among Latin ones (Unicode Technical Standard 39 calls this mixed-script confusability).
    """
    for character in name:
        if unicodedata.category(character) in _INVISIBLE:
            return f"it holds the invisible character U+{ord(character):04X}"
    if name != name.strip():
        return "it begins or ends with white space"
    if unicodedata.normalize("NFC", name) != name:
        return "it is not in Unicode normal form C, so an equal-looking name differs from it"
    scripts = {unicodedata.name(c, "UNKNOWN").split(" ")[0] for c in name if c.isalpha()}
    if "LATIN" in scripts and scripts & {"CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"}:
        return f"it mixes {' and '.join(sorted(scripts))} letters that look alike"
    return ""
