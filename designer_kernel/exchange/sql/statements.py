"""What a statement is, and what is done with it: run as it is, run in another form, or skipped for a reason."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.secrets import is_secret
from designer_kernel.errors import InvalidSql
from designer_kernel.exchange.sql.splitting import HOW_PSQL_WORKS, Piece, row_count

_DATA: Final = re.compile(r"\s*(INSERT\s+INTO|REPLACE\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|COPY)\s+(?:ONLY\s+)?"
                          r"((?:\"(?:[^\"]|\"\")*\"|`[^`]*`|[\w$.])+)", re.IGNORECASE)  # fmt: skip
_COPIES: Final = re.compile(
    r"""\\?COPY\s+(?:BINARY\s+)?((?:"(?:[^"]|"")*"|[\w$.])+)\s*(?:\([^)]*\)\s*)?FROM\s+(?:PROGRAM\s+)?
                             ('(?:[^']|'')*'|[^\s;]+)""",
    re.IGNORECASE | re.VERBOSE,
)
"""A COPY into a table, and where its rows come from."""

_HIDDEN_DATA: Final = frozenset({"InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})
_WITH_DATA: Final = re.compile(r"\bWITH\s+DATA\s*\Z", re.IGNORECASE)
_TRANSACTION: Final = re.compile(
    r"\s*(?:BEGIN|START|COMMIT|END|ROLLBACK|ABORT|SAVEPOINT|RELEASE|PREPARE)\b", re.IGNORECASE
)

_SESSION: Final = "it sets how a session works, not what a database holds"
OWNERS: Final = "owners are left out; owners=True (--owners) keeps them"
_SERVER: Final = "it is about the server, not about a database"
_ROLES: Final = "roles belong to the server: only their names are taken"
_READS: Final = "it only reads"
_CARE: Final = "it is housekeeping, and changes no definition"

_TRANSACTIONS: Final = "the whole script is read in one transaction, which is undone at the end"
_GUARD: Final = "pg_dump's guard for psql"
DATA_SKIPPED: Final = "it is data: a script is read for its definitions"
_SEQUENCE: Final = "it is data: where a sequence stands"

NOISE: Final = frozenset({_SESSION, _READS, _CARE, _TRANSACTIONS, _GUARD, DATA_SKIPPED, _SEQUENCE,
                          HOW_PSQL_WORKS})  # fmt: skip
"""Why statements are skipped without anything being lost that a database's definitions hold; data is counted apart."""

_PURPOSELESS: Final = frozenset({_SESSION, _READS, _CARE, _SEQUENCE})
_SETTING: Final = re.compile(
    # pg_dump also says where sequences begin, which is where they stand anyway
    r"\s*(?:SET|RESET|SELECT\s+(?:pg_catalog\.)?set_config\s*\(|"
    r"SELECT\s+pg_catalog\.setval\s*\(\s*'[^']*'\s*,\s*1\s*,\s*false\s*\))",
    re.IGNORECASE,
)
_TEMPORARY: Final = re.compile(
    r"\s*CREATE\s+(?:OR\s+REPLACE\s+)?(?:GLOBAL\s+|LOCAL\s+)?TEMP(?:ORARY)?\s", re.IGNORECASE
)

_SKIPPED: Final[Mapping[str, str]] = {
    "variable_show_stmt": _READS, "explain_stmt": _READS, "fetch_stmt": _READS, "declare_cursor_stmt": _READS,
    "close_portal_stmt": _READS,
    "discard_stmt": _SESSION, "prepare_stmt": _SESSION, "execute_stmt": _SESSION, "deallocate_stmt": _SESSION,
    "listen_stmt": _SESSION, "unlisten_stmt": _SESSION, "notify_stmt": _SESSION, "lock_stmt": _SESSION,
    "constraints_set_stmt": _SESSION,
    "vacuum_stmt": _CARE, "reindex_stmt": _CARE, "check_point_stmt": _CARE,
    "truncate_stmt": "it removes data, and none is read",
    "createdb_stmt": "databases are not made: the script's objects are read into one",
    "dropdb_stmt": _SERVER, "alter_database_stmt": _SERVER, "alter_database_set_stmt": _SERVER,
    "alter_database_refresh_coll_stmt": _SERVER, "alter_system_stmt": _SERVER,
    "create_table_space_stmt": _SERVER, "drop_table_space_stmt": _SERVER, "alter_table_space_options_stmt": _SERVER,
    "load_stmt": "it would load a library into the server",
    "alter_role_stmt": _ROLES, "alter_role_set_stmt": _ROLES, "drop_role_stmt": _ROLES, "grant_role_stmt": _ROLES,
    "drop_owned_stmt": _ROLES, "reassign_owned_stmt": _ROLES,
}  # fmt: skip
"""Statements that are not run, by their node in the parse tree, and why."""

_INSTEAD: Final = "secret"
"""What stands for a secret while a script is read."""

_HARMLESS: Final = frozenset({
    "set", "unset", "echo", "qecho", "warn", "timing", "pset", "x", "a", "t", "conninfo", "encoding", "errverbose", "p",
})  # fmt: skip
"""Commands of psql that neither define nor hide anything."""

_SETTINGS: Final = frozenset({
    "search_path", "default_tablespace", "default_table_access_method", "default_toast_compression", "xmloption",
    "datestyle", "intervalstyle", "timezone",
})  # fmt: skip
"""Settings on which the meaning of later statements can depend."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of data that were skipped are counted by this name."""

    name: str
    rows: int


@dataclass(slots=True)
class Statement:
    """A statement with what was found out about it before it runs.

    Attributes
    ----------
    sql
        What the script says, or what a mend made of it.
    run
        What is sent to the server; empty if it is skipped.
    skip, note
        Why it is skipped; what is worth knowing though it ran.
    setting
        The setting that it changes for what follows.
    settings
        The settings in force where it stands: name and statement.
    tree
        Its parse node, unless the grammar refuses it.
    kind
        The name of that node: ``create_stmt``.
    reads
        Whether it is a query, whose rows nobody wants.
    is_mended
        Whether it came from a mend.
    owner
        The role to which it would give something.
    """

    piece: Piece
    sql: str
    run: str = ""
    skip: str = ""
    note: str = ""
    setting: str = ""
    settings: tuple[tuple[str, str], ...] = ()
    tree: Any = None
    kind: str = ""
    data: Table | None = None
    reads: bool = False
    is_mended: bool = False
    owner: str = ""
    refusal: InvalidSql | None = None
    defines: frozenset[str] = field(default_factory=frozenset)

    @property
    def number(self) -> int:
        return self.piece.number

    @property
    def node(self) -> Any:
        """The statement's own parse node."""
        return getattr(self.tree, self.kind)


def read(piece: Piece, sql: str | None = None) -> Statement:
    """Return a statement, or what a mend made of it, with what will be done with it."""
    found = Statement(piece, piece.sql if sql is None else sql, is_mended=sql is not None)
    if piece.unread and sql is None:
        found.skip = piece.unread
        return found
    if piece.kind == "meta" and sql is None:
        found.skip, found.data = _meta(piece)
        return found
    if piece.sends and piece.sends not in {"g", "gx"}:
        found.skip = f"psql would use its answer (\\{piece.sends}), and nothing asks psql here"
        return found
    data = _DATA.match(found.sql)
    if data is not None:
        rows = _rows(piece, data, found.sql)
        if elsewhere := _rows_elsewhere(found.sql):
            found.skip = elsewhere
            return found
        if rows or data[1].upper() != "COPY":
            found.data = Table(_table_name(data), rows)
        found.skip = DATA_SKIPPED
        return found
    try:
        found.tree = sqltext.parsed(found.sql)
    except InvalidSql as error:
        found.refusal = error
        if _TRANSACTION.match(found.sql):
            found.skip = "it is about a transaction, and cannot be understood"
        found.run = found.sql
        return found
    found.kind = found.tree.WhichOneof("node") or ""
    found.run = found.sql
    _decide(found)
    return found


def _rows(piece: Piece, data: re.Match[str], sql: str) -> int:
    """Return how many rows a statement brings, as far as its text tells."""
    verb = data[1].upper()
    if verb == "COPY":
        return piece.data_lines
    return row_count(sql[data.end() :]) if verb.startswith(("INSERT", "REPLACE")) else 0


def makes_rows_by_query(sql: str) -> str:
    """Return the table into which a statement brings rows that its text does not hold; empty if it does not."""
    found = _DATA.match(sql)
    if found is None or not found[1].upper().startswith(("INSERT", "REPLACE")):
        return ""
    rest = sql[found.end() :]
    is_counted = row_count(rest) or re.search(r"\bVALUES\b", rest, re.IGNORECASE)
    return "" if is_counted else _table_name(found)


def defines_nothing(sql: str, reason: str) -> bool:
    """Whether a statement leaves nothing behind that a catalog holds, and is no mere setting or data.

    Parameters
    ----------
    reason
        Why it was skipped, if it was.
    """
    return bool(_TEMPORARY.match(sql)) or (reason in _PURPOSELESS and not _SETTING.match(sql))


def _table_name(data: re.Match[str]) -> str:
    return data[2].replace('"', "").replace("`", "")


def _meta(piece: Piece) -> tuple[str, Table | None]:
    name, *words = piece.sql[1:].split(maxsplit=1) or [""]
    rest = words[0] if words else ""
    if name in {"restrict", "unrestrict"}:
        return _GUARD, None
    if name in {"connect", "c"}:
        return HOW_PSQL_WORKS, None  # what belongs to a database that is not read says so itself
    if name in {"i", "ir", "include", "include_relative"}:
        return f"refused: other files are not read; import {rest.strip()} too, or paste it in", None
    if name == "copy":
        return _copy(piece)
    if name == "!":
        return "refused: no shell command is run", None
    if name in {"if", "elif", "else", "endif"}:
        return "psql would choose here; all branches are read", None
    if name in _HARMLESS:
        return HOW_PSQL_WORKS, None
    return f"a command of psql (\\{name}), which defines nothing", None


def _copy(piece: Piece) -> tuple[str, Table | None]:
    into = _COPIES.match(piece.sql)
    if into is None:
        return _READS, None
    elsewhere = _rows_elsewhere(piece.sql)
    return (elsewhere, None) if elsewhere else (DATA_SKIPPED, Table(into[1].replace('"', ""), piece.data_lines))


def _rows_elsewhere(sql: str) -> str:
    """Return what is to be said of rows that a COPY takes from another file or a program; empty if it does not."""
    found = _COPIES.match(sql.lstrip())
    if found is None or found[2].lower() in {"stdin", "pstdin"}:
        return ""
    return f"the rows of {found[1]} are in {found[2]}, were not counted, and were skipped: only definitions are read"


def _decide(found: Statement) -> None:
    """Say what is done with a statement that the grammar understands."""
    if found.kind in _SKIPPED:
        found.skip = _SKIPPED[found.kind]
        return
    special = _SPECIAL.get(found.kind)
    if special is not None:
        special(found, found.node)


def _variable(found: Statement, node: Any) -> None:
    name = node.name.lower()
    if name in _SETTINGS and not node.is_local:
        found.setting = name
    else:
        found.skip = _SESSION if name not in {"role", "session_authorization"} else OWNERS


def _select(found: Statement, node: Any) -> None:
    if node.HasField("into_clause"):
        return
    kinds = {type(part).__name__ for part in sqltext.walk(node)}
    if kinds & _HIDDEN_DATA:
        found.skip = "it changes data: a script is read for its definitions"
        return
    if "FuncCall" not in kinds:
        found.skip = _READS
        return
    name, arguments = _only_call(node)
    if name == "set_config" and arguments[:1] and arguments[0].lower() in _SETTINGS:
        found.setting = arguments[0].lower()
        found.reads = True
    elif name == "set_config":
        found.skip = _SESSION
    elif name in {"setval", "nextval"}:
        found.skip = _SEQUENCE
    else:
        found.reads = True


def _only_call(node: Any) -> tuple[str, list[str]]:
    """Return the function and the string arguments of ``SELECT f('a', 'b')``."""
    if len(node.target_list) != 1 or node.target_list[0].res_target.val.WhichOneof("node") != "func_call":
        return "", []
    call = node.target_list[0].res_target.val.func_call
    return call.funcname[-1].string.sval, [arg.a_const.sval.sval for arg in call.args]


def _role(found: Statement, node: Any) -> None:
    found.note = _ROLES


def _extension(found: Statement, node: Any) -> None:
    if not node.if_not_exists:
        node.if_not_exists = True
        found.run = _deparsed(found)


def _create_as(found: Statement, node: Any) -> None:
    if node.objtype and _enum_name(node, "objtype") == "OBJECT_TABLE" and not node.into.skip_data:
        found.run = _WITH_DATA.sub("", found.sql) + "\nWITH NO DATA"
        found.note = "made without its rows"


def _without_concurrently(found: Statement, node: Any) -> None:
    if node.concurrent:
        node.concurrent = False
        found.run = _deparsed(found)
        found.note = "made without CONCURRENTLY, which changes how it is made, not what is made"


def _alter_table(found: Statement, node: Any) -> None:
    commands = [item.alter_table_cmd for item in node.cmds]
    if commands and all(_enum_name(command, "subtype") == "AT_ChangeOwner" for command in commands):
        found.skip = OWNERS
        found.owner = commands[0].newowner.rolename
    for command in commands:
        part = getattr(command, "def").partition_cmd
        if _enum_name(command, "subtype") == "AT_DetachPartition" and part.concurrent:
            part.concurrent = False
            found.run = _deparsed(found)


def _owner(found: Statement, node: Any) -> None:
    found.skip, found.owner = OWNERS, node.newowner.rolename


def _comment(found: Statement, node: Any) -> None:
    kind = _enum_name(node, "objtype")
    if kind in {"OBJECT_DATABASE", "OBJECT_TABLESPACE"}:
        found.skip = _SERVER
    elif kind == "OBJECT_ROLE":
        found.skip = _ROLES


def _grant(found: Statement, node: Any) -> None:
    if _enum_name(node, "objtype") in {"OBJECT_DATABASE", "OBJECT_TABLESPACE", "OBJECT_PARAMETER_ACL"}:
        found.skip = _SERVER


def _foreign(found: Statement, node: Any) -> None:
    """Send no secret to the server, whose log might keep it; that there is one is read all the same."""
    options = [part for part in sqltext.walk(node) if type(part).__name__ == "DefElem" and is_secret(part.defname)]
    secret = [option for option in options if option.arg.WhichOneof("node") == "string"]
    for option in secret:
        option.arg.string.sval = _INSTEAD
    if secret:
        found.run = _deparsed(found)
        found.note = "read without its secrets"


def _cluster(found: Statement, node: Any) -> None:
    if not node.HasField("relation"):
        found.skip = _CARE


def _transaction(found: Statement, node: Any) -> None:
    found.skip = _TRANSACTIONS


_SPECIAL: Final[Mapping[str, Callable[[Statement, Any], None]]] = {
    "variable_set_stmt": _variable, "alter_owner_stmt": _owner, "select_stmt": _select, "create_role_stmt": _role,
    "transaction_stmt": _transaction,
    "create_extension_stmt": _extension, "create_table_as_stmt": _create_as, "index_stmt": _without_concurrently,
    "drop_stmt": _without_concurrently, "alter_table_stmt": _alter_table, "comment_stmt": _comment,
    "grant_stmt": _grant, "cluster_stmt": _cluster,
    **dict.fromkeys(
        ("create_user_mapping_stmt", "alter_user_mapping_stmt", "create_foreign_server_stmt",
         "alter_foreign_server_stmt", "create_fdw_stmt", "alter_fdw_stmt", "create_foreign_table_stmt"),
        _foreign,
    ),
}  # fmt: skip


def _deparsed(found: Statement) -> str:
    result = postgast.ParseResult()
    result.stmts.add().stmt.CopyFrom(found.tree)
    return sqltext.deparse(result)


def _enum_name(node: Any, name: str) -> str:
    """Return the name of an enum's value in a parse node: ``OBJECT_TABLE``."""
    value = type(node).DESCRIPTOR.fields_by_name[name].enum_type.values_by_number.get(getattr(node, name))
    return value.name if value is not None else ""


def role_statement(name: str) -> str:
    """Return what makes a role available."""
    return f"CREATE ROLE {quote(name)} NOLOGIN"
