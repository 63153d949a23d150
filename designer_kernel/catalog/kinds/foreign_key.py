"""``FOREIGN KEY`` constraints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._constraint import Constraint, deferring, period_columns
from designer_kernel.catalog.kinds._presence import constraints
from designer_kernel.catalog.kinds._queries import DEFERRABLE, OWN_CONSTRAINT, RELATIONS, column_names, from_version
from designer_kernel.catalog.kinds.column import column_id
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.index_attachment import IndexAttachment
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId
from designer_kernel.catalog.spelling import names

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


_DELETE_COLUMNS: Final = """CASE WHEN k.confdelsetcols IS NULL THEN '{}' ELSE
                   (SELECT array_agg(a.attname ORDER BY u.place)
                    FROM unnest(k.confdelsetcols) WITH ORDINALITY u (number, place)
                    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number) END"""

_FAMILIES: Final = {
    "integer": frozenset({"smallint", "integer", "bigint"}),
    "text": frozenset({"text", "character varying"}),
}
"""Types that compare with each other."""

LONG: Final = 90
"""Length, in characters, from which a foreign key is written in two lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignKey(Constraint):
    """A foreign key of ``columns`` to ``referenced_columns`` of another table, pair by pair.

    Actions are PostgreSQL's words (``NO ACTION``, ``RESTRICT``, ``CASCADE``, ``SET NULL``, ``SET DEFAULT``);
    ``on_delete_columns`` narrows SET NULL and SET DEFAULT (PostgreSQL 15 and newer).
    One that is not ``valid`` was never checked against the rows of its time; one that is not ``enforced`` is only said
    (PostgreSQL 18 and newer).
    """

    kind = "foreign_key"
    presence = constraints("f")
    rank = 150
    section = "Foreign keys"
    columns: tuple[str, ...]
    referenced_schema: str
    referenced_table: str
    referenced_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    on_delete_columns: tuple[str, ...] = ()
    match_full: bool = False
    deferrable: str = ""
    period: bool = False
    valid: bool = True
    enforced: bool = True

    @property
    def referenced(self) -> ObjectId:
        """The table that is pointed to."""
        return table_id(self.referenced_schema, self.referenced_table)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        for name in self.columns:
            yield column_id(self.schema, self.table, name)
        yield self.referenced
        for name in self.referenced_columns:
            yield column_id(self.referenced_schema, self.referenced_table, name)
        wanted = set(self.referenced_columns)
        quoted = {quote(column) for column in wanted}
        keys: list[CatalogObject] = [*catalog.parts(self.referenced, PrimaryKey)]
        keys += (unique for unique in catalog.parts(self.referenced, Unique) if set(unique.columns) == wanted)
        for index in catalog.parts(self.referenced, Index):
            if index.unique and not index.predicate and set(index.keys) == quoted:
                keys.append(index)
        for key in keys:
            yield key.id
            # The key of a partitioned table can be pointed to once those of all its partitions are attached.
            yield from (attachment.id for attachment in catalog.parts(key.id, IndexAttachment))

    def folds(self, catalog: Catalog) -> bool:
        return self.valid  # CREATE TABLE takes every foreign key for valid

    def words(self) -> str:
        target = quote_path(self.referenced_schema, self.referenced_table)
        ours, theirs = names(self.columns), names(self.referenced_columns)
        if self.period:
            ours, theirs = period_columns(self.columns), period_columns(self.referenced_columns)
        actions = " MATCH FULL" if self.match_full else ""
        actions += f" ON UPDATE {self.on_update}" if self.on_update != "NO ACTION" else ""
        actions += f" ON DELETE {self.on_delete}" if self.on_delete != "NO ACTION" else ""
        actions += f" {names(self.on_delete_columns)}" if self.on_delete_columns else ""
        actions += deferring(self.deferrable) + ("" if self.enforced else " NOT ENFORCED")
        ends = (f"FOREIGN KEY {ours}", f"REFERENCES {target} {theirs}{actions}")
        return ("\n        " if sum(map(len, ends)) > LONG else " ").join(ends)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        (text,) = super(ForeignKey, self).create(catalog, folded)
        return (text if self.valid else f"{text} NOT VALID",)

    def bars(self, change: Change) -> bool:
        # Both ends become another type, one after the other: between them, PostgreSQL would find no operator.
        return any(_becomes_another(mine, change) and _becomes_another(other, change) for mine, other in self._ends())

    def _ends(self) -> Iterable[tuple[ObjectId, ObjectId]]:
        for mine, other in zip(self.columns, self.referenced_columns, strict=True):
            yield (
                column_id(self.schema, self.table, mine),
                column_id(self.referenced_schema, self.referenced_table, other),
            )

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if replace(old, valid=self.valid, deferrable=self.deferrable) != self or (old.valid and not self.valid):
            return None
        table, name, statements = quote_path(self.schema, self.table), quote(self.name), []
        if self.deferrable != old.deferrable:
            words = deferring(self.deferrable) or " NOT DEFERRABLE"
            statements.append(f"ALTER TABLE {table}\n    ALTER CONSTRAINT {name}{words}")
        if self.valid != old.valid:
            statements.append(f"ALTER TABLE {table}\n    VALIDATE CONSTRAINT {name}")
        return Alteration(tuple(statements))

    def offenders(self, old: Self | None = None) -> str:
        if not self.enforced or not self.valid or self.period:
            return ""
        ours, theirs = quote_path(self.schema, self.table), quote_path(self.referenced_schema, self.referenced_table)
        pairs = list(zip(map(quote, self.columns), map(quote, self.referenced_columns), strict=True))
        filled = (" OR " if self.match_full else " AND ").join(f"r.{mine} IS NOT NULL" for mine, _ in pairs)
        same = " AND ".join(f"p.{other} = r.{mine}" for mine, other in pairs)
        columns = ", ".join(f"r.{mine}" for mine, _ in pairs)
        return (
            f"SELECT {columns} FROM {ours} r\nWHERE ({filled})\n  AND NOT EXISTS (SELECT FROM {theirs} p WHERE {same})"
        )

    @classmethod
    def introspection(cls, version: int) -> str:
        enforced = from_version(version, 18, "k.conenforced", "true")
        period = from_version(version, 18, "k.conperiod", "false")
        columns = from_version(version, 15, _DELETE_COLUMNS, "'{}'::text[]")
        return f"""{RELATIONS}
            SELECT 'pg_constraint'::regclass::oid, k.oid, 0, c.schema, c.relname, k.conname,
                   {column_names("k.conkey", "k.conrelid")},
                   fn.nspname, f.relname,
                   {column_names("k.confkey", "k.confrelid")},
                   {_action("k.confdeltype")},
                   {_action("k.confupdtype")},
                   {columns}, k.confmatchtype = 'f',
                   {DEFERRABLE}, {period}, k.convalidated OR NOT {enforced}, {enforced}
            FROM pg_constraint k
            JOIN relations c ON c.oid = k.conrelid
            JOIN pg_class f ON f.oid = k.confrelid
            JOIN pg_namespace fn ON fn.oid = f.relnamespace
            WHERE k.contype = 'f' AND {OWN_CONSTRAINT}
            ORDER BY c.schema, c.relname, k.conname
            """


def _becomes_another(column: ObjectId, change: Change) -> bool:
    """Whether the type of a column becomes one of another family."""
    old, new = (_family(getattr(catalog.get(column), "type", "")) for catalog in (change.before, change.after))
    return old != new


def _family(type_name: str) -> str:
    name = type_name.partition("(")[0].strip()
    return next((family for family, names in _FAMILIES.items() if name in names), name)


def _action(code: str) -> str:
    """Return SQL for the words of an action, from its code in ``pg_constraint``."""
    return f"""CASE {code} WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT'
                   WHEN 'r' THEN 'RESTRICT' ELSE 'NO ACTION' END"""
