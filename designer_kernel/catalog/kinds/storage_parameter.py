"""Storage parameters of tables and of what they store out of line: ``fillfactor``, ``toast.autovacuum_enabled``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._presence import STORAGE_PARAMETERS
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.kinds._settings import setting
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageParameter(CatalogObject):
    """One storage parameter of a table; those of its out-of-line storage begin with ``toast.``."""

    kind = "storage_parameter"
    presence = STORAGE_PARAMETERS
    rank = 105
    section = "Storage"
    placement = "follows"
    schema: str
    table: str
    parameter: str
    value: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("storage_parameter", (self.schema, self.table, self.parameter))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"ALTER TABLE {quote_path(self.schema, self.table)} SET ({setting(self.parameter, self.value)})",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        name = ".".join(map(quote, self.parameter.split(".")))
        return (f"ALTER TABLE {quote_path(self.schema, self.table)} RESET ({name})",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_class'::regclass::oid, c.oid, -90000 - o.number, c.schema, c.relname,
                   o.space || o.option_name, o.option_value
            FROM relations c
            LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
            CROSS JOIN LATERAL (
                SELECT '' AS space, u.option_name, u.option_value, row_number() OVER () AS number
                FROM pg_options_to_table(c.reloptions) u
                UNION ALL
                SELECT 'toast.', u.option_name, u.option_value, 1000 + row_number() OVER ()
                FROM pg_options_to_table(t.reloptions) u) o
            WHERE c.relkind IN ('r', 'p') AND (c.reloptions IS NOT NULL OR t.reloptions IS NOT NULL)
            ORDER BY c.schema, c.relname, o.number
            """
