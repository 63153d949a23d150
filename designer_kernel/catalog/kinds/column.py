"""Columns of tables, and their defaults as facts of their own (a default may need what needs the column)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._inheritance import PARENT_COLUMN, Inheritable, with_standalone
from designer_kernel.catalog.kinds._presence import TABLES
from designer_kernel.catalog.kinds._queries import from_version
from designer_kernel.catalog.kinds.composite import Composite, CompositeAttribute
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import default_value, expressions, in_parentheses

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


_TEXTUAL: Final = frozenset({"enum", "composite", "range", "multirange", "domain"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(CatalogObject, Inheritable):
    """A column. ``type`` is spelled as ``format_type`` prints it: ``character varying(255)``, ``numeric(10,2)[]``.

    ``identity`` is ``""``, ``"ALWAYS"`` or ``"BY DEFAULT"``; ``generated`` is the expression of a generated column,
    stored unless ``virtual`` (PostgreSQL 18 and newer); ``collation`` is the name of a collation other than the
    type's own, and ``collation_schema`` where it lives if that is not ``pg_catalog``. An ``inherited`` column comes
    from a parent table or from the type of the table.

    Partitions have no columns of their own unless they are standalone.
    """

    kind = "column"
    presence = TABLES
    holds_rows = True
    rank = 101
    section = "Columns"
    placement = "folds"
    integral = True
    ordered = True
    schema: str
    table: str
    name: str
    type: str
    not_null: bool = False
    identity: str = ""
    generated: str = sql_text()
    collation: str = ""
    virtual: bool = False
    collation_schema: str = ""
    inherited: bool = False

    @property
    def id(self) -> ObjectId:
        return column_id(self.schema, self.table, self.name)

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        # Designs name a collation alone.
        return (ObjectId("collation", (self.collation_schema or "public", self.collation)),) if self.collation else ()

    def type_names(self) -> Iterable[str]:
        return (self.type,)

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.generated)

    def clause(self, folded: Folded) -> tuple[str, ...]:
        if self.inherited:
            return ()
        parts = folded.get(self.id, ())
        rest = self._collated() + self._filled()
        # The options of an identity column's sequence follow it at once.
        for part in sorted(parts, key=lambda part: not part.integral):
            rest += part.clause(folded)
        # An identity column is NOT NULL by itself; a constraint with a name says it in its own words.
        if self.not_null and not self.identity and not any(part.id.kind == "constraint" for part in parts):
            rest.append("NOT NULL")
        return (quote(self.name), self.type, " ".join(rest))

    def as_inherited(self) -> Iterable[tuple[str, ...]]:
        rest = self._collated() + ([] if self.identity else self._filled())
        rest += ["NOT NULL"] if self.inherited and self.not_null else []
        yield (quote(self.name), self.type, " ".join(rest))

    def _collated(self) -> list[str]:
        path = (self.collation_schema, self.collation) if self.collation_schema else (self.collation,)
        return [f"COLLATE {quote_path(*path)}"] if self.collation else []

    def _filled(self) -> list[str]:
        """Return what fills the column by itself."""
        if self.identity:
            return [f"GENERATED {self.identity} AS IDENTITY"]
        how = "VIRTUAL" if self.virtual else "STORED"
        return [f"GENERATED ALWAYS AS {in_parentheses(self.generated)} {how}"] if self.generated else []

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        if self.inherited:
            return self.afterwards(catalog, folded)
        words = " ".join(cell for cell in self.clause(folded) if cell)
        return (f"ALTER TABLE {quote_path(self.schema, self.table)}\n    ADD COLUMN {words}",)

    def afterwards(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        if not self.inherited and (self.not_null or not self._is_given_not_null(catalog)):
            return ()
        parts = folded.get(self.id, ()) if self.inherited else ()
        statements = [sql for part in parts for sql in part.create(catalog, {})]
        if self.not_null != self._is_given_not_null(catalog):
            word = "SET" if self.not_null else "DROP"
            table = quote_path(self.schema, self.table)
            statements.append(f"ALTER TABLE {table}\n    ALTER COLUMN {quote(self.name)} {word} NOT NULL")
        return tuple(statements)

    def _is_given_not_null(self, catalog: Catalog) -> bool:
        """Whether the column is NOT NULL as soon as its table is there, by its parents or the table's constraints."""
        table = catalog.get(self.parent)
        above = table.inherits if isinstance(table, Table) else ()
        columns = [catalog.get(column_id(*path, self.name)) for path in above]
        named = (part for part in catalog.all_parts(self.parent) if isinstance(part, Inheritable))
        return any(isinstance(column, Column) and column.not_null for column in columns) or any(
            self.name in part.not_null_columns() for part in named
        )

    def address(self) -> str:
        return f"COLUMN {quote_path(self.schema, self.table, self.name)}"

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        if self.inherited:
            return ()
        return (f"ALTER TABLE {quote_path(self.schema, self.table)}\n    DROP COLUMN {quote(self.name)}",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if self.inherited or old.inherited or (self.generated and not old.generated):
            return None
        if self.generated and (self.virtual != old.virtual or self.type != old.type or self.collation != old.collation):
            return None
        alter = f"ALTER TABLE {quote_path(self.schema, self.table)}\n    ALTER COLUMN {quote(self.name)}"
        retypes = (self.type, self.collation_schema, self.collation) != (old.type, old.collation_schema, old.collation)
        actions = []
        if old.generated and not self.generated:
            if old.virtual:
                return None
            actions.append("DROP EXPRESSION")
        elif self.generated != old.generated:
            if change.version < 17 or self.virtual:
                return None
            actions.append(f"SET EXPRESSION AS {in_parentheses(self.generated)}")
        if old.identity and not self.identity:
            actions.append("DROP IDENTITY")
        if retypes:
            words = [f"TYPE {self.type}", *self._collated()]
            if self.id in change.using:
                words.append(f"USING {change.using[self.id]}")
            elif _is_made(old.type, change.before):
                words.append(f"USING {converted(old, self, change)}")
            actions.append(" ".join(words))
        if self.not_null and not old.not_null and not self._is_constrained(change.after):
            actions.append("SET NOT NULL")
        if self.identity and not old.identity:
            actions.append(f"ADD GENERATED {self.identity} AS IDENTITY")
        elif self.identity != old.identity and self.identity:
            actions.append(f"SET GENERATED {self.identity}")
        if old.not_null and not self.not_null:
            actions.append("DROP NOT NULL")
        return Alteration(tuple(f"{alter} {action}" for action in actions), retypes)

    def _is_constrained(self, catalog: Catalog) -> bool:
        """Whether a constraint that is a fact of its own makes the column NOT NULL."""
        parts = (part for part in catalog.all_parts(self.id) if isinstance(part, Inheritable))
        return any(not part.inherited and self.name in part.not_null_columns() for part in parts)

    def bars(self, change: Change) -> bool:
        return bool(self.generated)

    def rename(self, to: Self) -> tuple[str, ...]:
        table = quote_path(to.schema, to.table)
        return (f"ALTER TABLE {table} RENAME COLUMN {quote(self.name)} TO {quote(to.name)}",)

    def offenders(self, old: Self | None = None) -> str:
        if old is None or not self.not_null or old.not_null:
            return ""
        name = quote(self.name)
        return f"SELECT * FROM {quote_path(self.schema, self.table)} WHERE {name} IS NULL"

    @classmethod
    def introspection(cls, version: int) -> str:
        own_identity = from_version(version, 17, "NOT c.relispartition", "true")
        invalid = "SELECT k.conrelid, k.conkey[1] FROM pg_constraint k WHERE k.contype = 'n' AND NOT k.convalidated"
        not_null = from_version(
            version, 18, f"a.attnotnull AND (a.attrelid, a.attnum) NOT IN ({invalid})", "a.attnotnull"
        )
        # Generated columns are few: a join would look up the default of every column.
        generated = f"""CASE WHEN a.attgenerated <> '' THEN (
                       SELECT pg_get_expr(d.adbin, d.adrelid)
                       FROM pg_attrdef d
                       WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum
                         -- A column of its own that a child shares with its parents may not repeat their expression.
                         AND (a.attinhcount = 0 OR NOT a.attislocal OR s.oid IS NOT NULL OR EXISTS (
                             SELECT FROM {PARENT_COLUMN}
                             WHERE i.inhrelid = c.oid AND p.attname = a.attname
                               AND pg_get_expr(pd.adbin, pd.adrelid) IS DISTINCT FROM pg_get_expr(d.adbin, d.adrelid)))
                   ) END"""
        return f"""{with_standalone(version)}
            SELECT 'pg_class'::regclass::oid, c.oid, a.attnum, c.schema, c.relname, a.attname,
                   format_type(a.atttypid, a.atttypmod), {not_null},
                   CASE WHEN NOT ({own_identity}) THEN '' WHEN a.attidentity = 'a' THEN 'ALWAYS'
                   WHEN a.attidentity = 'd' THEN 'BY DEFAULT' ELSE '' END,
                   coalesce({generated}, ''), coalesce(l.collname, ''),
                   a.attgenerated = 'v' AND {generated} IS NOT NULL,
                   CASE WHEN ln.nspname <> 'pg_catalog' THEN ln.nspname ELSE '' END,
                   NOT c.relispartition AND (NOT a.attislocal OR c.reloftype <> 0)
            FROM relations c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN standalone s ON s.oid = c.oid
            LEFT JOIN pg_collation l
              ON l.oid = a.attcollation
             AND a.attcollation <> (SELECT t.typcollation FROM pg_type t WHERE t.oid = a.atttypid)
            LEFT JOIN pg_namespace ln ON ln.oid = l.collnamespace
            WHERE c.relkind IN ('r', 'p', 'f') AND (NOT c.relispartition OR s.oid IS NOT NULL)
            ORDER BY c.schema, c.relname, a.attnum
            """


def converted(old: Column, new: Column, change: Change) -> str:
    """Return the values of a column as those of another one; types without casts go by their text."""
    name = quote(old.name)
    if old.type == new.type or not (_is_made(old.type, change.before) or _is_made(new.type, change.after)):
        return name
    held, wanted = (_attributes(c.type, catalog) for c, catalog in ((old, change.before), (new, change.after)))
    if held and wanted:
        values = (f"({name}).{quote(part)}::{kind}" if part in held else "NULL" for part, kind in wanted.items())
        return f"CASE WHEN {name} IS DISTINCT FROM NULL THEN ROW({', '.join(values)})::{new.type} END"
    return f"{name}::{'text[]' if new.type.endswith('[]') and old.type.endswith('[]') else 'text'}::{new.type}"


def _attributes(type_name: str, catalog: Catalog) -> dict[str, str]:
    """Return the attributes of a composite type with how their values are cast to it."""
    for composite in catalog.of(Composite):
        if type_name == quote_path(composite.schema, composite.name):
            parts = catalog.parts(composite.id, CompositeAttribute)
            return {p.name: f"text::{p.type}" if _is_made(p.type, catalog) else p.type for p in parts}
    return {}


def _is_made(type_name: str, catalog: Catalog) -> bool:
    """Whether a type is one that has no casts but by its text: an enum, a composite type, a range."""
    name = type_name.removesuffix("[]")
    return "." in name and any(name == quote_path(*key.path) for key, fact in catalog.items() if fact.kind in _TEXTUAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Default(CatalogObject):
    """The default expression of a column; ``NULL`` where a child takes back the default of its parent."""

    kind = "default"
    presence = TABLES
    rank = 102
    bars_retyping = True
    section = "Columns"
    placement = "folds"
    schema: str
    table: str
    column: str
    expression: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("default", (self.schema, self.table, self.column))

    @property
    def parent(self) -> ObjectId:
        return column_id(self.schema, self.table, self.column)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield table_id(self.schema, self.table)  # columns of partitions are no facts
        table = catalog.get(table_id(self.schema, self.table))
        if isinstance(table, Table):  # setting a default later reaches the children that are there by then
            yield from (ObjectId("default", (*parent, self.column)) for parent in table.parents)

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.expression)

    def clause(self, folded: Folded) -> tuple[str, ...]:
        return (f"DEFAULT {default_value(self.expression)}",)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        table = quote_path(self.schema, self.table)
        return (f"ALTER TABLE {table}\n    ALTER COLUMN {quote(self.column)} SET DEFAULT {self.expression}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        table = quote_path(self.schema, self.table)
        return (f"ALTER TABLE {table}\n    ALTER COLUMN {quote(self.column)} DROP DEFAULT",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        # A child has its parents' defaults once it is created: only what differs from them is a fact. A default names
        # no columns, so the server need not know its table, nor open it, to write the expression.
        return f"""{with_standalone(version)}
            SELECT 'pg_attrdef'::regclass::oid, coalesce(d.oid, c.oid),
                   CASE WHEN d.oid IS NULL THEN a.attnum ELSE 0 END, c.schema, c.relname, a.attname,
                   coalesce(pg_get_expr(d.adbin, 0), 'NULL')
            FROM relations c
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attgenerated = '' AND a.attnum > 0 AND NOT a.attisdropped
                               AND (a.atthasdef OR a.attinhcount > 0)
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            LEFT JOIN standalone s ON s.oid = c.oid
            WHERE c.relkind IN ('r', 'p', 'f') AND (d.oid IS NOT NULL OR a.attinhcount > 0)
              AND CASE WHEN a.attinhcount = 0 OR s.oid IS NOT NULL THEN d.oid IS NOT NULL
                  WHEN a.attislocal AND NOT c.relispartition THEN d.oid IS NOT NULL OR EXISTS (
                      SELECT FROM {PARENT_COLUMN}
                      WHERE i.inhrelid = c.oid AND p.attname = a.attname AND pd.oid IS NOT NULL)
                  ELSE EXISTS (
                      SELECT FROM {PARENT_COLUMN}
                      WHERE i.inhrelid = c.oid AND p.attname = a.attname
                        AND pg_get_expr(pd.adbin, pd.adrelid) IS DISTINCT FROM pg_get_expr(d.adbin, d.adrelid)) END
            ORDER BY c.schema, c.relname, a.attnum
            """


@lru_cache(maxsize=65_536)
def column_id(schema: str, table: str, name: str) -> ObjectId:
    """Return the identity of a column."""
    return ObjectId("column", (schema, table, name))


def part_named(owner: ObjectId, column: str | None) -> ObjectId:
    """Return a relation's column of this name, or the owner itself if it is one already or there is no name."""
    return ObjectId("column", (*owner.path, column)) if column is not None and owner.kind == "relation" else owner
