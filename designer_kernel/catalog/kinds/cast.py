"""``CREATE CAST``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast(CatalogObject):
    """A cast between two types.

    ``method`` is ``FUNCTION`` (then ``function`` has its signature), ``INOUT`` or ``WITHOUT FUNCTION``; ``context`` is
    ``""``, ``ASSIGNMENT`` or ``IMPLICIT``. Those that come with a range type are no facts.

    Casts come as early as they can: checks and functions use them, and a server does not say so.
    """

    kind = "cast"
    presence = "EXISTS (SELECT FROM pg_cast WHERE oid >= 16384)"
    rank = 39
    section = "Casts"
    scope = "database"
    source: str
    target: str
    method: str
    function: str = ""
    context: str = ""

    @property
    def id(self) -> ObjectId:
        return ObjectId("cast", (self.source, self.target))

    def type_names(self) -> Iterable[str]:
        return (self.source, self.target)

    def reached_through(self) -> Iterable[ObjectId]:
        return (key for key in self.depends if key.kind == "function")

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        method = {"FUNCTION": f"WITH FUNCTION {self.function}", "INOUT": "WITH INOUT"}.get(self.method, self.method)
        context = f" AS {self.context}" if self.context else ""
        return (f"CREATE {self.address()} {method}{context}",)

    def address(self) -> str:
        return f"CAST ({self.source} AS {self.target})"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_cast'::regclass::oid, c.oid, 0, format_type(c.castsource, NULL), format_type(c.casttarget, NULL),
                   CASE c.castmethod WHEN 'f' THEN 'FUNCTION' WHEN 'i' THEN 'INOUT' ELSE 'WITHOUT FUNCTION' END,
                   CASE WHEN c.castfunc <> 0 THEN c.castfunc::regprocedure::text ELSE '' END,
                   CASE c.castcontext WHEN 'a' THEN 'ASSIGNMENT' WHEN 'i' THEN 'IMPLICIT' ELSE '' END
            FROM pg_cast c
            WHERE c.oid >= 16384 AND {not_of_extension("pg_cast", "c.oid")}
              AND NOT EXISTS (SELECT FROM pg_range r
                              WHERE r.rngtypid = c.castsource AND r.rngmultitypid = c.casttarget)
            ORDER BY 4, 5
            """
