"""What the server refuses, in words for people: which column, what is wrong, never the SQL that was sent."""

from __future__ import annotations

from typing import Any, Final

import psycopg

from designer_kernel.errors import DesignerError, StatementFailed
from designer_kernel.studio.refusals import AlreadyThere, BadInput

_ROW: Final = "Failing row contains"
_LONGEST: Final = 2_000
"""Characters of what the server says; code that a workspace has deployed can have it say anything."""

_TAKEN: Final = ("23505", "23P01")
_TOO_LONG: Final = ("57014", "55P03")
_OF_THE_SERVER: Final = ("08", "40", "53", "58", "XX")

_OF_VALUES: Final = "22"
_OF_RULES: Final = "23"

_COLUMNS_OF: Final = """
    SELECT pg_catalog.string_agg(a.attname, ', ' ORDER BY a.attnum)
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
    JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
    WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %s) AND c.relname = %s
      AND k.conname = %s
"""

_MENDS: Final = {
    "22001": "shorten it",
    "22003": "choose a number that the type can hold",
    "22007": "write it as 2026-01-31, or 2026-01-31 12:00:00+00",
    "22P02": "write it as values of the type are written",
    "42501": "let the owner of the table grant the right",
    "23502": "give it a value",
    "23503": "name a row that is there; remove what refers to a row before it",
    "23505": "choose another value, or change the row that is there",
    "23514": "give a value that passes the check",
    "23P01": "choose a value that leaves the other rows room",
    "42883": "compare another way, or by another column",
}


def refusal(error: psycopg.Error, connection: psycopg.Connection[Any], where: str = "") -> DesignerError:
    """Return an error of the server as a refusal; the connection can be used again already."""
    code, said = error.sqlstate or "", error.diag
    if code in _TOO_LONG:
        return StatementFailed("this took too long", mend="narrow it by filters, or try again later", sqlstate=code)
    if not said.message_primary or code.startswith(_OF_THE_SERVER):
        return StatementFailed("the server did not do it; nothing was changed", mend="try again", sqlstate=code)
    detail = said.message_detail or ""
    what = said.message_primary + (f": {detail}" if detail and not detail.startswith(_ROW) else "")
    kind = AlreadyThere if code in _TAKEN else BadInput
    place = where or said.column_name or _of_constraint(error, connection)
    mend = said.message_hint or _MENDS.get(code, "mend what the message names")
    return kind(what[:_LONGEST], where=place, mend=mend[:_LONGEST])


def is_about_a_value(error: psycopg.Error) -> bool:
    """Whether a value is not of its column's type, or breaks a rule of its domain."""
    code = error.sqlstate or ""
    return code.startswith(_OF_VALUES) or (code.startswith(_OF_RULES) and not error.diag.table_name)


def _of_constraint(error: psycopg.Error, connection: psycopg.Connection[Any]) -> str:
    """Return the columns of the constraint that was broken, or its name."""
    said = error.diag
    if not said.constraint_name:
        return ""
    found = connection.execute(_COLUMNS_OF, [said.schema_name, said.table_name, said.constraint_name]).fetchone()
    return str(found[0]) if found and found[0] else str(said.constraint_name)
