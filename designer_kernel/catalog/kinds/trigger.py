"""``CREATE TRIGGER``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import expressions, in_parentheses

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


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
        return (ObjectId("function", (*self.function, "")),)

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
