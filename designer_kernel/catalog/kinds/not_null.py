"""Not-null constraints that are more than the words ``NOT NULL``: from PostgreSQL 18 they have names and states."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import given_name, quote, quote_path
from designer_kernel.catalog.kinds._constraint import Constraint
from designer_kernel.catalog.kinds._inheritance import Inheritable, default_name, with_standalone
from designer_kernel.catalog.kinds._presence import TABLES
from designer_kernel.catalog.kinds.column import Column, column_id
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.objects import Alteration, Change, Folded, ObjectId, Placement

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class NotNull(Constraint, Inheritable):
    """A not-null constraint with a name, a state or a comment of its own, or on a column that has it from a parent.

    An ``inherited`` one comes with the parents' and is only named here. ``beside`` tells that the column itself is
    inherited, so that the constraint stands beside the columns of the table.
    """

    kind = "not_null"
    presence = TABLES
    rank = 103
    section = "Constraints"
    column: str
    no_inherit: bool = False
    valid: bool = True
    inherited: bool = False
    beside: bool = False

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table) if self.beside else column_id(self.schema, self.table, self.column)

    @property
    def placement(self) -> Placement:  # type: ignore[override] # CREATE TABLE takes every constraint for valid
        return "folds" if self.valid or self.inherited else "own"

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        if not self.beside:
            yield table_id(self.schema, self.table)
        if self.inherited and (self.valid or self.has_other_name(catalog)):
            yield from (above.id for above in self.doubted_above(catalog))
        if not self.valid:
            # It is handed down to the tables that are there, and joins what these have under another name.
            for below in catalog.having(NotNull, "valid", False):
                if below.column == self.column and below.is_under(self, catalog):
                    if not below.inherited:
                        yield below.id
                    elif not below.has_other_name(catalog):
                        yield table_id(below.schema, below.table)

    def doubted_above(self, catalog: Catalog) -> Iterable[NotNull]:
        """Yield the invalid constraints that an inherited one comes from: a table made under them has a valid one."""
        for above in catalog.having(NotNull, "valid", False):
            if above.column == self.column and self.is_under(above, catalog):
                if above.inherited:
                    yield from above.doubted_above(catalog)
                else:
                    yield above

    def has_other_name(self, catalog: Catalog) -> bool:
        """Whether an invalid one that is inherited was there, under its own name, before its table was attached."""
        return not self.valid and self.inherited and all(a.name != self.name for a in self.doubted_above(catalog))

    def is_under(self, other: NotNull, catalog: Catalog) -> bool:
        """Whether the table of another constraint is a parent of this one's."""
        table = catalog.get(table_id(self.schema, self.table))
        return isinstance(table, Table) and (other.schema, other.table) in table.parents

    def words(self) -> str:
        return f"NOT NULL {quote(self.column)}" + (" NO INHERIT" if self.no_inherit else "")

    def clause(self, folded: Folded) -> tuple[str, ...]:
        if self.inherited:
            return ()
        if self.beside:
            return super(NotNull, self).clause(folded)
        return (f"CONSTRAINT {quote(self.name)} NOT NULL{' NO INHERIT' if self.no_inherit else ''}",)

    def as_inherited(self) -> Iterable[tuple[str, ...]]:
        return ((f"CONSTRAINT {quote(self.name)} {self.words()}",),) if self.inherited and self.valid else ()

    def not_null_columns(self) -> Iterable[str]:
        return (self.column,) if self.valid else ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        if self.inherited:  # it is there, but where its table had to be made first, as invalid as the parent's
            table = quote_path(self.schema, self.table)
            is_doubted = self.valid and any(self.doubted_above(catalog))
            return (f"ALTER TABLE {table}\n    VALIDATE CONSTRAINT {quote(self.name)}",) if is_doubted else ()
        return (self._added(),)

    def before_attaching(self, catalog: Catalog) -> tuple[str, ...]:
        return (self._added(),) if self.has_other_name(catalog) else ()

    def _added(self) -> str:
        text = self.adding(f"CONSTRAINT {quote(self.name)} {self.words()}")
        return text if self.valid else f"{text} NOT VALID"

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return () if self.inherited else super(NotNull, self).drop(catalog)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if self.inherited or replace(old, valid=self.valid, no_inherit=self.no_inherit) != self:
            return None
        if old.valid and not self.valid:
            return None
        table = quote_path(self.schema, self.table)
        statements = (
            [] if old.valid == self.valid else [f"ALTER TABLE {table}\n    VALIDATE CONSTRAINT {quote(self.name)}"]
        )
        if self.no_inherit != old.no_inherit:
            statements.append(self._inheriting(not self.no_inherit))
        return Alteration(tuple(statements))

    def _inheriting(self, inherit: bool) -> str:
        words = "INHERIT" if inherit else "NO INHERIT"
        return f"ALTER TABLE {quote_path(self.schema, self.table)}\n    ALTER CONSTRAINT {quote(self.name)} {words}"

    def arrive(self, change: Change) -> tuple[str, ...] | None:
        if not self._is_set(change.before) or self._is_told(change.before) or not self.valid:
            return None
        renaming = self._renaming(self._usual_name(), self.name)
        return (*renaming, self._inheriting(inherit=False)) if self.no_inherit else renaming

    def leave(self, change: Change) -> tuple[str, ...] | None:
        if not self._is_set(change.after) or self._is_told(change.after) or not self.valid or self.inherited:
            return None
        renaming = self._renaming(self.name, self._usual_name())
        return (self._inheriting(inherit=True), *renaming) if self.no_inherit else renaming

    def left_as(self, change: Change) -> tuple[str, ...]:
        return () if self.leave(change) is None else (self.schema, self.table, self._usual_name())

    def _is_set(self, catalog: Catalog) -> bool:
        column = catalog.get(column_id(self.schema, self.table, self.column))
        return isinstance(column, Column) and column.not_null

    def _is_told(self, catalog: Catalog) -> bool:
        """Whether a catalog has a fact of this kind about the column."""
        column = column_id(self.schema, self.table, self.column)
        return bool(catalog.parts(column, NotNull))

    def _usual_name(self) -> str:
        return given_name(self.table, self.column, "not_null")

    def _renaming(self, name: str, other: str) -> tuple[str, ...]:
        if name == other:
            return ()
        table = quote_path(self.schema, self.table)
        return (f"ALTER TABLE {table}\n    RENAME CONSTRAINT {quote(name)} TO {quote(other)}",)

    @classmethod
    def introspection(cls, version: int) -> str:
        if version < 18:
            return ""
        given = "(c.relispartition AND s.oid IS NULL)"
        # An invalid constraint is handed down to the partitions that there are, under its own name.
        handed_down = """(NOT k.conislocal OR EXISTS (
                                  SELECT FROM pg_inherits i
                                  JOIN pg_attribute p ON p.attrelid = i.inhparent AND p.attname = a.attname
                                  JOIN pg_constraint pk ON pk.conrelid = p.attrelid AND pk.conkey[1] = p.attnum
                                  WHERE i.inhrelid = c.oid AND pk.contype = 'n' AND pk.conname = k.conname))"""
        beside = f"({given} OR (NOT c.relispartition AND (NOT a.attislocal OR c.reloftype <> 0)))"
        return f"""{with_standalone(version)}
            SELECT 'pg_constraint'::regclass::oid, k.oid, 0, c.schema, c.relname, k.conname, a.attname,
                   k.connoinherit, k.convalidated,
                   {given} OR (NOT c.relispartition AND NOT k.conislocal)
                   OR (c.relispartition AND k.coninhcount > 0 AND NOT k.convalidated AND {handed_down}),
                   {beside}
            FROM (SELECT k.*, k.conkey[1] AS number FROM pg_constraint k WHERE k.contype = 'n' OFFSET 0) k
            JOIN relations c ON c.oid = k.conrelid
            JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.number
            LEFT JOIN standalone s ON s.oid = c.oid
            LEFT JOIN pg_description m ON m.classoid = 'pg_constraint'::regclass AND m.objoid = k.oid
            WHERE k.contype = 'n' AND c.relkind IN ('r', 'p', 'f')
              AND (m.objoid IS NOT NULL
                   OR (NOT {given}
                       AND (k.connoinherit OR NOT k.convalidated
                            OR (NOT c.relispartition AND (k.coninhcount > 0 OR {beside}))
                            -- Another table that has the name may come first, and the server would choose another.
                            OR (k.connamespace, k.conname) IN
                               (SELECT u.connamespace, u.conname FROM pg_constraint u
                                WHERE u.coninhcount = 0 OR u.conrelid = ANY(%(standalone)s::oid[])
                                GROUP BY 1, 2 HAVING count(*) > 1)
                            OR NOT {_has_given_name()})))
            ORDER BY c.schema, c.relname, k.conname
            """


def _has_given_name() -> str:
    """Return SQL for whether a constraint ``k`` has the name that the server gives it.

    Two columns of a table may have names that are the same once they are cut: the second one's gets a number.
    """
    given = default_name("c.relname", "a.attname", "not_null")
    # Where no name is cut, which is soon seen, the first comparison settles it.
    return f"""(k.conname::text = c.relname || '_' || a.attname || '_not_null'
                                OR k.conname = {given}
                                OR (k.conname = {default_name("c.relname", "a.attname", "not_null1")}
                                    AND EXISTS (SELECT FROM pg_constraint u
                                                WHERE u.conrelid = k.conrelid AND u.contype = 'n'
                                                  AND u.conname = {given} AND u.conkey[1] < k.conkey[1])))"""
