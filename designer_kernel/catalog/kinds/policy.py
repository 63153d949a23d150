"""``CREATE POLICY``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import expressions, in_parentheses
from designer_kernel.catalog.unnamed import named

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_BEFORE: Final = "SELECT WHERE"
"""What makes the condition of a policy a statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(CatalogObject):
    """A row-level security policy. ``command`` is ALL, SELECT, INSERT, UPDATE or DELETE; no ``roles`` means PUBLIC."""

    kind = "policy"
    presence = "EXISTS (SELECT FROM pg_policy)"
    demands = True
    rank = 310
    bars_retyping = True
    section = "Policies"
    schema: str
    table: str
    name: str
    command: str = "ALL"
    permissive: bool = True
    roles: tuple[str, ...] = ()
    using: str = sql_text()
    check: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("policy", (self.schema, self.table, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("role", (role,)) for role in self.roles)

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.using, self.check)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        lines = [f"CREATE POLICY {quote(self.name)} ON {quote_path(self.schema, self.table)}"]
        if not self.permissive:
            lines.append("AS RESTRICTIVE")
        if self.command != "ALL":
            lines.append(f"FOR {self.command}")
        if self.roles:
            lines.append(f"TO {', '.join(map(quote, self.roles))}")
        if self.using:
            lines.append(f"USING {in_parentheses(named(self.using, _BEFORE))}")
        if self.check:
            lines.append(f"WITH CHECK {in_parentheses(named(self.check, _BEFORE))}")
        return ("\n    ".join(lines),)

    def address(self) -> str:
        return f"POLICY {quote(self.name)} ON {quote_path(self.schema, self.table)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if (self.command, self.permissive) != (old.command, old.permissive):
            return None
        if (old.using and not self.using) or (old.check and not self.check):
            return None
        words = [f"ALTER POLICY {quote(self.name)} ON {quote_path(self.schema, self.table)}"]
        if self.roles != old.roles:
            words.append(f"TO {', '.join(map(quote, self.roles)) or 'PUBLIC'}")
        if self.using != old.using:
            words.append(f"USING {in_parentheses(named(self.using, _BEFORE))}")
        if self.check != old.check:
            words.append(f"WITH CHECK {in_parentheses(named(self.check, _BEFORE))}")
        return Alteration(("\n    ".join(words),))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_policy'::regclass::oid, p.oid, 0, c.schema, c.relname, p.polname,
                   CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                   WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
                   p.polpermissive,
                   coalesce((SELECT array_agg(r.rolname ORDER BY u.place)
                             FROM unnest(p.polroles) WITH ORDINALITY u (role, place)
                             JOIN pg_roles r ON r.oid = u.role), '{{}}'),
                   coalesce(pg_get_expr(p.polqual, p.polrelid), ''),
                   coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
            FROM pg_policy p
            JOIN relations c ON c.oid = p.polrelid
            ORDER BY c.schema, c.relname, p.polname
            """
