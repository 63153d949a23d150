"""``CREATE INDEX``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.identifiers import given_name, quote, quote_path
from designer_kernel.catalog.kinds._constraint import including
from designer_kernel.catalog.kinds._options import assignments
from designer_kernel.catalog.kinds._partitioned_indexes import DERIVED, partitions
from designer_kernel.catalog.kinds._presence import TABLES
from designer_kernel.catalog.kinds._queries import INCLUDED, INDEX_STORAGE, RELATIONS, from_version
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
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import bracketed, expressions, index_expressions, index_values, outside_brackets

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


_USUAL_KEYS: Final = """CASE WHEN i.indexprs IS NULL AND x.oid <> ALL(%(set_relations)s::oid[]) THEN ARRAY(
                    SELECT (SELECT quote_ident(a.attname) || CASE u.option WHEN 0 THEN '' WHEN 1 THEN ' DESC NULLS LAST'
                                   WHEN 2 THEN ' NULLS FIRST' WHEN 3 THEN ' DESC' END
                            FROM pg_attribute a
                            WHERE a.attrelid = i.indrelid AND a.attnum = u.number
                              AND u."collation" IN (0, a.attcollation)
                              AND EXISTS (SELECT FROM pg_opclass o
                                          WHERE o.oid = u.class AND o.opcdefault AND o.opcintype = a.atttypid))
                    FROM unnest(i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[], i.indoption::int2[])
                         WITH ORDINALITY u (number, class, "collation", option, place)
                    WHERE u.place <= i.indnkeyatts
                    ORDER BY u.place) END"""
"""The keys of an index, written as ``pg_get_indexdef`` does it; null where that has more to say of a column: another
collation or operator class than the column's own, options. That function looks through all operator classes each time,
which took twice as long for plain columns."""

_KEY: Final = re.compile(
    r'"(?P<quoted>(?:[^"]|"")+)"(?!\s*[.(])|(?P<function>\w+)\(|(?P<plain>\w+)(?![\w.(])|(?P<other>\(\()'
)
_OWN_METHODS: Final = frozenset({"btree", "hash", "gin", "gist", "spgist", "brin"})


def _label(key: str) -> str:
    """Return what the server calls the column of an index that a key makes; empty if that is not plain."""
    found = _KEY.match(key)
    if found is None or (found["other"] and "::" in key):
        return ""
    if found["other"]:
        return "expr"
    return found["quoted"].replace('""', '"') if found["quoted"] else (found["function"] or found["plain"]).lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Index(CatalogObject):
    """An index that no constraint owns. ``keys`` are the columns and parenthesised expressions, with ordering.

    ``schema`` is that of the table; ``table`` may be a materialized view. ``options`` are storage parameters as the
    server keeps them (``fillfactor=70``); ``tablespace`` is empty for the database's own.

    The index of a partitioned table is created with those of the partitions, unless these are facts of their own.
    """

    kind = "index"
    presence = TABLES
    rank = 140
    section = "Indexes"
    schema: str
    table: str
    name: str
    method: str = "btree"
    unique: bool = False
    nulls_not_distinct: bool = False
    keys: tuple[str, ...] = sql_text(default=())
    include: tuple[str, ...] = ()
    predicate: str = sql_text()
    options: tuple[str, ...] = ()
    tablespace: str = ""

    @property
    def id(self) -> ObjectId:
        return ObjectId("index", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield from (column_id(self.schema, self.table, name) for name in self.include)
        if stands_alone(catalog, self.id):
            yield from partitions(catalog, self.schema, self.table)
        if self.method not in _OWN_METHODS:
            yield ObjectId("access_method", (self.method,))

    def sql_fields(self) -> Iterable[str]:
        return (*index_expressions(self.keys), *expressions(self.predicate))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        text = f"CREATE {'UNIQUE ' if self.unique else ''}INDEX {quote(self.name)}"
        text += f" ON {'ONLY ' if stands_alone(catalog, self.id) else ''}{quote_path(self.schema, self.table)}"
        text += f" USING {quote(self.method)}" if self.method != "btree" else ""
        text += f" ({', '.join(self.keys)}){including(self.include)}"
        text += " NULLS NOT DISTINCT" if self.nulls_not_distinct else ""
        text += f" WITH ({assignments(self.options)})" if self.options else ""
        text += f" TABLESPACE {quote(self.tablespace)}" if self.tablespace else ""
        text += f" WHERE {self.predicate}" if self.predicate else ""
        return (text,)

    def goes_with(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (self.parent, *wholes(catalog, self.id))

    def address(self) -> str:
        return f"INDEX {quote_path(self.schema, self.name)}"

    def arrive(self, change: Change) -> tuple[str, ...] | None:
        if not came_with_parent(self.id, change):
            return None
        given = given_otherwise(self.id, self._given_name(change.after), change)
        renamed = (renaming(self.schema, given, self.name),) if given else ()
        return renamed + self._storing(self._handed_down(change.after), self)

    def stays(self, change: Change) -> bool:
        return stays_with_parent(self.id, change)

    def leave(self, change: Change) -> tuple[str, ...] | None:
        if not self.stays(change):
            return None
        given = given_otherwise(self.id, self._given_name(change.before), change)
        renamed = (renaming(self.schema, self.name, given),) if given else ()
        return self._storing(self, self._handed_down(change.before)) + renamed

    def _given_name(self, catalog: Catalog) -> str:
        """Return what the server calls this index of a partition; empty if that is not plain."""
        labels = self.labels()
        others = [one.labels() for one in catalog.parts(self._above(catalog).parent, Index)]
        is_plain = "" not in labels and len(set(labels)) == len(labels) and others.count(labels) < 2
        if not is_plain or ("expr" in labels and any("" in other for other in others)):
            return ""
        return given_name(self.table, "_".join(labels), "idx")

    def labels(self) -> tuple[str, ...]:
        """Return what the server calls the columns of the index; empty texts where that is not plain."""
        return (*map(_label, self.keys), *self.include)

    def _above(self, catalog: Catalog) -> Index:
        """Return the index that this one is a part of."""
        above = next((catalog[key] for key in wholes(catalog, self.id)), self)
        assert isinstance(above, Index)
        return above

    def _handed_down(self, catalog: Catalog) -> Index:
        """Return this index with the storage of the one that it is a part of."""
        above = self._above(catalog)
        return replace(self, options=above.options, tablespace=above.tablespace)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        is_only_stored = replace(self, options=old.options, tablespace=old.tablespace) == old
        return Alteration(self._storing(old, self)) if is_only_stored else None

    @staticmethod
    def _storing(old: Index, new: Index) -> tuple[str, ...]:
        """Return the statements that store an index as another one, whose name it has."""
        path, statements = quote_path(new.schema, new.name), []
        wanted, held = (dict(option.partition("=")[::2] for option in index.options) for index in (new, old))
        if gone := [name for name in held if name not in wanted]:
            statements.append(f"ALTER INDEX {path} RESET ({', '.join(map(quote, gone))})")
        if changed := [f"{name}={value}" for name, value in wanted.items() if held.get(name) != value]:
            statements.append(f"ALTER INDEX {path} SET ({assignments(changed)})")
        if new.tablespace != old.tablespace:
            statements.append(f"ALTER INDEX {path} SET TABLESPACE {quote(new.tablespace or 'pg_default')}")
        return tuple(statements)

    def offenders(self, old: Self | None = None) -> str:
        keys = index_values(self.keys) if self.unique else ()
        if not keys:
            return ""
        columns = ", ".join(keys)
        null = " OR ".join(f"{key} IS NULL" for key in keys)
        rows = [] if self.nulls_not_distinct else [f"NOT ({null})"]
        rows += [f"({self.predicate})"] if self.predicate else []
        where = f" WHERE {' AND '.join(rows)}" if rows else ""
        table = quote_path(self.schema, self.table)
        return f"SELECT {columns} FROM {table}{where} GROUP BY {columns} HAVING count(*) > 1"

    @classmethod
    def introspection(cls, version: int) -> str:
        nulls = from_version(version, 15, "i.indnullsnotdistinct", "false")
        return f"""{RELATIONS},{DERIVED}
            SELECT 'pg_class'::regclass::oid, x.oid, 0, c.schema, c.relname, x.relname, m.amname, i.indisunique,
                   {nulls}, k.keys,
                   CASE WHEN k.keys IS NULL OR array_position(k.keys, NULL) > 0 THEN pg_get_indexdef(x.oid) END,
                   {INCLUDED},
                   coalesce(pg_get_expr(i.indpred, i.indrelid), ''), {INDEX_STORAGE}
            FROM pg_index i
            JOIN pg_class x ON x.oid = i.indexrelid
            JOIN pg_am m ON m.oid = x.relam
            JOIN relations c ON c.oid = i.indrelid
            LEFT JOIN pg_tablespace s ON s.oid = x.reltablespace
            CROSS JOIN LATERAL (SELECT {_USUAL_KEYS} AS keys OFFSET 0) k
            WHERE c.relkind IN ('r', 'p', 'm') AND (i.indisvalid OR x.relkind = 'I')
              -- No join: the server would loop where it has not yet counted new tables, and no index helps it.
              AND x.oid NOT IN (SELECT o.conindid FROM pg_constraint o WHERE o.contype IN ('p', 'u', 'x'))
              AND x.oid NOT IN (SELECT d.oid FROM derived d)
            ORDER BY c.schema, c.relname, x.relname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        *head, keys, definition, include, predicate, options, tablespace = row
        if definition is not None:
            begin = definition.index("(", outside_brackets(definition, " USING "))
            keys = bracketed(definition, begin)
        return super(Index, cls).from_row((*head, keys, include, predicate, options, tablespace))
