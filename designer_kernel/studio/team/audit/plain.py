"""What may stand in an audit row: plain values of JSON, no control characters, no secrets, nothing without end."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from designer_kernel.catalog.secrets import is_secret

LONGEST: Final = 4000
"""Characters of a text in the details; of a longer one its beginning, its length and its SHA-256 are kept."""

_READ: Final = 64_000
"""Characters of a text that are looked through."""

_DEEPEST: Final = 8
_MOST: Final = 1000
_EXACT: Final = 2**53

_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\\]")
"""What could begin a line of its own in a log, turn letters around or move a cursor; and what such is written by."""

_ADDRESSES: Final = re.compile(
    r"(?:^|[-_])(?:ur[il]s?|dsn|conninfo|connection_string|cookies?|authori[sz]ation|private|credentials?)(?:$|[-_])"
)
_IN_TEXT: Final = (
    (re.compile(r"(?<=://)([^\s:@/]{0,200}):\S{0,500}@"), r"\1:***@"),
    (re.compile(r"\beyJ[\w-]{8,1000}\.[\w-]{8,1000}\.[\w-]*"), "***"),
    (
        re.compile(
            r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)", re.DOTALL
        ),
        "***",
    ),
    (
        re.compile(
            r"(pass(?:word|wd|phrase)?|secret|token|api_?key)(\s{0,9}[=:]\s{0,9}|\s{1,9}(?=E?'))"
            r"(E?'(?:[^']|'')*(?:'|\Z)|[^\s,;&']+)",
            re.IGNORECASE,
        ),
        r"\1\2***",
    ),
)
"""Secrets that what people wrote may hold, by how they look: in connection strings, tokens, keys, statements."""


class SecretDetail(ValueError):
    """Details under a name that a secret would have: the use case that tells them is wrong, and fails."""


class NoDetail(TypeError):
    """Details that no audit row can hold: the use case that tells them is wrong, and fails."""


def text(value: str, longest: int = 500) -> str:
    r"""Return a text without control characters, which stand as ``\u000a``, and without what looks like a secret."""
    shown = value[:_READ]
    for pattern, instead in _IN_TEXT:
        shown = pattern.sub(instead, shown)
    if len(shown) > longest or len(value) > _READ:
        digest = sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
        shown = f"{shown[:longest]}… ({len(value)} characters, SHA-256 {digest})"
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)


def details(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return details as they are kept.

    Raises
    ------
    SecretDetail
        If one has a name such as ``password``, ``token`` or ``url``, at any depth, and could be what it is called.
    NoDetail
        If one is neither a text, a number, a time, an identity nor made of such.
    """
    return _mapping(given, 0)


def _mapping(given: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    found = {}
    for key, value in list(given.items())[:_MOST]:
        name = key if isinstance(key, str) else str(_value(key, depth))
        _refuse_secret(name, value)
        found[text(name)] = _value(value, depth)
    return found


def _value(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        raise NoDetail(f"details are nested more than {_DEEPEST} times")
    if isinstance(value, Enum):
        return text(value if isinstance(value, str) else value.name)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return text(value, LONGEST)
    if isinstance(value, int):
        return value if abs(value) <= _EXACT else text(str(value))  # greater ones would lose digits
    if isinstance(value, float):
        return value if abs(value) <= _EXACT else str(value)  # NaN and infinity as well
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return _mapping(value, depth + 1)
    if isinstance(value, list | tuple):
        return [_value(item, depth + 1) for item in value[:_MOST]]
    if isinstance(value, AbstractSet):
        return sorted((_value(item, depth + 1) for item in list(value)[:_MOST]), key=str)
    raise NoDetail(f"an audit row cannot hold a {type(value).__name__}")


def _refuse_secret(name: str, value: Any) -> None:
    """Refuse a value that could be what its name says: neither yes or no, nor a count, nor an identity is a secret."""
    spelled = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    if not (is_secret(spelled) or _ADDRESSES.search(spelled)):
        return
    is_count = isinstance(value, int) and spelled.endswith("s")
    is_identity = isinstance(value, UUID) and spelled.endswith("_id")
    if not (value is None or isinstance(value, bool) or is_count or is_identity):
        raise SecretDetail(f"the audit is not told what is called {name!r}")
