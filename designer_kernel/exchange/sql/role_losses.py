"""What a script says of roles beyond their names, which is all that a catalog holds of them; never a password."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Any, Final

from designer_kernel.catalog import sqltext
from designer_kernel.design.losses import Loss
from designer_kernel.errors import InvalidSql
from designer_kernel.exchange.sql.outcome import StatementOutcome
from designer_kernel.postgres.surroundings import role_loss

_ABOUT_ROLES: Final = re.compile(
    r"\s*(?:(?:CREATE|ALTER)\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\b)|GRANT\s+(?:(?!\bON\b)[^'])*$|COMMENT\s+ON\s+ROLE\b)",
    re.IGNORECASE,
)
_SWITCHES: Final = {
    "superuser": "SUPERUSER", "canlogin": "LOGIN", "createrole": "CREATEROLE", "createdb": "CREATEDB",
    "isreplication": "REPLICATION", "bypassrls": "BYPASSRLS",
}  # fmt: skip
_NO_LIMIT: Final = -1


def of_roles(outcomes: Iterable[StatementOutcome], kept: Collection[str]) -> tuple[tuple[Loss, ...], frozenset[int]]:
    """Return an entry for each role of which a script says more than a name, and the numbers of those statements.

    Parameters
    ----------
    kept
        The roles of the design.
    """
    said: defaultdict[str, list[str]] = defaultdict(list)
    numbers = set()
    for outcome in outcomes:
        if outcome.state == "failed" or not _ABOUT_ROLES.match(outcome.sql):
            continue
        try:
            tree = sqltext.parsed(outcome.sql)
        except InvalidSql:  # cut, since it is very long: the statement itself is in the report then
            continue
        kind = tree.WhichOneof("node")
        if kind in _READERS:
            for name, words in _READERS[kind](getattr(tree, kind)):
                said[name].append(words)
            numbers.add(outcome.number)
    losses = (role_loss(name, dict.fromkeys(words), is_kept=name in kept) for name, words in said.items())
    return tuple(losses), frozenset(numbers)


def _of_create(node: Any) -> Iterator[tuple[str, str]]:
    kind = node.DESCRIPTOR.fields_by_name["stmt_type"].enum_type.values_by_number[node.stmt_type].name
    if kind == "ROLESTMT_USER":
        yield node.role, "LOGIN"
    yield from ((node.role, words) for words in _options(node))


def _of_alter(node: Any) -> Iterator[tuple[str, str]]:
    yield from ((node.role.rolename, words) for words in _options(node))


def _options(node: Any) -> Iterator[str]:
    for option in node.options:
        name, value = option.def_elem.defname, option.def_elem.arg
        if name in _SWITCHES and value.boolean.boolval:
            yield _SWITCHES[name]
        elif name == "inherit" and not value.boolean.boolval:
            yield "NOINHERIT"
        elif name == "connectionlimit" and value.integer.ival != _NO_LIMIT:
            yield f"CONNECTION LIMIT {value.integer.ival}"
        elif name == "validUntil":
            yield "VALID UNTIL"
        elif name == "password":
            yield "its password"
        elif name == "addroleto":
            yield f"member of {_names(value.list.items)}"
        elif name in {"rolemembers", "adminmembers"}:
            yield f"has the members {_names(value.list.items)}"


def _of_settings(node: Any) -> Iterator[tuple[str, str]]:
    yield node.role.rolename or "ALL", f"setting {node.setstmt.name}" if node.setstmt.name else "its settings"


def _of_grant(node: Any) -> Iterator[tuple[str, str]]:
    groups = ", ".join(group.access_priv.priv_name for group in node.granted_roles)
    verb = "member of" if node.is_grant else "no longer member of"
    for member in node.grantee_roles:
        yield member.role_spec.rolename or "CURRENT_USER", f"{verb} {groups}"


def _of_comment(node: Any) -> Iterator[tuple[str, str]]:
    yield node.object.string.sval, "its comment"


def _names(items: Iterable[Any]) -> str:
    return ", ".join(item.role_spec.rolename for item in items)


_READERS: Final = {
    "create_role_stmt": _of_create,
    "alter_role_stmt": _of_alter,
    "alter_role_set_stmt": _of_settings,
    "grant_role_stmt": _of_grant,
    "comment_stmt": _of_comment,
}
