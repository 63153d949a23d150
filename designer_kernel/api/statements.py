"""What is told of a statement that PostgreSQL refused: names that its author has written, and no words of the server.

The server's own words may quote SQL, rows, or what code in a database made up.
"""

from __future__ import annotations

import re
from typing import Final

from designer_kernel.errors import StatementFailed
from designer_kernel.postgres.script import MENDS

_SAID: Final = {
    "42601": "it cannot read the SQL",
    "42701": "a column is there twice",
    "42703": "there is no such column",
    "42704": "there is no such type or object",
    "42710": "an object is there twice",
    "42723": "a function is there twice",
    "42883": "there is no such function or operator",
    "42P01": "there is no such table or view",
    "42P07": "a table or view is there twice",
}
"""What SQLSTATEs say that speak of the design's own names."""

_CHECK: Final = "designer check may name it"
_ROOM: Final = re.compile(r"^sd_p_[0-9a-f]{32}\.")
_QUOTED: Final = re.compile(r'"([^"]+)"')
_COLUMN: Final = re.compile(r'(?:"((?:[^"]|"")+)"|([a-z_][a-z0-9_$]*))[ \t]+(?:TYPE[ \t]+)?$')


def message(error: StatementFailed) -> str:
    """Return what went wrong, with the design's names that the server speaks of."""
    said = _SAID.get(error.sqlstate)
    if said is None:
        return "PostgreSQL refused it"
    named = ", ".join(name for name in dict.fromkeys(_QUOTED.findall(error.what)) if _is_written(name, error))
    return f"PostgreSQL refused it: {said}{f': {named}' if named else ''}"


def where(error: StatementFailed) -> str:
    """Return the entity that the statement is about, and its attribute if a type is not there."""
    entity = _ROOM.sub("", error.where)
    line, column = error.position
    if error.sqlstate != "42704" or not entity or not line:
        return entity
    found = _COLUMN.search(error.statement.split("\n")[line - 1][: column - 1])
    return entity if found is None else f"{entity}.{(found[1] or found[2]).replace(chr(34) * 2, chr(34))}"


def mend(error: StatementFailed) -> str:
    """Return what to do about it."""
    known = MENDS.get(error.sqlstate, "")
    if error.sqlstate.startswith("42"):
        return f"{known or 'correct it in the design'}; {_CHECK}"
    return known


def _is_written(name: str, error: StatementFailed) -> bool:
    return re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", error.statement) is not None
