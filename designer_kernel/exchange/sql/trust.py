"""Scripts that somebody trusts as their own: read with the rights of a superuser, as a restored dump would be.

That is only ever done on the embedded server, in a shadow that is removed afterwards, in one transaction that is
undone. A superuser can reach beyond it all the same: read and write files, start programs. What a statement says
openly of that is refused here; what it does inside of a function cannot be seen. So nobody's script is trusted unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.errors import DesignerError, InvalidSql
from designer_kernel.exchange.sql.statements import Statement
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.postgres.target import Server

_REACHING: Final = re.compile(
    r"(?:pg_(?:read|ls|stat|file)_\w*|pg_\w*replication_slot\w*|lo_(?:im|ex)port|dblink\w*|pg_reload_conf|"
    r"pg_(?:terminate|cancel)_backend|pg_rotate_logfile\w*|pg_switch_wal|pg_promote|pg_backup_\w+|pg_import_\w+|"
    r"pg_log_\w+|pg_wal_\w+|pg_create_restore_point|pg_logical_emit_message)\Z",
    re.IGNORECASE,
)
"""Functions of the server that reach beyond the database, or whose work is not undone with the transaction."""

_WORDS: Final = re.compile(r"[^\W\d]\w*")
_COPY: Final = re.compile(r"\bCOPY\b.*?\b(?:FROM|TO)\s+(?:PROGRAM\b|[eE]?'|\$)", re.IGNORECASE | re.DOTALL)
_RUNNING: Final = frozenset({"select_stmt", "create_table_as_stmt", "call_stmt", "refresh_mat_view_stmt"})
"""Statements that run what they name; others only define it."""


def refuse_other_server(server: Server | str | None) -> None:
    """Refuse to give a script the rights of a superuser on a server that is not ours.

    Raises
    ------
    DesignerError
        If it is any but the embedded server.
    """
    if server is None or isinstance(server, EmbeddedServer):
        return
    raise DesignerError(
        "a script that is trusted runs as a superuser, and only on the embedded server",
        mend="leave the server out, or read the script without trusted=True",
    )


def guard(statements: Iterable[Statement]) -> None:
    """Mark what not even a trusted script may do: reach openly for files, programs and other servers."""
    for statement in statements:
        if statement.skip or statement.tree is None:
            continue
        if reason := _reason(statement):
            statement.skip = f"refused, also of a script that is trusted: {reason}"
        elif statement.kind == "create_subscription_stmt":
            _without_connecting(statement)


def _reason(statement: Statement) -> str:
    kind, node = statement.kind, statement.node
    if kind == "copy_stmt":
        return "no file is read or written, and no program started"
    if kind == "do_stmt":
        named = next((word for word in _WORDS.findall(statement.sql) if _REACHING.match(word)), "")
        if not named and _COPY.search(statement.sql):
            return "no file is read or written, and no program started"
        return f"it calls {named}(), which reaches beyond the database" if named else ""
    if kind == "create_function_stmt":
        return _library(node)
    runs = node if kind in _RUNNING else node.partbound if kind == "create_stmt" else None
    named = next(filter(_REACHING.match, _called(runs)), "") if runs is not None else ""
    return f"it calls {named}(), which reaches beyond the database" if named else ""


def _called(node: Any) -> list[str]:
    """Return the names of the functions that are called in a parse node, without schemas."""
    parts = (part for part in sqltext.walk(node) if type(part).__name__ == "FuncCall")
    return [str(call.funcname[-1].string.sval) for call in parts]


def _library(node: Any) -> str:
    """Return why a function in C is refused: only libraries that belong to the server are loaded."""
    options = {option.def_elem.defname: option.def_elem.arg for option in node.options}
    language = options["language"].string.sval.lower() if "language" in options else ""
    if language != "c" or "as" not in options:
        return ""
    items = options["as"].list.items
    library = items[0].string.sval if items else ""
    is_own = library.startswith("$libdir/") and ".." not in library
    return "" if is_own or "/" not in library else f"the library {library} is none of the server's own"


def _without_connecting(statement: Statement) -> None:
    """Let a subscription be made without asking the other server, as pg_dump writes it."""
    options = statement.node.options
    kept = [option for option in options if option.def_elem.defname not in {"connect", "create_slot", "copy_data"}]
    enabled = [option for option in kept if option.def_elem.defname == "enabled"]
    example = sqltext.parsed("CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)")
    rest = [option for option in kept if option not in enabled]
    del options[:]
    options.extend([*example.create_subscription_stmt.options, *rest])
    result = postgast.ParseResult()
    result.stmts.add().stmt.CopyFrom(statement.tree)
    try:
        statement.run = sqltext.deparse(result)
    except InvalidSql:
        statement.skip = "refused: it would connect to another server; add WITH (connect = false)"
        return
    statement.note = "made without connecting to the other server, and so not enabled"
