"""``CREATE TYPE … AS RANGE``, and the multirange type that comes with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import definition, path_of, routine_path
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, Stub, renaming

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Range(CatalogObject):
    """A range type. ``operator_class`` and ``collation`` are qualified names, if they are not those of the subtype.

    The functions that make its values (``floatrange(1, 2)``) come and go with it and are no facts. A canonical
    function takes and returns the type, so such a type is announced before it and defined after it.
    """

    kind = "range"
    gives_way = True
    presence = "EXISTS (SELECT FROM pg_range WHERE rngtypid >= 16384)"
    rank = 45
    section = "Types"
    schema: str
    name: str
    subtype: str
    operator_class: str = ""
    collation: str = ""
    canonical: str = ""
    subtype_diff: str = ""

    @property
    def id(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def type_names(self) -> Iterable[str]:
        return (self.subtype,)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        named = [clause for part in folded.get(self.id, ()) for clause in part.clause(folded)]
        options = (
            ("SUBTYPE", self.subtype),
            ("SUBTYPE_OPCLASS", self.operator_class),
            ("COLLATION", self.collation),
            ("CANONICAL", self.canonical),
            ("SUBTYPE_DIFF", self.subtype_diff),
            *(("MULTIRANGE_TYPE_NAME", name) for name in named),
        )
        given = (option for option in options if option[1])
        return (definition(f"CREATE TYPE {quote_path(self.schema, self.name)} AS RANGE", given),)

    def stub(self, catalog: Catalog) -> Stub | None:
        announced = f"CREATE TYPE {quote_path(self.schema, self.name)}"
        return Stub((announced,), frozenset({self.parent})) if self.canonical else None

    def redefine(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return self.create(catalog, folded)

    def address(self) -> str:
        return f"TYPE {quote_path(self.schema, self.name)}"

    def rename(self, to: Self) -> tuple[str, ...]:
        ends = f"{self.subtype}, {self.subtype}"
        return (*renaming(self, to), *_renaming_functions(self.id.path, to.id.path, (f"({ends})", f"({ends}, text)")))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_type'::regclass::oid, t.oid, 0, n.nspname, t.typname, format_type(r.rngsubtype, NULL),
                   CASE WHEN NOT c.opcdefault THEN {path_of("pg_opclass", "opc", "c.oid")} ELSE '' END,
                   CASE WHEN r.rngcollation <> s.typcollation
                        THEN coalesce({path_of("pg_collation", "coll", "r.rngcollation")}, '') ELSE '' END,
                   coalesce({routine_path("r.rngcanonical")}, ''),
                   coalesce({routine_path("r.rngsubdiff")}, '')
            FROM pg_range r
            JOIN pg_type t ON t.oid = r.rngtypid
            JOIN pg_namespace n ON n.oid = t.typnamespace
            JOIN pg_type s ON s.oid = r.rngsubtype
            JOIN pg_opclass c ON c.oid = r.rngsubopc
            WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_type", "t.oid")}
            ORDER BY n.nspname, t.typname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class Multirange(CatalogObject):
    """The multirange type of a range type; ``range`` is the latter's schema and name."""

    kind = "multirange"
    presence = "EXISTS (SELECT FROM pg_range WHERE rngtypid >= 16384)"
    rank = 46
    section = "Types"
    placement = "folds"
    integral = True
    schema: str
    name: str
    range: tuple[str, str]

    @property
    def id(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("type", self.range)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("schema", (self.schema,)),)

    def clause(self, folded: Folded) -> tuple[str, ...]:
        return (quote_path(self.schema, self.name),)

    def address(self) -> str:
        return f"TYPE {quote_path(self.schema, self.name)}"

    def rename(self, to: Self) -> tuple[str, ...]:
        held = quote_path(*to.range)
        # they stand where the range does
        names = ((self.range[0], self.name), (to.range[0], to.name))
        return (*renaming(self, to), *_renaming_functions(*names, ("()", f"({held})", f"(VARIADIC {held}[])")))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_type'::regclass::oid, m.oid, 0, p.nspname, m.typname, ARRAY[n.nspname::text, t.typname::text]
            FROM pg_range r
            JOIN pg_type t ON t.oid = r.rngtypid
            JOIN pg_namespace n ON n.oid = t.typnamespace
            JOIN pg_type m ON m.oid = r.rngmultitypid
            JOIN pg_namespace p ON p.oid = m.typnamespace
            WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_type", "t.oid")}
            ORDER BY n.nspname, t.typname
            """


def _renaming_functions(old: Sequence[str], new: Sequence[str], arguments: Iterable[str]) -> tuple[str, ...]:
    """Return the statements that rename functions which make values of a type: they keep its old name by themselves."""
    made: list[str] = []
    for taken in arguments:
        if old[1] != new[1]:
            made.append(f"ALTER FUNCTION {quote_path(*old)}{taken} RENAME TO {quote(new[1])}")
        if old[0] != new[0]:
            made.append(f"ALTER FUNCTION {quote_path(old[0], new[1])}{taken} SET SCHEMA {quote(new[0])}")
    return tuple(made)
