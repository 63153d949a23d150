"""What a step does, in the words of a person: ``alter column shop.orders.note``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final

from designer_kernel.catalog.objects import ObjectId

_RELATION: Final = re.compile(
    r"\b(FOREIGN TABLE|MATERIALIZED VIEW|TABLE|VIEW|SEQUENCE|DOMAIN|TYPE|PROCEDURE|AGGREGATE)\s+(.*)", re.IGNORECASE
)
_VAGUE: Final = frozenset({"relation", "type", "function"})
"""Kinds of identities that several kinds of objects share, so that the statement says which one it is."""

_SHOWN: Final = 60
"""Characters of a statement that stand for a step without facts."""


def title(action: str, facts: Sequence[ObjectId], statements: Sequence[str]) -> str:
    """Return what a step does, in a few words."""
    if not facts:
        first = " ".join(statements[0].split()) if statements else ""
        return f"{action}: {first[:_SHOWN]}".rstrip(": ")
    key = facts[0]
    rest = f" and {len(facts) - 1} more" if len(facts) > 1 else ""
    if key.kind == "dropped_schema":
        return f"{'drop' if action == 'create' else 'create'} schema {key.path[0]}"
    if action == "alter" and key.kind == "constraint" and all(" RENAME CONSTRAINT " in sql for sql in statements):
        action = "rename"
    whole = _WHOLE.get((key.kind, action))
    if whole is not None:
        return f"{whole(key.path)}{rest}"
    return f"{action} {named(key, statements)}{rest}"


def named(key: ObjectId, statements: Sequence[str] = ()) -> str:
    """Return a fact as a person would name it: ``function shop.double(integer)``."""
    word = _NAMES.get(key.kind)
    if word is not None:
        return word(key.path)
    kind = key.kind.replace("_", " ")
    if key.kind in _VAGUE and statements and (found := _RELATION.search(statements[0])) and key.path[1] in found[2]:
        kind = found[1].lower()
    if key.kind == "function":
        return f"{kind if kind in {'procedure', 'aggregate'} else 'function'} {'.'.join(key.path[:2])}({key.path[2]})"
    return f"{kind} {'.'.join(key.path)}"


def _about(path: Sequence[str]) -> str:
    """Return what a fact is about, whose path begins with the other one's kind."""
    return named(ObjectId(path[0], tuple(path[1:]))) if len(path) > 1 else path[0]


def _for(path: Sequence[str]) -> str:
    creator, schema, kind, role = path
    place = f" in {schema}" if schema else ""
    return f"default privileges of {creator}{place} on {kind.lower()} for {role}"


_WHOLE: Final[dict[tuple[str, str], Callable[[Sequence[str]], str]]] = {
    ("grant", "create"): lambda path: f"grant on {_about(path[:-1])} to {path[-1]}",
    ("grant", "drop"): lambda path: f"take back what is granted on {_about(path[:-1])} to {path[-1]}",
    ("revoke", "create"): lambda path: f"revoke on {_about(path[:-1])} from {path[-1]}",
    ("revoke", "drop"): lambda path: f"give back on {_about(path[:-1])} to {path[-1]}",
    ("comment", "create"): lambda path: f"comment on {_about(path)}",
}
"""What is done to a fact, where the words for the fact say it already."""

_NAMES: Final[dict[str, Callable[[Sequence[str]], str]]] = {
    "comment": lambda path: f"comment on {_about(path)}",
    "owner": lambda path: f"owner of {_about(path)}",
    "grant": lambda path: f"grant on {_about(path[:-1])} to {path[-1]}",
    "revoke": lambda path: f"revoke on {_about(path[:-1])} from {path[-1]}",
    "member_privilege": lambda path: f"privilege on {' '.join(filter(None, path[:-1]))}",
    "default_privileges": _for,
    "cast": lambda path: f"cast from {path[0]} to {path[-1]}",
    "operator": lambda path: f"operator {'.'.join(path[:2])} ({', '.join(filter(None, path[2:]))})",
    "extension_dependency": lambda path: f"dependency of {_about(path[:-1])} on extension {path[-1]}",
    "index_attachment": lambda path: f"attachment of index {'.'.join(path[2:])} to {'.'.join(path[:2])}",
    "publication_table": lambda path: f"table {'.'.join(path[1:])} of publication {path[0]}",
    "publication_schema": lambda path: f"schema {path[1]} of publication {path[0]}",
    "user_mapping": lambda path: f"user mapping of {path[1]} for server {path[0]}",
    "column_option": lambda path: f"option {path[-1]} of column {'.'.join(path[:-1])}",
    "storage_parameter": lambda path: f"storage parameter {path[-1]} of {'.'.join(path[:-1])}",
    "domain_constraint": lambda path: f"constraint {path[-1]} of domain {'.'.join(path[:-1])}",
}
"""How facts are named whose path alone does not say it well."""
