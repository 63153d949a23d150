"""``CHECK`` constraints of tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._constraint import Constraint
from designer_kernel.catalog.kinds._inheritance import Inheritable, with_standalone
from designer_kernel.catalog.kinds._presence import constraints
from designer_kernel.catalog.kinds._queries import from_version
from designer_kernel.catalog.objects import Alteration, Change, Folded, Placement, sql_text
from designer_kernel.catalog.spelling import expressions, in_parentheses

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Constraint, Inheritable):
    """A check constraint; ``expression`` is without the outer ``CHECK (…)``.

    Those that a table has only from its parents are facts (``inherited``) where the table is created without them.
    """

    kind = "check"
    presence = constraints("c")
    rank = 112
    section = "Constraints"
    expression: str = sql_text()
    no_inherit: bool = False
    valid: bool = True
    enforced: bool = True
    inherited: bool = False

    @property
    def placement(self) -> Placement:  # type: ignore[override] # CREATE TABLE takes every check for valid
        return "folds" if self.valid else "own"

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.expression)

    def words(self) -> str:
        words = f"CHECK {in_parentheses(self.expression)}"
        words += " NO INHERIT" if self.no_inherit else ""
        return words if self.enforced else f"{words} NOT ENFORCED"

    def as_inherited(self) -> Iterable[tuple[str, ...]]:
        return (self.clause({}),) if self.inherited else ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        if self.inherited:  # it comes with the parents'
            return ()
        (text,) = super(Check, self).create(catalog, folded)
        return (text if self.valid else f"{text} NOT VALID",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return () if self.inherited else super(Check, self).drop(catalog)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if old.valid or replace(old, valid=True) != self or self.inherited:
            return None
        return Alteration(
            (f"ALTER TABLE {quote_path(self.schema, self.table)}\n    VALIDATE CONSTRAINT {quote(self.name)}",)
        )

    def offenders(self, old: Self | None = None) -> str:
        if self.inherited or not self.enforced or (not self.valid and old is None):
            return ""
        return f"SELECT * FROM {quote_path(self.schema, self.table)} WHERE NOT {in_parentheses(self.expression)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        # A partition that was made after an invalid check of its parent has a valid one, which is then its own.
        own = """(k.conislocal OR (c.relispartition AND k.convalidated AND EXISTS (
                          SELECT FROM pg_inherits i
                          JOIN pg_constraint p ON p.conrelid = i.inhparent AND p.contype = 'c'
                          WHERE i.inhrelid = c.oid AND p.conname = k.conname AND NOT p.convalidated)))"""
        enforced = from_version(version, 18, "k.conenforced", "true")
        return f"""{with_standalone(version)}
            SELECT 'pg_constraint'::regclass::oid, k.oid, 0, c.schema, c.relname, k.conname,
                   pg_get_expr(k.conbin, k.conrelid), k.connoinherit, k.convalidated OR NOT {enforced}, {enforced},
                   NOT {own}
            FROM pg_constraint k
            JOIN relations c ON c.oid = k.conrelid
            LEFT JOIN standalone s ON s.oid = c.oid
            WHERE k.contype = 'c'
              AND ({own} OR (s.oid IS NOT NULL AND (k.convalidated OR NOT {enforced})))
            ORDER BY c.schema, c.relname, k.conname
            """
