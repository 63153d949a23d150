"""``CREATE FOREIGN DATA WRAPPER``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._options import Pair, altered, generic, public_options, secret_options
from designer_kernel.catalog.kinds._queries import not_of_extension
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId
from designer_kernel.catalog.secrets import open_secrets, secret_names

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignDataWrapper(CatalogObject):
    """A foreign-data wrapper that no extension owns. ``handler`` and ``validator`` are functions, (schema, name).

    ``secrets`` are the names of options whose values are not read.
    """

    kind = "foreign_data_wrapper"
    presence = "EXISTS (SELECT FROM pg_foreign_data_wrapper WHERE oid >= 16384)"
    rank = 90
    section = "Foreign data"
    scope = "database"
    name: str
    handler: tuple[str, str] | None = None
    validator: tuple[str, str] | None = None
    options: tuple[Pair, ...] = ()
    secrets: tuple[str, ...] = secret_names()

    @property
    def id(self) -> ObjectId:
        return ObjectId("foreign_data_wrapper", (self.name,))

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        if self.handler:
            yield ObjectId("function", (*self.handler, ""))
        if self.validator:
            yield ObjectId("function", (*self.validator, "text[], oid"))

    def open_secrets(self) -> Iterable[str]:
        return open_secrets(self.options)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        text = f"CREATE FOREIGN DATA WRAPPER {quote(self.name)}"
        text += f" HANDLER {quote_path(*self.handler)}" if self.handler else ""
        text += f" VALIDATOR {quote_path(*self.validator)}" if self.validator else ""
        return (text + generic(self.options),)

    def address(self) -> str:
        return f"FOREIGN DATA WRAPPER {quote(self.name)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        text = f"ALTER {self.address()}"
        for word, had, given in (
            ("HANDLER", old.handler, self.handler),
            ("VALIDATOR", old.validator, self.validator),
        ):
            if given != had:
                text += f" {word} {quote_path(*given)}" if given else f" NO {word}"
        return Alteration((text + altered(old.options, self.options),))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""
            SELECT 'pg_foreign_data_wrapper'::regclass::oid, w.oid, 0, w.fdwname,
                   CASE WHEN h.oid IS NOT NULL THEN ARRAY[hn.nspname, h.proname] END,
                   CASE WHEN v.oid IS NOT NULL THEN ARRAY[vn.nspname, v.proname] END,
                   {public_options("w.fdwoptions")},
                   {secret_options("w.fdwoptions")}
            FROM pg_foreign_data_wrapper w
            LEFT JOIN pg_proc h ON h.oid = w.fdwhandler
            LEFT JOIN pg_namespace hn ON hn.oid = h.pronamespace
            LEFT JOIN pg_proc v ON v.oid = w.fdwvalidator
            LEFT JOIN pg_namespace vn ON vn.oid = v.pronamespace
            WHERE w.oid >= 16384 AND {not_of_extension("pg_foreign_data_wrapper", "w.oid")}
            ORDER BY w.fdwname
            """
