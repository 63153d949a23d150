"""What all table constraints share."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._options import assignments
from designer_kernel.catalog.kinds._partitioned_indexes import is_partition, partitions
from designer_kernel.catalog.kinds.column import column_id
from designer_kernel.catalog.kinds.index_attachment import (
    came_with_parent,
    given_otherwise,
    renaming,
    stands_alone,
    stays_with_parent,
    wholes,
)
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, Change, Folded, ObjectId
from designer_kernel.catalog.spelling import names

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint(CatalogObject):
    """A named constraint of a table; constraint names are unique within their table."""

    schema: str
    table: str
    name: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("constraint", (self.schema, self.table, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    placement = "folds"

    def named_columns(self) -> tuple[str, ...]:
        """Return the columns of its table that the constraint names outside of SQL."""
        return ()

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (column_id(self.schema, self.table, name) for name in self.named_columns())

    def words(self) -> str:
        """Return the constraint without its name: ``PRIMARY KEY (id)``."""
        raise TypeError(f"{type(self).__name__} does not say how it is written")

    def clause(self, folded: Folded) -> tuple[str, ...]:
        return (f"CONSTRAINT {quote(self.name)} {self.words()}",)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        (clause,) = self.clause(folded)
        return (self.adding(clause),)

    def adding(self, clause: str) -> str:
        """Return the statement that adds the constraint to its table."""
        return f"ALTER TABLE {quote_path(self.schema, self.table)}\n    ADD {clause}"

    def rename(self, to: Self) -> tuple[str, ...]:
        table = quote_path(to.schema, to.table)
        return (f"ALTER TABLE {table} RENAME CONSTRAINT {quote(self.name)} TO {quote(to.name)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER TABLE {quote_path(self.schema, self.table)}\n    DROP CONSTRAINT {quote(self.name)}",)

    def address(self) -> str:
        return f"CONSTRAINT {quote(self.name)} ON {quote_path(self.schema, self.table)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedConstraint(Constraint):
    """A constraint that an index of its own name enforces.

    ``include`` are columns that only the index stores; ``options`` are its storage parameters as the server keeps them
    (``fillfactor=70``); ``tablespace`` is empty for the database's own; ``deferrable`` is ``""``, ``"IMMEDIATE"`` or
    ``"DEFERRED"`` (its initial state).
    """

    if TYPE_CHECKING:  # each kind declares them in the order that its canonical JSON has
        include: tuple[str, ...] = ()
        deferrable: str = ""
        options: tuple[str, ...] = ()
        tablespace: str = ""

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield from super(IndexedConstraint, self).requires(catalog)
        if stands_alone(catalog, self.id):
            yield from partitions(catalog, self.schema, self.table)

    def arrive(self, change: Change) -> tuple[str, ...] | None:
        if not came_with_parent(self.id, change):
            return None
        given = given_otherwise(self.id, self._given_name(), change)
        return (renaming(self.schema, given, self.name),) if given else ()

    def stays(self, change: Change) -> bool:
        return stays_with_parent(self.id, change)

    def leave(self, change: Change) -> tuple[str, ...] | None:
        if not self.stays(change):
            return None
        given = given_otherwise(self.id, self._given_name(), change)
        return (renaming(self.schema, self.name, given),) if given else ()

    def _given_name(self) -> str:
        """Return what the server calls this constraint of a partition; empty if that is not known."""
        return ""

    def folds(self, catalog: Catalog) -> bool:
        # In the statement of a partition, a key would add its own NOT NULL to those of the parent.
        return (
            not stands_alone(catalog, self.id)
            and not is_partition(catalog, self.parent)
            and not self._has_twin_before(catalog)
        )

    def sameness(self) -> tuple[Hashable, ...]:
        """Return what the server looks at to find out that two constraints of one statement are the same."""
        raise TypeError(f"{type(self).__name__} does not say what makes it the same as another")

    def _has_twin_before(self, catalog: Catalog) -> bool:
        """Whether the table has the same constraint under another name; of two in one statement, one gets lost."""
        others = [one for one in catalog.all_parts(self.parent) if isinstance(one, IndexedConstraint)]
        if len(others) < 2:
            return False
        mine, place = self.sameness(), (self.rank, self.name)
        return any((one.rank, one.name) < place and one.sameness() == mine for one in others)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        (clause,) = self.clause(folded)
        only = "ONLY " if stands_alone(catalog, self.id) else ""
        return (f"ALTER TABLE {only}{quote_path(self.schema, self.table)}\n    ADD {clause}",)

    def goes_with(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (self.parent, *wholes(catalog, self.id))

    def storage(self) -> str:
        """Return the clauses on the index, with the space before them."""
        text = including(self.include)
        text += f" WITH ({assignments(self.options)})" if self.options else ""
        return text + (f" USING INDEX TABLESPACE {quote(self.tablespace)}" if self.tablespace else "")


def including(columns: tuple[str, ...]) -> str:
    """Return the INCLUDE clause of a key or index, with the space before it."""
    return f" INCLUDE {names(columns)}" if columns else ""


def deferring(state: str) -> str:
    """Return the clause of a deferrable constraint, with the space before it."""
    return f" DEFERRABLE INITIALLY {state}" if state else ""


def key_columns(columns: tuple[str, ...], period: bool) -> str:
    """Return the columns of a key; those of a period end with a range that may not overlap (PostgreSQL 18)."""
    return f"{names(columns)[:-1]} WITHOUT OVERLAPS)" if period else names(columns)


def period_columns(columns: tuple[str, ...]) -> str:
    """Return one end of a foreign key over a period: its last column is a range."""
    return "(" + ", ".join([*map(quote, columns[:-1]), f"PERIOD {quote(columns[-1])}"]) + ")"


def meeting(schema: str, table: str, values: Sequence[str], operators: Sequence[str], predicate: str = "") -> str:
    """Return the query for rows that another row of a table meets in all of some values, each by its operator."""
    named = ", ".join(f"{value} AS value_{place}" for place, value in enumerate(values))
    where = f" WHERE {predicate}" if predicate else ""
    rows = f"(SELECT tableoid, ctid, {named} FROM {quote_path(schema, table)}{where})"
    met = " AND ".join(f"a.value_{place} {sign} b.value_{place}" for place, sign in enumerate(operators))
    shown = ", ".join(f"a.value_{place}" for place in range(len(values)))
    return f"SELECT {shown}\nFROM {rows} a\nJOIN {rows} b ON (a.tableoid, a.ctid) < (b.tableoid, b.ctid) AND {met}"
