"""What became of each statement of a script, and how what failed can be mended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from designer_kernel.catalog.secrets import is_secret

State: TypeAlias = Literal["ran", "ran after retry", "mended", "skipped", "failed"]
"""``mended``: it was replaced, put in or left out by a mend, and nothing is wrong any more."""

SHOWN: Final = 4_000
"""Longest text of a statement that an outcome holds, in characters."""

_MAY_HOLD_SECRETS: Final = re.compile(
    r"\s*(?:CREATE|ALTER)\s+(?:ROLE|USER|GROUP|SUBSCRIPTION|SERVER|FOREIGN\s+DATA\s+WRAPPER)\b", re.IGNORECASE
)
_CONSTANT: Final = re.compile(
    r"""(?:(?<!\w)(?P<name>\w++)"?\s++)?(?P<constant>(?<![\w$])[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*')""", re.DOTALL
)
_CONNECTION: Final = re.compile(
    r"""[eE]?'\s*(?:postgres(?:ql)?://.*|(?:\w++\s*+=\s*+(?:''(?:[^'\\]|\\.)*+''|[^\s']++)\s*+)*+')\Z""", re.DOTALL
)
"""A constant that says how to connect somewhere."""


def shown(sql: str) -> str:
    """Return a statement as outcomes hold it: not longer than `SHOWN`, and without passwords."""
    hides_all = bool(_MAY_HOLD_SECRETS.match(sql))

    def public(found: re.Match[str]) -> str:
        constant = found["constant"]
        hides = hides_all or is_secret(found["name"] or "") or _holds_password(constant)
        return found[0].removesuffix(constant) + "'…'" if hides else found[0]

    return _CONSTANT.sub(public, sql)[:SHOWN]


def _holds_password(constant: str) -> bool:
    is_connection = bool(_CONNECTION.match(constant))
    return is_connection and ("://" in constant or "password" in constant.lower())


@dataclass(frozen=True, slots=True)
class Limits:
    """What a script may use before it is stopped.

    Attributes
    ----------
    characters, statements
        Size of the script.
    statement_seconds, seconds
        Time of one statement, and of all together.
    memory, disk
        Bytes that the server's process may take (only where it runs on this machine), and by which the shadow may grow.
    """

    characters: int = 100_000_000
    statements: int = 200_000
    statement_seconds: float = 20.0
    seconds: float = 900.0
    memory: int = 1 << 30
    disk: int = 1 << 30


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a script, by the statement's number in the script as it was given.

    ``replace`` puts ``sql`` in the statement's place, ``before`` puts it in front, ``drop`` leaves the statement out;
    ``role`` and ``extension`` add one of that name before everything.
    """

    kind: Literal["replace", "before", "drop", "role", "extension"]
    statement: int = 0
    sql: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Mend:
    """A way to mend what failed.

    ``id`` is stable: the same script gives the same ids. ``is_last_resort`` tells a mend that merely leaves the
    statement out; it is applied only when it is asked for by its id.
    """

    id: str
    title: str
    explanation: str
    changes: tuple[Change, ...]
    is_last_resort: bool = False


@dataclass(frozen=True, slots=True)
class StatementOutcome:
    """What became of one statement or psql command.

    Attributes
    ----------
    number
        From 1, in the order of the script.
    sql
        Its text as it was run, see `shown`.
    line, column
        Where it begins in the script, from 1.
    position
        Line and column of the error in the script; ``(0, 0)`` if there is none or the server did not say.
    message
        PostgreSQL's message if it failed; else why it was skipped, or what is worth knowing.
    mends
        What can be done; the best first.
    """

    number: int
    sql: str
    line: int
    column: int
    state: State
    message: str = ""
    sqlstate: str = ""
    position: tuple[int, int] = (0, 0)
    mends: tuple[Mend, ...] = ()

    @property
    def where(self) -> str:
        """Line and column of the error if known, else of the statement: ``12:5``."""
        line, column = self.position if self.position[0] else (self.line, self.column)
        return f"{line}:{column}"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        mends = [{"id": m.id, "title": m.title, "explanation": m.explanation} for m in self.mends]
        names = ("number", "sql", "line", "column", "state", "message", "sqlstate")
        return {name: getattr(self, name) for name in names} | {"position": list(self.position), "mends": mends}
