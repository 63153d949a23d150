"""Scripts that somebody trusts as their own: read with the rights of a superuser, as a restored dump would be.

That is only ever done on the embedded server, in a shadow that is removed afterwards, in one transaction that is
undone. A superuser can reach beyond it all the same: read and write files, start programs. Whatever a statement says
openly of that is refused here, but in what it only defines; foreign-data wrappers have no handlers, so that foreign
tables read nothing; materialized views stay empty. What happens inside of functions, views and ``DO`` blocks when they
are used cannot be seen. So nobody's script is trusted unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.errors import DesignerError, InvalidSql
from designer_kernel.exchange.sql.mends._base import enum_name
from designer_kernel.exchange.sql.statements import DATA_SKIPPED, Statement
from designer_kernel.postgres.extensions import REACHING
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.postgres.target import Server

_REACHING: Final = re.compile(
    r"(?:(?:be_)?lo_(?:im|ex)port\w*|pg_(?:read|ls|file)_\w+|pg_stat_(?:file|reset)\w*|pg_\w*replication_\w+|"
    r"pg_reload_conf|pg_(?:terminate|cancel)_backend|pg_rotate_logfile\w*|pg_switch_wal|pg_promote|pg_backup_\w+|"
    r"pg_import_\w+|pg_log_\w+|pg_(?:get_)?wal_\w+|pg_create_restore_point|pg_logical_\w+|pg_get_logical_\w+|"
    r"pg_current_logfile|pg_hba_file_\w+|dblink\w*|(?:file|postgres)_fdw_\w+|autoprewarm_\w+|get_raw_page\w*|"
    r"heap_force_\w+|pg_buffercache_evict\w*)\Z",
    re.IGNORECASE,
)
"""Functions of the server that reach beyond the database, or whose work is not undone with the transaction."""

_WORDS: Final = re.compile(r"[^\W\d]\w*")
_ESCAPES: Final = re.compile(r"\\|\bU&", re.IGNORECASE)
_COPY: Final = re.compile(r"\bCOPY\b.*?\b(?:FROM|TO)\s+(?:PROGRAM\b|[eE]?'|\$)", re.IGNORECASE | re.DOTALL)
_HANDLER: Final = re.compile(
    r"\b(?:DATA\s+WRAPPER\b.*?\bHANDLER\b|IMPORT\s+FOREIGN\s+SCHEMA)", re.IGNORECASE | re.DOTALL
)

_DEFINING: Final = frozenset({
    "view_stmt", "create_function_stmt", "alter_function_stmt", "create_policy_stmt", "alter_policy_stmt", "rule_stmt",
    "create_trig_stmt", "create_event_trig_stmt", "create_publication_stmt", "comment_stmt", "sec_label_stmt",
    "grant_stmt", "alter_default_privileges_stmt", "alter_owner_stmt", "alter_object_schema_stmt", "drop_stmt",
    "create_extension_stmt", "alter_extension_contents_stmt",
})  # fmt: skip
"""Statements that only define what they name: nothing in them is called before somebody uses what they made."""

_NO_FILE: Final = "no file is read or written, and no program started"
_WITH_DATA: Final = re.compile(r"\bWITH\s+DATA\s*\Z", re.IGNORECASE)


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
        elif statement.kind == "create_table_as_stmt":
            _without_rows(statement)
        elif statement.kind == "refresh_mat_view_stmt":
            statement.skip = DATA_SKIPPED


def _reason(statement: Statement) -> str:
    """Return why a statement is refused; empty if it is not."""
    kind, node = statement.kind, statement.node
    if kind == "copy_stmt":
        return _NO_FILE
    if kind == "import_foreign_schema_stmt":
        return "no other server is asked for its tables"
    if kind in {"create_fdw_stmt", "alter_fdw_stmt"} and _has_handler(node):
        return "no foreign-data wrapper gets a handler, which would read files or other servers"
    if kind == "do_stmt":
        if _COPY.search(statement.sql):
            return _NO_FILE
        if _HANDLER.search(statement.sql):
            return "no foreign-data wrapper is put to use"
    if kind == "create_function_stmt" and (reason := _borrowed(node)):
        return reason
    named = "" if kind in _DEFINING else _reaching(statement)
    return f"it calls {named}(), which reaches beyond the database" if named else ""


def _reaching(statement: Statement) -> str:
    """Return a function that a statement names, in whatever place, and that reaches out; empty if it names none."""
    text = statement.sql
    if not _ESCAPES.search(text) and not any(map(_REACHING.match, _WORDS.findall(text))):
        return ""
    # What the parser has read counts: comments name nothing, and a name may be written with escapes.
    texts = (part.sval for part in sqltext.walk(statement.tree) if type(part).__name__ == "String")
    words = (word for text in texts for word in _WORDS.findall(text))
    return next((word for word in words if _REACHING.match(word)), "")


def _has_handler(node: Any) -> bool:
    options = [option.def_elem for option in node.func_options]
    return any(option.defname == "handler" and option.HasField("arg") for option in options)


def _borrowed(node: Any) -> str:
    """Return why a function is refused that is the server's own code under another name, or code of a library."""
    options = {option.def_elem.defname: option.def_elem.arg for option in node.options}
    language = options["language"].string.sval.lower() if "language" in options else ""
    if language not in {"c", "internal"} or "as" not in options:
        return ""
    code = [item.string.sval for item in options["as"].list.items]
    named = next((name for name in code[-1:] if _REACHING.match(name)), "")
    if named:
        return f"it is {named}(), which reaches beyond the database"
    if language == "internal" or not code:
        return ""
    library = code[0]
    if library.removeprefix("$libdir/").removesuffix(".so") in REACHING:
        return f"the library {library} reaches beyond the database"
    is_own = library.startswith("$libdir/") and ".." not in library
    return "" if is_own or "/" not in library else f"the library {library} is none of the server's own"


def _without_rows(statement: Statement) -> None:
    """Let a materialized view be made without running its query, which may call whatever the script has defined."""
    if enum_name(statement.node, "objtype") == "OBJECT_MATVIEW" and not statement.node.into.skip_data:
        statement.run = _WITH_DATA.sub("", statement.run) + "\nWITH NO DATA"


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
