"""``EXCLUDE`` constraints."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._constraint import IndexedConstraint, deferring, meeting
from designer_kernel.catalog.kinds._partitioned_indexes import DERIVED
from designer_kernel.catalog.kinds._presence import constraints
from designer_kernel.catalog.kinds._queries import DEFERRABLE, INCLUDED, INDEX_STORAGE, RELATIONS
from designer_kernel.catalog.objects import sql_text
from designer_kernel.catalog.spelling import (
    closing,
    expressions,
    in_parentheses,
    index_element,
    index_expressions,
    index_values,
    outside_brackets,
    split_list,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion(IndexedConstraint):
    """An exclusion constraint; ``elements`` are pairs of column or expression, and operator."""

    kind = "exclusion"
    presence = constraints("x")
    rank = 113
    section = "Constraints"
    method: str = "gist"
    elements: tuple[tuple[str, str], ...] = sql_text(default=())
    predicate: str = sql_text()
    deferrable: str = ""
    include: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    tablespace: str = ""

    def named_columns(self) -> tuple[str, ...]:
        return self.include

    def sql_fields(self) -> Iterable[str]:
        return (
            *index_expressions(index_element(element) for element, _ in self.elements),
            *expressions(self.predicate),
        )

    def sameness(self) -> tuple[Hashable, ...]:
        return self.method, self.elements, self.predicate, self.include, self.deferrable

    def words(self) -> str:
        elements = ", ".join(f"{index_element(element)} WITH {operator}" for element, operator in self.elements)
        where = f" WHERE {in_parentheses(self.predicate)}" if self.predicate else ""
        method = f"EXCLUDE USING {quote(self.method)} ({elements})"
        return f"{method}{self.storage()}{where}{deferring(self.deferrable)}"

    def offenders(self, old: Self | None = None) -> str:
        values = index_values(index_element(element) for element, _ in self.elements)
        if not values:
            return ""
        return meeting(self.schema, self.table, values, [sign for _, sign in self.elements], self.predicate)

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS},{DERIVED}
            SELECT 'pg_constraint'::regclass::oid, k.oid, 0, c.schema, c.relname, k.conname, m.amname,
                   pg_get_constraintdef(k.oid), coalesce(pg_get_expr(i.indpred, i.indrelid), ''),
                   {INCLUDED},
                   {DEFERRABLE}, {INDEX_STORAGE}
            FROM pg_constraint k
            JOIN relations c ON c.oid = k.conrelid
            JOIN pg_index i ON i.indexrelid = k.conindid
            JOIN pg_class x ON x.oid = k.conindid
            JOIN pg_am m ON m.oid = x.relam
            LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
            WHERE k.contype = 'x' AND k.conindid NOT IN (SELECT d.oid FROM derived d)
            ORDER BY c.schema, c.relname, k.conname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, table, name, method, definition, predicate, include, deferrable, options, tablespace = row
        begin = outside_brackets(definition, "(")
        inside = definition[begin + 1 : closing(definition, begin)]
        elements = tuple((e, o) for e, _, o in (item.rpartition(" WITH ") for item in split_list(inside)))
        return cls(
            schema=schema,
            table=table,
            name=name,
            method=method,
            elements=elements,
            predicate=predicate,
            include=tuple(include),
            deferrable=deferrable,
            options=tuple(options),
            tablespace=tablespace,
        )
