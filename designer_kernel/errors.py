"""The one root of every error that Schema Designer raises on purpose.

An error says *what* is wrong, *where*, and how to *mend* it. Widgets, the shell and the REST API show these
three fields; nothing parses messages.
"""

from __future__ import annotations

from typing import Any


class DesignerError(Exception):
    """A problem that the user can mend.

    Parameters
    ----------
    what
        The problem, one lower-case sentence without a full stop.
    where
        The place: a qualified name (``public.orders.total``), a field, or ``file:line:column``. Empty if there is none.
    mend
        What to do about it, as an instruction. Empty only when nothing helps.
    """

    code = "error"

    def __init__(self, what: str, *, where: str = "", mend: str = "") -> None:
        self.what = what
        self.where = where
        self.mend = mend
        super().__init__(what, where, mend)

    def __str__(self) -> str:
        text = f"{self.where}: {self.what}" if self.where else self.what
        return f"{text}\n  mend: {self.mend}" if self.mend else text

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values, for ``--json`` and the front end."""
        return {"code": self.code, "what": self.what, "where": self.where, "mend": self.mend}

    def _render_traceback_(self) -> list[str]:
        """Return the lines that a notebook shows instead of a traceback, which helps nobody to mend a design."""
        lines = [f"\x1b[31;1merror:\x1b[0m {self.what}"]
        lines += [f"  where: {self.where}"] if self.where else []
        return lines + ([f"  mend:  {self.mend}"] if self.mend else [])


class InvalidIdentifier(DesignerError, ValueError):
    """A name that PostgreSQL could not keep as it was given."""

    code = "invalid_identifier"


class InvalidSql(DesignerError, ValueError):
    """SQL typed by a user that is not exactly one expression or statement of the kind asked for."""

    code = "invalid_sql"


class InvalidDesign(DesignerError, ValueError):
    """A value or an edit that would make the design contradict itself."""

    code = "invalid_design"


class NameTaken(InvalidDesign):
    """A name that something else of the design has, where names must differ."""


class UnknownObject(DesignerError, LookupError):
    """A name or id that the design does not hold."""

    code = "unknown_object"


class EditConflict(DesignerError):
    """An edit made on an older revision that touches what has changed since."""

    code = "edit_conflict"


class DocumentError(DesignerError, ValueError):
    """A design file that cannot be read; ``where`` is ``file:line:column``."""

    code = "invalid_document"


class ServerUnavailable(DesignerError, ConnectionError):
    """No connection to the PostgreSQL server that was asked for."""

    code = "server_unavailable"


class StatementFailed(DesignerError):
    """A statement that PostgreSQL refused.

    Parameters
    ----------
    statement
        The SQL text that was sent.
    sqlstate
        PostgreSQL's five-character code, or an empty string when the connection broke.
    position
        Line and column in the statement, counted from 1; ``(0, 0)`` if the server named none.
    """

    code = "statement_failed"

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        mend: str = "",
        statement: str = "",
        sqlstate: str = "",
        position: tuple[int, int] = (0, 0),
    ) -> None:
        super().__init__(what, where=where, mend=mend)
        self.statement = statement
        self.sqlstate = sqlstate
        self.position = position

    def as_dict(self) -> dict[str, Any]:
        return super().as_dict() | {
            "statement": self.statement,
            "sqlstate": self.sqlstate,
            "position": list(self.position),
        }


class DeployRefused(DesignerError):
    """A deployment that was not started, or was rolled back; the target is as it was."""

    code = "deploy_refused"


class Cancelled(DesignerError):
    """Work that the user cancelled; what it had begun was rolled back."""

    code = "cancelled"


class SamplePlanError(DesignerError, ValueError):
    """Sample data that cannot satisfy a constraint; ``where`` names the constraint."""

    code = "sample_plan"
