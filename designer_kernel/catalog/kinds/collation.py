"""``CREATE COLLATION``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._queries import from_version, not_of_extension
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Collation(CatalogObject):
    """A collation. ``provider`` is ``libc``, ``icu`` or ``builtin`` (PostgreSQL 17 and newer).

    ``locale`` is empty where sorting and classes of characters follow two locales: ``lc_collate`` and ``lc_ctype``.
    The version that the provider's data had is no part of it: it is that of the machine, and changes with it.
    """

    kind = "collation"
    presence = "EXISTS (SELECT FROM pg_collation WHERE oid >= 16384)"
    rank = 35
    section = "Collations"
    gives_way = True
    schema: str
    name: str
    provider: str = "libc"
    locale: str = ""
    lc_collate: str = ""
    lc_ctype: str = ""
    deterministic: bool = True
    rules: str = ""

    @property
    def id(self) -> ObjectId:
        return ObjectId("collation", (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return ObjectId("schema", (self.schema,))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        options = [f"provider = {self.provider}"]
        options += [] if self.deterministic else ["deterministic = false"]
        named = {"locale": self.locale, "lc_collate": self.lc_collate, "lc_ctype": self.lc_ctype, "rules": self.rules}
        options += [f"{option} = {literal(value)}" for option, value in named.items() if value]
        return (f"CREATE COLLATION {quote_path(self.schema, self.name)} ({', '.join(options)})",)

    def address(self) -> str:
        return f"COLLATION {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        locale = "colllocale" if version >= 17 else from_version(version, 15, "colliculocale", "collcollate")
        return f"""
            SELECT 'pg_collation'::regclass::oid, l.oid, 0, n.nspname, l.collname,
                   CASE l.collprovider WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'libc' END,
                   coalesce(CASE WHEN l.collprovider <> 'c' THEN l.{locale}
                                 WHEN l.collcollate = l.collctype THEN l.collcollate END, ''),
                   CASE WHEN l.collprovider = 'c' AND l.collcollate <> l.collctype THEN l.collcollate ELSE '' END,
                   CASE WHEN l.collprovider = 'c' AND l.collcollate <> l.collctype THEN l.collctype ELSE '' END,
                   l.collisdeterministic, {from_version(version, 16, "coalesce(l.collicurules, '')", "''")}
            FROM pg_collation l
            JOIN pg_namespace n ON n.oid = l.collnamespace
            WHERE n.nspname = ANY(%(schemas)s) AND {not_of_extension("pg_collation", "l.oid")}
              AND l.collencoding IN (-1, (SELECT encoding FROM pg_database WHERE datname = current_database()))
            ORDER BY n.nspname, l.collname
            """
