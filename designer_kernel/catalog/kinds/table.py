"""``CREATE TABLE``: the relation itself; columns, constraints and the rest are facts of their own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote, quote_path, shorten
from designer_kernel.catalog.kinds._inheritance import Inheritable, with_standalone
from designer_kernel.catalog.kinds._presence import TABLES
from designer_kernel.catalog.kinds._queries import from_version
from designer_kernel.catalog.layout import aligned
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import index_expressions

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(CatalogObject):
    """A table: ordinary, partitioned (``partition_by``), a partition (``partition_of``), a child or of a type.

    ``partition_by`` is the text after PARTITION BY: ``RANGE (created_at)``; ``bound`` is the text that follows the
    parent's name: ``FOR VALUES FROM (…) TO (…)`` or ``DEFAULT``. ``partition_of``, each of ``inherits`` and
    ``of_type`` are (schema, name). ``access_method`` is empty where the server would choose the same.

    A ``standalone`` table has what its parents would not give it, another order of columns for example: it is created
    with all its columns, then attached to its partitioned table or its ``inherits``.
    """

    kind = "table"
    presence = TABLES
    holds_rows = True
    rank = 100
    section = "Tables"
    schema: str
    name: str
    unlogged: bool = False
    partition_by: str = sql_text()
    partition_of: tuple[str, str] | None = None
    bound: str = sql_text()
    row_security: bool = False
    force_row_security: bool = False
    inherits: tuple[tuple[str, str], ...] = ()
    of_type: tuple[str, str] | None = None
    access_method: str = ""
    standalone: bool = False

    @property
    def id(self) -> ObjectId:
        return table_id(self.schema, self.name)

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    @property
    def parents(self) -> tuple[tuple[str, str], ...]:
        """The tables that this one has columns from, as (schema, name)."""
        return (self.partition_of,) if self.partition_of else self.inherits

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield from (table_id(*parent) for parent in self.parents)
        if self.of_type:
            yield ObjectId("type", self.of_type)
        if self.access_method:
            yield ObjectId("access_method", (self.access_method,))

    def sql_fields(self) -> Iterable[str]:
        # A partition key is a list of columns and expressions after its method, as in an index.
        method, _, key = self.partition_by.partition(" ")
        key = key.strip()
        return index_expressions([key[1:-1]]) if method and key.startswith("(") else ()

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        parts = folded.get(self.id, ())
        # A key that came with the table would make columns of parents NOT NULL once more.
        later = [part for part in parts if self.inherits and not isinstance(part, Inheritable)]
        own = (part for part in parts if part not in later and not (self.inherits and _is_inherited(part)))
        clauses = list(filter(None, (part.clause(folded) for part in own)))
        statements = [*self._created(catalog, clauses)]
        for part in parts:
            statements += part.afterwards(catalog, folded) if isinstance(part, Inheritable) else ()
        for part in later:
            statements += part.create(catalog, folded)
        path = quote_path(self.schema, self.name)
        if self.row_security:
            statements.append(f"ALTER TABLE {path} ENABLE ROW LEVEL SECURITY")
        if self.force_row_security:
            statements.append(f"ALTER TABLE {path} FORCE ROW LEVEL SECURITY")
        return tuple(statements)

    def _created(self, catalog: Catalog, clauses: list[tuple[str, ...]]) -> Iterator[str]:
        """Yield the statements that create the table and attach it to its parents."""
        path = quote_path(self.schema, self.name)
        if self.standalone and self.partition_of:
            yield self._statement(clauses, _body(clauses))
            for part in self._inheritable(catalog):
                yield from part.before_attaching(catalog)
            yield f"ALTER TABLE {quote_path(*self.partition_of)}\n    ATTACH PARTITION {path} {self.bound}"
        elif self.standalone:
            yield from self._arranged(catalog, clauses)
        elif self.partition_of:
            text = f" PARTITION OF {quote_path(*self.partition_of)}{_body(clauses) if clauses else ''}"
            yield self._statement(clauses, f"{text}\n    {self.bound}")
        elif self.of_type:
            yield self._statement(clauses, f" OF {quote_path(*self.of_type)}{_body(clauses) if clauses else ''}")
        else:
            parents = ", ".join(quote_path(*parent) for parent in self.inherits)
            yield self._statement(clauses, _body(clauses) + (f"\n    INHERITS ({parents})" if parents else ""))

    def _arranged(self, catalog: Catalog, clauses: list[tuple[str, ...]]) -> Iterator[str]:
        """Yield the statements that create a child whose columns stand in another order than its parents' give.

        Columns that are only inherited can stand between its own only if they come from one first parent. That is a
        table made for the purpose, which the child leaves once it has its real parents.
        """
        parts = self._inheritable(catalog)
        if any(part.inherited for part in parts):
            first = _free_name(catalog, self.schema, self.name)
            order = [clause for part in parts for clause in part.as_inherited()]
            yield f"CREATE TABLE {first}{_body(order)}"
            yield self._statement(clauses, f"{_body(clauses)}\n    INHERITS ({first})")
        else:
            first = ""
            yield self._statement(clauses, _body(clauses))
        path = quote_path(self.schema, self.name)
        yield from (f"ALTER TABLE {path} INHERIT {quote_path(*parent)}" for parent in self.inherits)
        if first:
            yield f"ALTER TABLE {path} NO INHERIT {first}"
            yield f"DROP TABLE {first}"

    def _inheritable(self, catalog: Catalog) -> list[Inheritable]:
        """Return the parts of the table that it may have from parents, and the inherited ones of its columns."""
        parts: list[Inheritable] = [part for part in catalog.all_parts(self.id) if isinstance(part, Inheritable)]
        own = (catalog.all_parts(part.id) for part in parts if isinstance(part, CatalogObject) and part.integral)
        # A column of its own may be NOT NULL by a parent alone.
        parts += (part for below in own for part in below if isinstance(part, Inheritable) and part.inherited)
        return parts

    def _statement(self, clauses: list[tuple[str, ...]], shape: str) -> str:
        text = f"CREATE {'UNLOGGED ' if self.unlogged else ''}TABLE {quote_path(self.schema, self.name)}{shape}"
        text += f" PARTITION BY {self.partition_by}" if self.partition_by else ""
        return text + (f" USING {quote(self.access_method)}" if self.access_method else "")

    def goes_with(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (table_id(*self.partition_of),) if self.partition_of else ()

    def loosened(self) -> tuple[str, ...]:
        """Return the statements after which the table is a part of no other one, and of no type, with all its rows."""
        path = quote_path(self.schema, self.name)
        if self.partition_of:
            return (f"ALTER TABLE {quote_path(*self.partition_of)} DETACH PARTITION {path}",)
        left = tuple(f"ALTER TABLE {path} NO INHERIT {quote_path(*parent)}" for parent in self.inherits)
        return (*left, f"ALTER TABLE {path} NOT OF") if self.of_type else left

    def fastened(self) -> tuple[str, ...]:
        """Return the statements that take back those of `loosened`."""
        path = quote_path(self.schema, self.name)
        if self.partition_of:
            return (f"ALTER TABLE {quote_path(*self.partition_of)} ATTACH PARTITION {path} {self.bound}",)
        taken = tuple(f"ALTER TABLE {path} INHERIT {quote_path(*parent)}" for parent in self.inherits)
        return (*taken, f"ALTER TABLE {path} OF {quote_path(*self.of_type)}") if self.of_type else taken

    def address(self) -> str:
        return f"TABLE {quote_path(self.schema, self.name)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        same = replace(
            self,
            unlogged=old.unlogged,
            row_security=old.row_security,
            force_row_security=old.force_row_security,
            access_method=old.access_method,
        )
        if same != old or (self.access_method != old.access_method and change.version < 15):
            return None
        actions = []
        if self.unlogged != old.unlogged:
            actions.append("SET UNLOGGED" if self.unlogged else "SET LOGGED")
        if self.access_method != old.access_method:
            actions.append(f"SET ACCESS METHOD {quote(self.access_method or 'heap')}")
        if self.row_security != old.row_security:
            actions.append(f"{'ENABLE' if self.row_security else 'DISABLE'} ROW LEVEL SECURITY")
        if self.force_row_security != old.force_row_security:
            actions.append(f"{'FORCE' if self.force_row_security else 'NO FORCE'} ROW LEVEL SECURITY")
        return Alteration(tuple(f"ALTER TABLE {quote_path(self.schema, self.name)} {action}" for action in actions))

    def waits_for(self, change: Change) -> Iterable[ObjectId]:
        from designer_kernel.catalog.kinds.foreign_key import ForeignKey

        old = change.before.get(self.id)
        if not isinstance(old, Table) or old.unlogged == self.unlogged:
            return
        # A logged table may not point to one that is not.
        for key in change.before.of(ForeignKey):
            if self.unlogged and key.referenced == self.id:
                yield key.parent
            elif not self.unlogged and key.parent == self.id:
                yield key.referenced

    @classmethod
    def introspection(cls, version: int) -> str:
        # A partition takes its parent's access method, if that has one (17 and newer), unless it stands alone.
        usual = from_version(version, 17, "CASE WHEN s.oid IS NULL THEN pm.amname END", "NULL::name")
        return f"""{with_standalone(version)}
            SELECT 'pg_class'::regclass::oid, c.oid, 0, c.schema, c.relname, c.relpersistence = 'u',
                   CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) ELSE '' END,
                   CASE WHEN c.relispartition THEN ARRAY[pn.nspname, p.relname] END,
                   CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) ELSE '' END,
                   c.relrowsecurity, c.relforcerowsecurity,
                   CASE WHEN c.relispartition THEN '{{}}' ELSE coalesce(
                       (SELECT array_agg(ARRAY[hn.nspname, hc.relname] ORDER BY h.inhseqno)
                        FROM pg_inherits h
                        JOIN pg_class hc ON hc.oid = h.inhparent
                        JOIN pg_namespace hn ON hn.oid = hc.relnamespace
                        WHERE h.inhrelid = c.oid), '{{}}') END,
                   CASE WHEN c.reloftype <> 0 THEN ARRAY[tn.nspname, t.typname] END,
                   CASE WHEN m.amname <> coalesce({usual}, 'heap') THEN m.amname ELSE '' END, s.oid IS NOT NULL
            FROM relations c
            LEFT JOIN standalone s ON s.oid = c.oid
            LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND i.inhseqno = 1 AND c.relispartition
            LEFT JOIN pg_class p ON p.oid = i.inhparent
            LEFT JOIN pg_namespace pn ON pn.oid = p.relnamespace
            LEFT JOIN pg_type t ON t.oid = c.reloftype
            LEFT JOIN pg_namespace tn ON tn.oid = t.typnamespace
            LEFT JOIN pg_am m ON m.oid = c.relam
            LEFT JOIN pg_am pm ON pm.oid = p.relam
            WHERE c.relkind IN ('r', 'p')
            ORDER BY c.schema, c.relname
            """


@lru_cache(maxsize=16_384)  # it is asked for some ten times for each fact of a script that is ordered
def table_id(schema: str, name: str) -> ObjectId:
    """Return the identity of a relation; tables, views and materialized views share one name space."""
    return ObjectId("relation", (schema, name))


def _is_inherited(part: CatalogObject) -> bool:
    return isinstance(part, Inheritable) and part.inherited


def _body(clauses: list[tuple[str, ...]]) -> str:
    """Return the clauses of a table in brackets, with the space before them."""
    return f" (\n{aligned(clauses)}\n)" if clauses else " ()"


def _free_name(catalog: Catalog, schema: str, name: str) -> str:
    """Return a name, as SQL, that no relation of the catalog has."""
    numbered = (shorten(f"{name}_order{number or ''}") for number in count())
    return quote_path(schema, next(free for free in numbered if table_id(schema, free) not in catalog))
