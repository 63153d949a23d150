"""``CREATE TYPE … (INPUT = …)``: types whose values are made by functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._presence import types
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.kinds._routines import Options, definition, option_pairs, pairs, routine_path
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId, Stub

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_FUNCTIONS: Final = (
    ("INPUT", "typinput"), ("OUTPUT", "typoutput"), ("RECEIVE", "typreceive"), ("SEND", "typsend"),
    ("TYPMOD_IN", "typmodin"), ("TYPMOD_OUT", "typmodout"), ("ANALYZE", "typanalyze"),
)  # fmt: skip
_STORAGE: Final = """CASE t.typstorage WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main'
                            ELSE 'plain' END"""
_OTHERS: Final = (
    ("INTERNALLENGTH", "CASE t.typlen WHEN -1 THEN 'VARIABLE' ELSE t.typlen::text END"),
    ("PASSEDBYVALUE", "CASE WHEN t.typbyval THEN 'true' END"),
    ("ALIGNMENT", "CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'd' THEN 'double' ELSE 'int4' END"),
    ("STORAGE", _STORAGE),
    ("CATEGORY", "CASE WHEN t.typcategory <> 'U' THEN quote_literal(t.typcategory::text) END"),
    ("PREFERRED", "CASE WHEN t.typispreferred THEN 'true' END"),
    ("DEFAULT", "quote_literal(t.typdefault)"),
    ("ELEMENT", "CASE WHEN t.typelem <> 0 THEN format_type(t.typelem, NULL) END"),
    ("DELIMITER", "CASE WHEN t.typdelim <> ',' THEN quote_literal(t.typdelim::text) END"),
    ("COLLATABLE", "CASE WHEN t.typcollation <> 0 THEN 'true' END"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseType(CatalogObject):
    """A base type. ``options`` are those that differ from the default, in the server's spelling.

    Its functions take and return it, so it is announced before them and defined after them.
    """

    kind = "base_type"
    presence = types("typtype = 'b' AND (typelem = 0 OR typarray <> 0)")  # no arrays
    rank = 44
    section = "Types"
    schema: str
    name: str
    options: Options = ()

    @property
    def id(self) -> ObjectId:
        return ObjectId("type", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (definition(f"CREATE TYPE {quote_path(self.schema, self.name)}", self.options),)

    def stub(self, catalog: Catalog) -> Stub:
        return Stub((f"CREATE TYPE {quote_path(self.schema, self.name)}",), frozenset({self.parent}))

    def redefine(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return self.create(catalog, folded)

    def address(self) -> str:
        return f"TYPE {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        functions = [(word, routine_path(f"t.{column}")) for word, column in _FUNCTIONS]
        subscript = ("SUBSCRIPT", routine_path("t.typsubscript"))
        return f"""
            SELECT 'pg_type'::regclass::oid, t.oid, 0, n.nspname, t.typname,
                   {option_pairs((*functions, subscript, *_OTHERS))}
            FROM pg_type t
            JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE t.typtype = 'b' AND t.typisdefined AND n.nspname = ANY(%(schemas)s)
              AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
              AND {not_of_extension("pg_type", "t.oid")}
            ORDER BY n.nspname, t.typname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, name, options = row
        return cls(schema=schema, name=name, options=pairs(options))
