"""``CREATE TRIGGER``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import RELATIONS, column_names
from designer_kernel.catalog.kinds.column import column_id
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import closing, expressions, in_parentheses, outside_brackets

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


_ROW: Final = 1
_BEFORE: Final = 2
_INSTEAD: Final = 64
_EVENTS: Final = {"INSERT": 4, "UPDATE": 16, "DELETE": 8, "TRUNCATE": 32}
"""Bits of ``pg_trigger.tgtype``, from PostgreSQL's ``src/include/catalog/pg_trigger.h``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(CatalogObject):
    """A trigger. ``timing`` is BEFORE, AFTER or INSTEAD OF; ``events`` are INSERT, UPDATE, DELETE, TRUNCATE.

    ``function`` is (schema, name); ``arguments`` are its string arguments.
    """

    kind = "trigger"
    rank = 300
    section = "Triggers"
    schema: str
    table: str
    name: str
    timing: str
    events: tuple[str, ...]
    function: tuple[str, str]
    arguments: tuple[str, ...] = ()
    update_columns: tuple[str, ...] = ()
    for_each_row: bool = True
    condition: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("trigger", (self.schema, self.table, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        columns = (column_id(self.schema, self.table, name) for name in self.update_columns)
        return (ObjectId("function", (*self.function, "")), *columns)

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.condition)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        columns = f" OF {', '.join(map(quote, self.update_columns))}" if self.update_columns else ""
        events = " OR ".join(event + (columns if event == "UPDATE" else "") for event in self.events)
        lines = [
            f"CREATE TRIGGER {quote(self.name)}",
            f"{self.timing} {events} ON {quote_path(self.schema, self.table)}",
            f"FOR EACH {'ROW' if self.for_each_row else 'STATEMENT'}",
        ]
        if self.condition:
            lines.append(f"WHEN {in_parentheses(self.condition)}")
        lines.append(f"EXECUTE FUNCTION {quote_path(*self.function)}({', '.join(map(literal, self.arguments))})")
        return ("\n    ".join(lines),)

    def address(self) -> str:
        return f"TRIGGER {quote(self.name)} ON {quote_path(self.schema, self.table)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_trigger'::regclass::oid, t.oid, 0, c.schema, c.relname, t.tgname, t.tgtype::integer,
                   ARRAY[pn.nspname, p.proname], t.tgargs,
                   {column_names("t.tgattr", "t.tgrelid")},
                   CASE WHEN t.tgqual IS NOT NULL THEN pg_get_triggerdef(t.oid) ELSE '' END
            FROM pg_trigger t
            JOIN relations c ON c.oid = t.tgrelid
            JOIN pg_proc p ON p.oid = t.tgfoid
            JOIN pg_namespace pn ON pn.oid = p.pronamespace
            WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgconstraint = 0
            ORDER BY c.schema, c.relname, t.tgname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, table, name, bits, function, arguments, update_columns, definition = row
        begin = outside_brackets(definition, " WHEN (") + len(" WHEN ")
        return cls(
            schema=schema,
            table=table,
            name=name,
            timing="BEFORE" if bits & _BEFORE else "INSTEAD OF" if bits & _INSTEAD else "AFTER",
            events=tuple(event for event, bit in _EVENTS.items() if bits & bit),
            function=tuple(function),
            arguments=tuple(argument.decode() for argument in bytes(arguments).split(b"\0")[:-1]),
            update_columns=tuple(update_columns or ()),
            for_each_row=bool(bits & _ROW),
            condition=definition[begin + 1 : closing(definition, begin)] if definition else "",
        )
