"""``CREATE TRIGGER``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._constraint import deferring
from designer_kernel.catalog.kinds._presence import TRIGGERS
from designer_kernel.catalog.kinds._queries import RELATIONS, column_names, not_of_extension
from designer_kernel.catalog.kinds.column import column_id
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import closing, expressions, in_parentheses, outside_brackets

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


_ROW: Final = 1
_BEFORE: Final = 2
_INSTEAD: Final = 64
_EVENTS: Final = {"INSERT": 4, "UPDATE": 16, "DELETE": 8, "TRUNCATE": 32}
"""Bits of ``pg_trigger.tgtype``, from PostgreSQL's ``src/include/catalog/pg_trigger.h``."""
_DEFERRABLE: Final = """CASE WHEN NOT t.tgdeferrable THEN '' WHEN t.tginitdeferred THEN 'DEFERRED'
                   ELSE 'IMMEDIATE' END"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger(CatalogObject):
    """A trigger. ``timing`` is BEFORE, AFTER or INSTEAD OF; ``events`` are INSERT, UPDATE, DELETE, TRUNCATE.

    ``function`` is (schema, name); ``arguments`` are its string arguments. ``old_table`` and ``new_table`` name its
    transition tables. A ``constraint`` trigger may be ``deferrable``, IMMEDIATE or DEFERRED at first, and may name a
    table that it is ``constraint_on`` besides its own (FROM). Whether a trigger is enabled is a fact of its own.
    """

    kind = "trigger"
    presence = TRIGGERS
    rank = 300
    bars_retyping = True
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
    constraint: bool = False
    deferrable: str = ""
    constraint_on: tuple[str, str] | None = None
    old_table: str = ""
    new_table: str = ""

    @property
    def id(self) -> ObjectId:
        return ObjectId("trigger", (self.schema, self.table, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        columns = (column_id(self.schema, self.table, name) for name in self.update_columns)
        other = (table_id(*self.constraint_on),) if self.constraint_on else ()
        return (ObjectId("function", (*self.function, "")), *other, *columns)

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.condition)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        columns = f" OF {', '.join(map(quote, self.update_columns))}" if self.update_columns else ""
        events = " OR ".join(event + (columns if event == "UPDATE" else "") for event in self.events)
        lines = [
            f"CREATE {'CONSTRAINT ' if self.constraint else ''}TRIGGER {quote(self.name)}",
            f"{self.timing} {events} ON {quote_path(self.schema, self.table)}",
        ]
        if self.constraint_on:
            lines.append(f"FROM {quote_path(*self.constraint_on)}")
        if self.deferrable:
            lines.append(deferring(self.deferrable).strip())
        tables = [
            f"{age} TABLE AS {quote(name)}" for age, name in (("OLD", self.old_table), ("NEW", self.new_table)) if name
        ]
        if tables:
            lines.append(f"REFERENCING {' '.join(tables)}")
        lines.append(f"FOR EACH {'ROW' if self.for_each_row else 'STATEMENT'}")
        if self.condition:
            lines.append(f"WHEN {in_parentheses(self.condition)}")
        lines.append(f"EXECUTE FUNCTION {quote_path(*self.function)}({', '.join(map(literal, self.arguments))})")
        return ("\n    ".join(lines),)

    def address(self) -> str:
        return f"TRIGGER {quote(self.name)} ON {quote_path(self.schema, self.table)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if self.constraint or old.constraint:
            return None
        return Alteration(tuple(sql.replace("CREATE", "CREATE OR REPLACE", 1) for sql in self.create(change.after, {})))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_trigger'::regclass::oid, t.oid, 0, c.schema, c.relname, t.tgname, t.tgtype::integer,
                   ARRAY[pn.nspname, p.proname], t.tgargs,
                   {column_names("t.tgattr", "t.tgrelid")},
                   CASE WHEN t.tgqual IS NOT NULL THEN pg_get_triggerdef(t.oid) ELSE '' END,
                   t.tgconstraint <> 0, {_DEFERRABLE},
                   CASE WHEN o.oid IS NOT NULL THEN ARRAY[o_n.nspname, o.relname] END,
                   coalesce(t.tgoldtable, ''), coalesce(t.tgnewtable, '')
            FROM pg_trigger t
            JOIN relations c ON c.oid = t.tgrelid
            JOIN pg_proc p ON p.oid = t.tgfoid
            JOIN pg_namespace pn ON pn.oid = p.pronamespace
            LEFT JOIN pg_class o ON o.oid = t.tgconstrrelid
            LEFT JOIN pg_namespace o_n ON o_n.oid = o.relnamespace
            WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND {not_of_extension("pg_trigger", "t.oid")}
            ORDER BY c.schema, c.relname, t.tgname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, table, name, bits, function, arguments, update_columns, definition, *constraint, old, new = row
        is_constraint, deferrable, constraint_on = constraint
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
            constraint=is_constraint,
            deferrable=deferrable,
            constraint_on=tuple(constraint_on) if constraint_on else None,
            old_table=old,
            new_table=new,
        )
