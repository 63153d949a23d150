"""What is secret: options and parts of connection strings whose values no catalog, design or report may hold."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Any, Final
from urllib.parse import unquote

HIDDEN: Final = (
    "passw(?!ord_(?:required|encryption)$)|(?:^|[-_]|user|db)pass(?:$|[-_])|pwd|passphrase|passcode|secret|token|"
    "credential|bearer|jwt|(?:api|access|private|signing|encryption|account)[-_]?key|(?:client|server)[-_]key$"
)
"""A regular expression for the names of options whose values are secrets, for PostgreSQL and Python alike."""

_HIDDEN: Final = re.compile(HIDDEN, re.IGNORECASE)

_WORD: Final = re.compile(r"\s*(\w+)\s*=\s*(?:'(?:[^'\\]|\\.)*'|(?:[^\s\\]|\\.)*)", re.DOTALL)
_IN_URL: Final = re.compile(r"(?<=://)([^:@/]*):[^@/]*@(?:[^/?]*@)?")  # as libpq has it: "?" may stand before "@"
_IN_PARAMETERS: Final = re.compile(r"(?<=[?&])([^=&?]*)=[^&]*&?")
_URL: Final = re.compile(r"postgres(?:ql)?://")


def secret_names() -> Any:
    """Declare the field with the names of the options whose values are not read.

    It is not compared: a password that has been set is no difference from a design, which cannot hold it.
    """
    return field(default=(), compare=False)


def is_secret(name: str) -> bool:
    """Whether the value of an option of this name is a secret."""
    return bool(_HIDDEN.search(name))


def open_secrets(options: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the names of the secrets among options, whose values nobody should see."""
    return (name for name, _ in options if is_secret(name))


def without_password(connection: str) -> str:
    """Return a connection string, of words or a URL, without the password in it."""
    if _URL.match(connection):
        return _IN_PARAMETERS.sub(_public, _IN_URL.sub(r"\1@", connection)).rstrip("?&")
    words = (word[0] for word in _WORD.finditer(connection) if not is_secret(word[1]))
    return "".join(words).strip()


def _public(parameter: re.Match[str]) -> str:
    """Return a parameter of a URL unless it is a secret; libpq decodes its name before it reads it."""
    return "" if is_secret(unquote(parameter[1])) else parameter[0]
