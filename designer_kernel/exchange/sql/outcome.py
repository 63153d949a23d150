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
_QUOTED: Final = r"[eE]'(?:[^'\\]|\\.|'')*+'|'(?:[^']|'')*+'"
_DOLLARS: Final = r"\$(?P<tag>(?:[^\W\d]\w*+)?+)\$.*?\$(?P=tag)\$"
_CONSTANT: Final = re.compile(
    rf"""(?:(?<!\w)(?P<name>\w++)"?\s*+(?:=>|:=)?\s*+)?(?P<constant>(?<![\w$])(?:{_QUOTED}|{_DOLLARS})|{_QUOTED})""",
    re.DOTALL,
)
_SETTING: Final = re.compile(
    rf"""(?P<head>\bSET\s++(?:SESSION\s++|LOCAL\s++)?(?P<name>[\w.$"]++)\s*+(?:=|\bTO\b)\s*+
               |\bset_config\s*+\(\s*+[eE]?'+(?P<called>[^']*+)'+\s*+,\s*+)
         (?P<value>{_QUOTED}|{_DOLLARS}|[^\s;,)']++)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_COMMAND: Final = re.compile(r"\\(?P<name>\S++)\s*+(?P<rest>.*)", re.DOTALL)
_CONNECTING: Final = frozenset({"c", "connect"})
_VALUED: Final = frozenset({"set", "setenv"})
_HIDDEN: Final = "…"
_CONNECTION: Final = re.compile(
    r"""\s*(?:postgres(?:ql)?://.*|(?:\w++\s*+=\s*+(?:''(?:[^'\\]|\\.)*+''|'[^']*+'|[^\s']++)\s*+)*+)\Z""", re.DOTALL
)
"""The text of a constant that says how to connect somewhere."""

_MAY_NEST: Final = re.compile(r"['$]|\bSET\b", re.IGNORECASE)
_TAG: Final = re.compile(r"\$[^\W\d]\w*\$")
_TAGS: Final = 100
"""How many dollar quotes of different tags are looked for; nobody writes more, and each is a search of its own."""

_NESTED: Final = 4
"""How deep SQL in constants of SQL is looked into; what is deeper is not shown."""


def shown(sql: str) -> str:
    """Return a statement as outcomes hold it: not longer than `SHOWN`, and without passwords."""
    return (_command(sql) if sql.startswith("\\") else _public(sql, _NESTED))[:SHOWN]


def _command(sql: str) -> str:
    """Return a command of psql without what may be a password: values, connection strings, the shell's commands."""
    found = _COMMAND.match(sql)
    if found is None:
        return sql
    name, rest = found["name"], found["rest"]
    if name.startswith("!"):
        return f"\\! {_HIDDEN}"
    if name in _CONNECTING and ("=" in rest or "://" in rest):
        return f"\\{name} {_HIDDEN}"
    if name in _VALUED and len(words := rest.split(maxsplit=1)) > 1:
        return f"\\{name} {words[0]} {_HIDDEN}"
    return _public(sql, _NESTED)


def _public(sql: str, depth: int) -> str:
    """Return SQL without its secrets, and without those of the SQL in its constants, down to a depth."""
    if len(set(_TAG.findall(sql))) > _TAGS:
        return _HIDDEN
    hides_all = bool(_MAY_HOLD_SECRETS.match(sql))

    def public(found: re.Match[str]) -> str:
        constant, name = found["constant"], found["name"] or ""
        hides = hides_all or is_secret(name) or _holds_password(constant, found["tag"])
        return found[0].removesuffix(constant) + (
            f"'{_HIDDEN}'" if hides else _without_inner(constant, found["tag"], depth)
        )

    return _CONSTANT.sub(public, _SETTING.sub(_without_value, sql))


def _without_value(found: re.Match[str]) -> str:
    name = found["name"] or found["called"] or ""
    return f"{found['head']}'{_HIDDEN}'" if is_secret(name.strip('"')) else found[0]


def _without_inner(constant: str, tag: str | None, depth: int) -> str:
    """Return a constant without the secrets of the SQL in it: a body with gaps, or else nothing of the constant."""
    text = _inside(constant, tag)
    if not _MAY_NEST.search(text):
        return constant
    public = _public(text, depth - 1) if depth else _HIDDEN
    if public == text:
        return constant
    return f"'{_HIDDEN}'" if tag is None else f"${tag}${public}${tag}$"


def _inside(constant: str, tag: str | None) -> str:
    if tag is None:
        return constant[constant.index("'") + 1 : -1].replace("''", "'")
    return constant[len(tag) + 2 : -len(tag) - 2]


def _holds_password(constant: str, tag: str | None) -> bool:
    text = _inside(constant, tag)
    return bool(_CONNECTION.match(text)) and ("://" in text or "password" in text.lower())


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

    ``id`` is stable: the same script gives the same ids. ``costs`` are what it takes from the script: keys that go, or
    forbid less than before. ``is_last_resort`` tells a mend that merely leaves the
    statement out; it is applied only when it is asked for by its id.
    """

    id: str
    title: str
    explanation: str
    changes: tuple[Change, ...]
    is_last_resort: bool = False
    costs: tuple[str, ...] = ()


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
