"""Hints for sample data: the edit that sets them, and how they follow what is renamed or removed."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit
from designer_kernel.design.edits.implied_moves import add_implied_moves
from designer_kernel.design.edits.moves import Moves, moves_between
from designer_kernel.design.sample_hints import ColumnHints, RowsPer, RowsShare, SampleHints, TableHints


class SetSampleHints(Edit):
    """Puts hints for sample data in the place of those that the design has; ``None`` takes them away."""

    kind: Literal["set_sample_hints"] = "set_sample_hints"
    hints: SampleHints | None

    def change(self, design: Design) -> Design:
        said = self.hints if self.hints is not None and self.hints.to_data() else None
        return design.model_copy(update={"sample": said})

    def reads(self, design: Design) -> frozenset[UUID]:
        found: set[UUID] = set()
        for name, table in self.hints.tables.items() if self.hints is not None else ():
            named = [(name, tuple(table.columns))]
            if isinstance(table.rows, RowsPer | RowsShare):
                named.append((table.rows.per if isinstance(table.rows, RowsPer) else table.rows.of, ()))
            for other, columns in named:
                entity = design.find_entity(other)
                if entity is not None:
                    found |= {entity.id, *(a.id for a in entity.attributes if a.name in columns)}
        return frozenset(found)

    def describe(self, design: Design) -> str:
        return "change the hints for sample data" if self.hints is not None else "remove the hints for sample data"


def with_followed_hints(before: Design, after: Design) -> Design:
    """Return the design after a change with its hints naming tables and columns as they are named now.

    Hints for what is gone go with it.
    """
    hints = after.sample
    if hints is None or not hints.tables or hints is not before.sample:
        return after
    moves = moves_between(before, after)
    add_implied_moves(moves, before, after)
    if not moves.relations and not moves.columns:
        return after
    tables: dict[str, TableHints] = {}
    for name, table in hints.tables.items():
        now = _renamed(before, moves, name)
        if now is not None:
            tables[now] = _table(before, moves, name, table)
    if tables == hints.tables:
        return after
    return after.model_copy(update={"sample": hints.model_copy(update={"tables": tables})})


def _place(design: Design, name: str) -> tuple[str, str]:
    entity = design.find_entity(name)
    if entity is not None:
        return design.schema_of(entity), entity.name
    schema, _, table = name.rpartition(".")
    return schema or design.default_schema, table


def _renamed(design: Design, moves: Moves, name: str) -> str | None:
    """Return what a table is called now, as fully as it was written; ``None`` if it is gone."""
    place = _place(design, name)
    now = moves.relations.get(place, place)
    if now is None or now == place:
        return None if now is None else name
    return ".".join(now) if name == ".".join(place) else now[1]


def _table(design: Design, moves: Moves, name: str, table: TableHints) -> TableHints:
    moved = moves.columns.get(_place(design, name), {})
    columns: dict[str, ColumnHints] = {}
    for column, hints in table.columns.items():
        now = moved.get(column, column)
        if now is not None:
            columns[now] = hints
    rows = table.rows
    if isinstance(rows, RowsPer):
        per = _renamed(design, moves, rows.per)
        rows = rows.model_copy(update={"per": per}) if per is not None else None
    elif isinstance(rows, RowsShare):
        of = _renamed(design, moves, rows.of)
        rows = rows.model_copy(update={"of": of}) if of is not None else None
    return table.model_copy(update={"columns": columns, "rows": rows})
