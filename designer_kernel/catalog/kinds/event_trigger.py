"""``CREATE EVENT TRIGGER``: made last, since it would fire at what is created after it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger(CatalogObject):
    """A trigger of the database. ``event`` is ddl_command_start, ddl_command_end, sql_drop, table_rewrite or login.

    ``tags`` are the commands it fires at, all if none are given; ``state`` is DISABLE, ENABLE REPLICA, ENABLE ALWAYS or
    empty for enabled.
    """

    kind = "event_trigger"
    presence = "EXISTS (SELECT FROM pg_event_trigger WHERE oid >= 16384)"
    rank = 960
    section = "Event triggers"
    scope = "database"
    name: str
    event: str
    function: tuple[str, str]
    tags: tuple[str, ...] = ()
    state: str = ""

    @property
    def id(self) -> ObjectId:
        return ObjectId("event_trigger", (self.name,))

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("function", (*self.function, "")),)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        lines = [f"CREATE EVENT TRIGGER {quote(self.name)} ON {quote(self.event)}"]
        if self.tags:
            lines.append(f"WHEN TAG IN ({', '.join(map(literal, self.tags))})")
        lines.append(f"EXECUTE FUNCTION {quote_path(*self.function)}()")
        created = "\n    ".join(lines)
        return (created, f"ALTER {self.address()} {self.state}") if self.state else (created,)

    def address(self) -> str:
        return f"EVENT TRIGGER {quote(self.name)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if (self.event, self.function, self.tags) != (old.event, old.function, old.tags):
            return None
        return Alteration((f"ALTER {self.address()} {self.state or 'ENABLE'}",))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_event_trigger'::regclass::oid, t.oid, 0, t.evtname, t.evtevent, ARRAY[n.nspname, p.proname],
                   coalesce(t.evttags, '{{}}'),
                   CASE t.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA'
                   WHEN 'A' THEN 'ENABLE ALWAYS' ELSE '' END
            FROM pg_event_trigger t
            JOIN pg_proc p ON p.oid = t.evtfoid
            JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE {not_of_extension("pg_event_trigger", "t.oid")}
            ORDER BY t.evtname
            """
