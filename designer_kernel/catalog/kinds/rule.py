"""``CREATE RULE``, for INSERT, UPDATE and DELETE; the rule ON SELECT is what a view is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._presence import RULES
from designer_kernel.catalog.kinds._queries import RELATIONS, not_of_extension
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import outside_brackets
from designer_kernel.catalog.unnamed import named

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(CatalogObject):
    """A rule of a table or view. ``event`` is INSERT, UPDATE or DELETE.

    ``action`` is what stands after the table's name: ``WHERE … DO INSTEAD …``.
    """

    kind = "rule"
    presence = RULES
    rank = 210
    bars_retyping = True
    section = "Rules"
    schema: str
    table: str
    name: str
    event: str
    action: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("rule", (self.schema, self.table, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    def sql_fields(self) -> Iterable[str]:
        return (self._statement(),) if self.action else ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (named(self._statement()),)

    def _statement(self) -> str:
        table = quote_path(self.schema, self.table)
        return f"CREATE RULE {quote(self.name)} AS\n    ON {self.event} TO {table}\n    {self.action}"

    def address(self) -> str:
        return f"RULE {quote(self.name)} ON {quote_path(self.schema, self.table)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_rewrite'::regclass::oid, r.oid, 0, c.schema, c.relname, r.rulename,
                   CASE r.ev_type WHEN '2' THEN 'UPDATE' WHEN '3' THEN 'INSERT' WHEN '4' THEN 'DELETE' END,
                   rtrim(pg_get_ruledef(r.oid), ';'), quote_ident(c.schema) || '.' || quote_ident(c.relname)
            FROM pg_rewrite r
            JOIN relations c ON c.oid = r.ev_class
            WHERE r.ev_type <> '1' AND {not_of_extension("pg_rewrite", "r.oid")}
            ORDER BY c.schema, c.relname, r.rulename
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, table, name, event, definition, path = row
        # The name comes first and is quoted as needed, so the first bare mention is what the rule is on.
        words = f"ON {event} TO "
        begin = outside_brackets(definition, words) + len(words) + len(path)
        return cls(schema=schema, table=table, name=name, event=event, action=definition[begin:].strip())
