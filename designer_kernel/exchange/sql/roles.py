"""Roles of a script, under other names: what it says of ``postgres`` or ``app`` must not touch the server's own.

Roles belong to the whole server. In the shadow each role of the script has a stand-in with a name of its own, so that
two imports do not wait for each other and no role of the server is named. Afterwards the facts get their names back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Final

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.exchange.sql.statements import Statement

_NAMING: Final = frozenset({
    "grant_stmt", "create_policy_stmt", "alter_policy_stmt", "alter_default_privileges_stmt", "create_schema_stmt",
    "create_user_mapping_stmt", "alter_user_mapping_stmt", "drop_user_mapping_stmt",
})  # fmt: skip
"""Statements that name roles, by their node in the parse tree."""

_TOKEN: Final = re.compile(r'"(?:[^"]|"")*"|[^\W\d][\w$]*')
_MADE: Final = re.compile(r'\bCREATE\s+(?:ROLE|USER|GROUP)\s+(?!MAPPING\b)("(?:[^"]|"")+"|\w+)', re.IGNORECASE)
_PLAIN: Final = re.compile(r"[^a-z0-9_]")


@dataclass(slots=True)
class Roles:
    """The roles of a script: those that it makes or takes for granted, and their stand-ins in the shadow.

    ``absent`` are roles that the script lacks but the server happens to have: names that nobody has take their place.

    ``mark`` begins the stand-ins' names; it is unique to this reading.
    """

    mark: str
    stand_ins: dict[str, str] = field(default_factory=dict)
    absent: dict[str, str] = field(default_factory=dict)

    def add(self, names: Iterable[str]) -> None:
        """Make stand-ins for roles."""
        for name in names:
            if name not in self.stand_ins:
                plain = _PLAIN.sub("_", name.lower())[:30]
                self.stand_ins[name] = f"{self.mark}_{plain}_{len(self.stand_ins)}"

    def hide(self, names: Iterable[str]) -> None:
        """Let roles be missing, although the server has them."""
        self.absent |= {name: f"{self.mark}_absent_{number}" for number, name in enumerate(names)}

    def restore_text(self, text: str) -> str:
        """Return a message of the server with the roles' own names."""
        for name, other in (self.stand_ins | self.absent).items():
            text = text.replace(other, name)
        return text

    def rewrite(self, text: str) -> str:
        """Return a statement with stand-ins in the place of the roles that it names."""
        edits = []
        raw = text.encode()
        for spec in _specs(sqltext.parsed(text)):
            stand_in = self.stand_ins.get(spec.rolename) or self.absent.get(spec.rolename)
            if stand_in is not None:
                at = len(raw[: spec.location].decode())
                token = _TOKEN.match(text, at)
                if token is not None:
                    edits.append((at, token.end(), stand_in))
        for start, end, name in sorted(edits, reverse=True):
            text = text[:start] + quote(name) + text[end:]
        return text

    def restore(self, catalog: Catalog) -> Catalog:
        """Return a catalog with the roles' own names."""
        names = {stand_in: name for name, stand_in in self.stand_ins.items()}
        if not names:
            return catalog
        pattern = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
        return Catalog(_renamed(fact, names, pattern) for fact in catalog.values())


def named(statement: Statement) -> list[str]:
    """Return the roles that a statement names."""
    if statement.kind not in _NAMING and not statement.owner:
        return []
    return [spec.rolename for spec in _specs(statement.tree)]


def made(statement: Statement) -> list[str]:
    """Return the roles that a statement makes, also those that the body of a DO makes."""
    if statement.kind == "create_role_stmt":
        return [statement.node.role]
    if statement.kind == "do_stmt":
        return [name.strip('"').replace('""', '"') for name in _MADE.findall(statement.sql)]
    return []


def _specs(tree: Any) -> Iterator[Any]:
    for node in sqltext.walk(tree):
        if type(node).__name__ == "RoleSpec" and node.rolename and not node.rolename.startswith("pg_"):
            yield node


def _renamed(fact: CatalogObject, names: Mapping[str, str], pattern: re.Pattern[str]) -> CatalogObject:
    changed = {}
    for item in fields(fact):
        value = getattr(fact, item.name)
        new = _value(value, names, pattern)
        if new is not value:
            changed[item.name] = new
    return replace(fact, **changed) if changed else fact


def _value(value: Any, names: Mapping[str, str], pattern: re.Pattern[str]) -> Any:
    """Return a field's value with the roles' own names; the same object if it names none."""
    if isinstance(value, str):
        if value in names:
            return names[value]
        return pattern.sub(lambda found: quote(names[found[0]]), value) if pattern.search(value) else value
    if isinstance(value, ObjectId):
        path = _value(value.path, names, pattern)
        return value if path is value.path else ObjectId(value.kind, path)
    if isinstance(value, tuple):
        new = tuple(_value(part, names, pattern) for part in value)
        return value if all(a is b for a, b in zip(new, value, strict=True)) else new
    if isinstance(value, frozenset):
        parts = {part: _value(part, names, pattern) for part in value}
        return value if all(a is b for a, b in parts.items()) else frozenset(parts.values())
    return value
