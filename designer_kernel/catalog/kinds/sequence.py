"""``CREATE SEQUENCE``, and which column a sequence belongs to (a fact of its own, since the column's default needs it).

Sequences of identity columns are no facts: they come and go with their column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds.column import column_id
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_LARGEST: Final = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}

_OWN: Final = f"""
            WHERE c.relkind = 'S' AND n.nspname = ANY(%(schemas)s)
              AND NOT EXISTS (SELECT FROM pg_depend i
                              WHERE i.classid = 'pg_class'::regclass AND i.objid = c.oid AND i.deptype = 'i')
              AND {not_of_extension("pg_class", "c.oid")}
            ORDER BY n.nspname, c.relname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequence(CatalogObject):
    """A sequence. ``maximum`` and ``minimum`` are those of the type unless given.

    An ``unlogged`` sequence (PostgreSQL 15 and newer) loses its place when the server crashes.
    """

    kind = "sequence"
    presence = "EXISTS (SELECT FROM pg_sequence)"
    rank = 50
    section = "Sequences"
    schema: str
    name: str
    type: str = "bigint"
    start: int = 1
    increment: int = 1
    minimum: int = 1
    maximum: int = _LARGEST["bigint"]
    cache: int = 1
    cycle: bool = False
    unlogged: bool = False

    @property
    def id(self) -> ObjectId:
        return table_id(self.schema, self.name)

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        largest = _LARGEST.get(self.type, _LARGEST["bigint"])
        low, high = (1, largest) if self.increment > 0 else (-largest - 1, -1)
        words = [f"CREATE {'UNLOGGED ' if self.unlogged else ''}SEQUENCE {quote_path(self.schema, self.name)}"]
        words += [f"AS {self.type}"] if self.type != "bigint" else []
        words += [f"INCREMENT BY {self.increment}"] if self.increment != 1 else []
        words += [f"MINVALUE {self.minimum}"] if self.minimum != low else []
        words += [f"MAXVALUE {self.maximum}"] if self.maximum != high else []
        begin = self.minimum if self.increment > 0 else self.maximum
        words += [f"START WITH {self.start}"] if self.start != begin else []
        words += [f"CACHE {self.cache}"] if self.cache != 1 else []
        words += ["CYCLE"] if self.cycle else []
        return (" ".join(words),)

    def address(self) -> str:
        return f"SEQUENCE {quote_path(self.schema, self.name)}"

    def goes_with(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (owner for part in catalog.parts(self.id, SequenceOwner) for owner in part.requires(catalog))

    def alter(self, old: Self, change: Change) -> Alteration | None:
        path, words = quote_path(self.schema, self.name), []
        words += [f"AS {self.type}"] if self.type != old.type else []
        words += [f"INCREMENT BY {self.increment}"] if self.increment != old.increment else []
        words += [f"MINVALUE {self.minimum}"] if (self.minimum, self.type) != (old.minimum, old.type) else []
        words += [f"MAXVALUE {self.maximum}"] if (self.maximum, self.type) != (old.maximum, old.type) else []
        words += [f"START WITH {self.start}"] if self.start != old.start else []
        words += [f"CACHE {self.cache}"] if self.cache != old.cache else []
        words += ["CYCLE" if self.cycle else "NO CYCLE"] if self.cycle != old.cycle else []
        moved = moving(literal(path), (self.minimum, self.maximum), (old.minimum, old.maximum)) if words else ()
        statements = [*moved, f"ALTER SEQUENCE {path} {' '.join(words)}"] if words else []
        if self.unlogged != old.unlogged:
            statements.append(f"ALTER SEQUENCE {path} SET {'UNLOGGED' if self.unlogged else 'LOGGED'}")
        return Alteration(tuple(statements))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_class'::regclass::oid, c.oid, 0, n.nspname, c.relname, format_type(s.seqtypid, NULL),
                   s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache, s.seqcycle,
                   c.relpersistence = 'u'
            FROM pg_sequence s
            JOIN pg_class c ON c.oid = s.seqrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            {_OWN}"""


def moving(sequence: str, limits: tuple[int | None, int | None], old: tuple[int | None, int | None]) -> tuple[str, ...]:
    """Return the statement that brings a sequence to within new limits, where these are narrower than the old ones.

    Parameters
    ----------
    sequence
        The sequence's name, as an SQL constant or expression.
    limits, old
        The smallest and the largest value; none if that is the usual one.
    """
    low, high = limits
    is_raised = low is not None and (old[0] is None or low > old[0])
    is_lowered = high is not None and (old[1] is None or high < old[1])
    if not is_raised and not is_lowered:
        return ()
    bounds = [f"{low} <= v.value"] if low is not None else []
    bounds += [f"v.value <= {high}"] if high is not None else []
    value = f"GREATEST(v.value, {low})" if low is not None else "v.value"
    value = f"LEAST({value}, {high})" if high is not None else value
    text = (
        f"SELECT pg_catalog.setval(s.seqrelid, {value}, pg_catalog.pg_sequence_last_value(s.seqrelid) IS NOT NULL)\n"
        "FROM pg_catalog.pg_sequence s\n"
        "CROSS JOIN LATERAL (SELECT coalesce(pg_catalog.pg_sequence_last_value(s.seqrelid), s.seqstart) AS value) v\n"
        f"WHERE s.seqrelid = {sequence}::pg_catalog.regclass AND NOT ({' AND '.join(bounds)})"
    )
    return (text,)


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceOwner(CatalogObject):
    """The column that a sequence belongs to, and with which it is dropped: what ``serial`` makes."""

    kind = "sequence_owner"
    presence = "EXISTS (SELECT FROM pg_sequence)"
    rank = 160
    section = "Sequence owners"
    schema: str
    sequence: str
    table: tuple[str, str]
    column: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("sequence_owner", (self.schema, self.sequence))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.sequence)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (table_id(*self.table), column_id(*self.table, self.column))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        sequence = quote_path(self.schema, self.sequence)
        return (f"ALTER SEQUENCE {sequence} OWNED BY {quote_path(*self.table, self.column)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER SEQUENCE {quote_path(self.schema, self.sequence)} OWNED BY NONE",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_class'::regclass::oid, c.oid, -1, n.nspname, c.relname, ARRAY[tn.nspname, t.relname], a.attname
            FROM pg_depend d
            JOIN pg_class c ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'a'
            JOIN pg_namespace n ON n.oid = c.relnamespace
            JOIN pg_class t ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
            JOIN pg_namespace tn ON tn.oid = t.relnamespace
            JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
            {_OWN}"""
