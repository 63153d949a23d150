"""Sequences of identity columns, where they are not what ``GENERATED … AS IDENTITY`` gives by itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.identifiers import given_name, quote, quote_path
from designer_kernel.catalog.kinds._inheritance import default_name
from designer_kernel.catalog.kinds._queries import SharedQuery, from_version
from designer_kernel.catalog.kinds.column import column_id
from designer_kernel.catalog.kinds.sequence import moving
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_LARGEST: Final = (
    "CASE s.seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END"
)

_LOW: Final = f"CASE WHEN s.seqincrement > 0 THEN 1 ELSE -1 - {_LARGEST} END"
_HIGH: Final = f"CASE WHEN s.seqincrement > 0 THEN {_LARGEST} ELSE -1 END"
_START: Final = "CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END"

_USUAL: Final[dict[str, Any]] = {
    "start": None, "increment": None, "minimum": None, "maximum": None, "cache": None, "cycle": False,
}  # fmt: skip
"""The options that an identity column's sequence has by itself."""

_USUAL_WORDS: Final = {
    "START WITH": "SET START WITH 1", "INCREMENT BY": "SET INCREMENT BY 1", "MINVALUE": "SET NO MINVALUE",
    "MAXVALUE": "SET NO MAXVALUE", "CACHE": "SET CACHE 1",
}  # fmt: skip

_FROM: Final = """
            FROM pg_depend d
            JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
            JOIN pg_sequence s ON s.seqrelid = q.oid
            JOIN pg_namespace n ON n.oid = q.relnamespace AND n.nspname = ANY(%(schemas)s)
            JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p')
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
            WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'"""


def _chosen(version: int) -> str:
    """Return the query for the sequences of identity columns that are not what the server makes by itself."""
    is_of_other_persistence = from_version(version, 15, "OR q.relpersistence <> c.relpersistence", "")
    return f"""
            SELECT q.oid{_FROM}
              AND (s.seqincrement <> 1 OR s.seqmin <> {_LOW} OR s.seqmax <> {_HIGH} OR s.seqstart <> {_START}
                   OR s.seqcache <> 1 OR s.seqcycle
                   OR q.relacl::text <> acldefault('s', q.relowner)::text
                   {is_of_other_persistence} OR s.seqtypid <> a.atttypid
                   OR EXISTS (SELECT FROM pg_description m
                              WHERE m.classoid = 'pg_class'::regclass AND m.objoid = q.oid)
                   OR EXISTS (SELECT FROM pg_seclabel m
                              WHERE m.classoid = 'pg_class'::regclass AND m.objoid = q.oid)
                   OR q.relname <> {default_name("c.relname", "a.attname", "seq")})
              AND NOT EXISTS (SELECT FROM pg_depend e
                              WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')"""


SHARED: Final = {"identity_sequences": SharedQuery(_chosen, "EXISTS (SELECT FROM pg_sequence)")}
_CHOSEN: Final = f"{_FROM} AND d.objid = ANY(%(identity_sequences)s::oid[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySequence(CatalogObject):
    """The sequence of an identity column. Options that are ``None`` are those that the server chooses.

    It is a fact if its name or an option was chosen, or if a comment or a privilege needs to name it.
    """

    kind = "identity_sequence"
    presence = "EXISTS (SELECT FROM pg_sequence)"
    among = "identity_sequences"
    rank = 102
    section = "Columns"
    placement = "folds"
    integral = True
    schema: str
    name: str
    table: str
    column: str
    start: int | None = None
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int | None = None
    cycle: bool = False

    @property
    def id(self) -> ObjectId:
        return table_id(self.schema, self.name)

    @property
    def parent(self) -> ObjectId:
        return column_id(self.schema, self.table, self.column)

    def clause(self, folded: Folded) -> tuple[str, ...]:
        words = [f"SEQUENCE NAME {quote_path(self.schema, self.name)}"]
        words += [f"{word} {value}" for word, value in self._numbers() if value is not None]
        words += ["CYCLE"] if self.cycle else []
        return (f"({' '.join(words)})",)

    def _numbers(self) -> Iterable[tuple[str, int | None]]:
        yield "START WITH", self.start
        yield "INCREMENT BY", self.increment
        yield "MINVALUE", self.minimum
        yield "MAXVALUE", self.maximum
        yield "CACHE", self.cache

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return ()  # it comes with its column

    def address(self) -> str:
        return f"SEQUENCE {quote_path(self.schema, self.name)}"

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return ()

    def arrive(self, change: Change) -> tuple[str, ...] | None:
        usual = given_name(self.table, self.column, "seq")
        renaming = (f"ALTER SEQUENCE {quote_path(self.schema, usual)} RENAME TO {quote(self.name)}",)
        return (*self.setting(replace(self, **_USUAL)), *(renaming if self.name != usual else ()))

    def stays(self, change: Change) -> bool:
        return self.parent in change.before and bool(getattr(change.after.get(self.parent), "identity", ""))

    def leave(self, change: Change) -> tuple[str, ...] | None:
        if not self.stays(change):
            return ()  # it goes with what makes the column one
        usual = replace(self, name=given_name(self.table, self.column, "seq"), **_USUAL)
        renaming = (f"ALTER SEQUENCE {quote_path(self.schema, self.name)} RENAME TO {quote(usual.name)}",)
        return (*usual.setting(self), *(renaming if self.name != usual.name else ()))

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.setting(old)) if self.table == old.table and self.column == old.column else None

    def setting(self, old: IdentitySequence) -> tuple[str, ...]:
        """Return the statement that gives the sequence its options, where another one has others."""
        words = []
        held = dict(old._numbers())
        for word, value in self._numbers():
            if value != held[word]:
                words.append(f"SET {word} {value}" if value is not None else _USUAL_WORDS[word])
        words += [f"SET {'CYCLE' if self.cycle else 'NO CYCLE'}"] if self.cycle != old.cycle else []
        table = quote_path(self.schema, self.table)
        if not words:
            return ()
        serial = f"pg_catalog.pg_get_serial_sequence({literal(table)}, {literal(self.column)})"
        moved = moving(serial, (self.minimum, self.maximum), (old.minimum, old.maximum))
        return (*moved, f"ALTER TABLE {table}\n    ALTER COLUMN {quote(self.column)} {' '.join(words)}")

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_class'::regclass::oid, q.oid, 0, n.nspname, q.relname, c.relname, a.attname,
                   nullif(s.seqstart, {_START}), nullif(s.seqincrement, 1), nullif(s.seqmin, {_LOW}),
                   nullif(s.seqmax, {_HIGH}), nullif(s.seqcache, 1), s.seqcycle{_CHOSEN}
            ORDER BY n.nspname, q.relname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityPersistence(CatalogObject):
    """Whether the sequence of an identity column is logged, where its table is not, or the other way round."""

    kind = "identity_persistence"
    presence = "EXISTS (SELECT FROM pg_sequence)"
    among = "identity_sequences"
    rank = 104
    section = "Columns"
    placement = "follows"
    schema: str
    sequence: str
    unlogged: bool

    @property
    def id(self) -> ObjectId:
        return ObjectId("identity_persistence", (self.schema, self.sequence))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.sequence)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        word = "UNLOGGED" if self.unlogged else "LOGGED"
        return (f"ALTER SEQUENCE {quote_path(self.schema, self.sequence)} SET {word}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        word = "LOGGED" if self.unlogged else "UNLOGGED"
        return (f"ALTER SEQUENCE {quote_path(self.schema, self.sequence)} SET {word}",)

    @classmethod
    def introspection(cls, version: int) -> str:
        return from_version(
            version,
            15,
            f"""
            SELECT 'pg_class'::regclass::oid, q.oid, -100003, n.nspname, q.relname, q.relpersistence = 'u'{_CHOSEN}
              AND q.relpersistence <> c.relpersistence
            ORDER BY n.nspname, q.relname
            """,
            "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityType(CatalogObject):
    """The type of the sequence of an identity column where it is not the column's: ``LIKE`` copies it as a bigint."""

    kind = "identity_type"
    presence = "EXISTS (SELECT FROM pg_sequence)"
    among = "identity_sequences"
    rank = 104
    section = "Columns"
    placement = "follows"
    schema: str
    sequence: str
    type: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("identity_type", (self.schema, self.sequence))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.sequence)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        # With the type, limits that are the old type's would change to the new one's.
        sequence = catalog.get(self.parent)
        limits = (
            {"MINVALUE": sequence.minimum, "MAXVALUE": sequence.maximum}
            if isinstance(sequence, IdentitySequence)
            else {}
        )
        words = [f"{word} {value}" for word, value in limits.items() if value is not None]
        return (f"ALTER SEQUENCE {quote_path(self.schema, self.sequence)} {' '.join([f'AS {self.type}', *words])}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return ()

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_class'::regclass::oid, q.oid, -100004, n.nspname, q.relname,
                   format_type(s.seqtypid, NULL){_CHOSEN}
              AND s.seqtypid <> a.atttypid
            ORDER BY n.nspname, q.relname
            """
