"""``ALTER … OWNER TO``: who owns an object, a fact of its own about any object that has an owner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds._acl import role_ids
from designer_kernel.catalog.kinds._parts import address_of
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_OWNED: Final = (
    ("pg_namespace", "nspowner"), ("pg_proc", "proowner"), ("pg_language", "lanowner"), ("pg_operator", "oprowner"),
    ("pg_opclass", "opcowner"), ("pg_opfamily", "opfowner"), ("pg_collation", "collowner"),
    ("pg_conversion", "conowner"), ("pg_ts_dict", "dictowner"), ("pg_ts_config", "cfgowner"),
    ("pg_statistic_ext", "stxowner"), ("pg_foreign_data_wrapper", "fdwowner"), ("pg_foreign_server", "srvowner"),
    ("pg_publication", "pubowner"), ("pg_subscription", "subowner"), ("pg_event_trigger", "evtowner"),
)  # fmt: skip
"""The catalogs whose objects have owners, apart from relations and types."""


def owner_id(on: ObjectId) -> ObjectId:
    """Return the identity of the fact that says who owns an object."""
    return ObjectId("owner", (on.kind, *on.path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner(CatalogObject):
    """The owner of an object. Indexes have none of their own.

    A sequence that belongs to a column is owned by who owns the table ``of``, and changes its owner with that.
    """

    kind = "owner"
    demands = True
    rank = 380
    section = "Owners"
    aspect = "owner"
    by_address = True
    on: ObjectId
    role: str
    of: tuple[str, ...] = ()

    @property
    def id(self) -> ObjectId:
        return owner_id(self.on)

    @property
    def parent(self) -> ObjectId:
        return self.on

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield from role_ids([self.role])
        if self.of:
            yield owner_id(ObjectId("relation", self.of))
            yield ObjectId("sequence_owner", self.on.path)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        if self.of:
            return ()
        return (f"ALTER {address_of(catalog, self.on, 'the owner')} OWNER TO {quote(self.role)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return ()  # an object has an owner for as long as it is there

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        others = "".join(
            f"""
                UNION ALL
                SELECT '{catalog}'::regclass, o.oid, o.{owner}, NULL FROM {catalog} o WHERE o.oid >= 16384"""
            + (" OR o.nspname = 'public'" if catalog == "pg_namespace" else "")
            for catalog, owner in _OWNED
        )
        return f"""
            SELECT o.classid, o.objid, 0, pg_get_userbyid(o.owner),
                   CASE WHEN o.of IS NOT NULL THEN
                       (SELECT ARRAY[n.nspname, t.relname]::text[]
                        FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace WHERE t.oid = o.of) END
            FROM (
                SELECT 'pg_class'::regclass::oid AS classid, c.oid AS objid, c.relowner AS owner, d.refobjid AS of
                FROM pg_class c
                LEFT JOIN pg_depend d
                  ON c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
                 AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass
                WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
                UNION ALL
                SELECT 'pg_type'::regclass, t.oid, t.typowner, NULL
                FROM pg_type t
                WHERE t.oid >= 16384 AND t.typtype NOT IN ('c', 'm')
                  AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid){others}
            ) o
            ORDER BY o.classid, o.objid
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        on, role, of = row
        return cls(on=on, role=role, of=tuple(of or ()))
