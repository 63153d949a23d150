"""``GRANT`` and ``REVOKE``: what a role may do with an object more, or less, than PostgreSQL gives to everybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._acl import PUBLIC, access_lists, acting_as, grantee, grants, listed, role_ids
from designer_kernel.catalog.kinds._parts import part_of, whole_of
from designer_kernel.catalog.kinds._presence import PRIVILEGES
from designer_kernel.catalog.kinds.owner import Owner, owner_id
from designer_kernel.catalog.objects import CatalogObject, Folded, ObjectId
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

__all__ = ["PUBLIC", "Grant", "Revoke"]

TARGETS: Final = {
    "relation": "TABLE",
    "schema": "SCHEMA",
    "type": "TYPE",
    "language": "LANGUAGE",
    "foreign_data_wrapper": "FOREIGN DATA WRAPPER",
    "foreign_server": "FOREIGN SERVER",
}
"""What GRANT calls the kinds of object that privileges are on."""

_RELATION_PATH: Final = """CASE WHEN a.objsubid <> 0 THEN
                       (SELECT ARRAY[n.nspname, c.relname, a.column_name]::text[]
                        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = a.objid) END"""
"""The path of a column, which is no fact of its own in a view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Access(CatalogObject):
    """What grants and revocations share."""

    section = "Privileges"
    aspect = "privilege"
    by_address = True
    ordered = True
    on: ObjectId
    role: str
    privileges: tuple[str, ...]

    @property
    def parent(self) -> ObjectId:
        return self.on

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield from role_ids([self.role])
        whole = whole_of(self.on)
        if whole is not None:
            yield whole
        yield owner_id(whole or self.on)  # a change of owner rewrites what the owner granted

    def _target(self, catalog: Catalog) -> str:
        """Return the object as GRANT names it."""
        kind, path = self.on
        if kind == "column":
            return f"TABLE {quote_path(*path[:2])}"
        held = catalog.get(self.on)
        if kind == "function" and held is not None and held.address().startswith("PROCEDURE "):
            return held.address()  # its inputs alone may be what another one has in and out
        if kind == "function":
            return f"ROUTINE {quote_path(*path[:2])}({path[2]})"
        if kind not in TARGETS:
            raise InvalidDesign(f"privileges cannot be granted on {self.on}", mend="grant them on a table or a schema")
        if kind == "relation" and held is not None and held.address().startswith("SEQUENCE "):
            return f"SEQUENCE {quote_path(*path)}"
        return f"{TARGETS[kind]} {quote_path(*path)}"

    def _column(self) -> str:
        return self.on.path[-1] if self.on.kind == "column" else ""

    def _grantee(self, catalog: Catalog) -> str:
        owner = catalog.get(owner_id(whole_of(self.on) or self.on))
        return grantee(self.role, quote(owner.role)) if isinstance(owner, Owner) else grantee(self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant(_Access):
    """The privileges that a role holds on an object, sorted.

    Those in ``grantable`` it may pass on. ``by`` is who granted them, if that is not the owner. An empty ``role`` is
    the owner.
    """

    kind = "grant"
    presence = PRIVILEGES
    demands = True
    rank = 400
    grantable: tuple[str, ...] = ()
    by: str = ""

    @property
    def id(self) -> ObjectId:
        by = (self.by,) if self.by else ()
        return ObjectId("grant", (self.on.kind, *self.on.path, self.role, *by))

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield from super(Grant, self).requires(catalog)
        siblings = catalog.parts(self.on, Grant)
        if any(other.by for other in siblings) and _pass_on_in_order(siblings):
            yield from (before.id for before, after in pairwise(siblings) if after.id == self.id)
        if self.by:
            yield from role_ids([self.by])
            yield from self._authority(catalog)

    def _authority(self, catalog: Catalog) -> Iterable[ObjectId]:
        """Return the grants without which the role that granted could not: on the object, and on its schema."""
        whole = whole_of(self.on) or self.on
        for place in {self.on, whole, ObjectId("schema", whole.path[:1])}:
            for other in catalog.parts(place, Grant):
                if other.role in (self.by, PUBLIC) and other.by != self.by:
                    yield other.id

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        target, to = self._target(catalog), self._grantee(catalog)
        return acting_as(self.by, grants(self.privileges, self.grantable, target, to, self._column()))

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        what = listed(self.privileges, self._column())
        statement = f"REVOKE {what} ON {self._target(catalog)} FROM {self._grantee(catalog)}"
        return acting_as(self.by, (statement,))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{access_lists(of_extensions=False)}
            SELECT a.classid, a.objid, a.objsubid, {_RELATION_PATH}, a.role, a.privileges, a.grantable, a.grantor
            FROM granted a
            ORDER BY a.classid, a.objid, a.objsubid, a.role <> '', a.place
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        owner, path, role, privileges, grantable, by = row
        on = part_of(owner, "column" if path else None, path or ())
        return cls(on=on, role=role, privileges=tuple(privileges), grantable=tuple(grantable), by=by)


def _pass_on_in_order(grants_of_one: Sequence[Grant]) -> bool:
    """Whether every role was granted what it passes on before it does, so that the order may be kept."""
    holders = {grant.role for grant in grants_of_one if grant.grantable}
    seen: set[str] = set()
    for grant in grants_of_one:
        if grant.by in holders and grant.by not in seen:
            return False
        if grant.grantable:
            seen.add(grant.role)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Revoke(_Access):
    """Privileges that PostgreSQL gives on every new object of a kind, and that a role lost: EXECUTE from PUBLIC.

    An empty ``role`` is the owner.
    """

    kind = "revoke"
    presence = PRIVILEGES
    demands = True
    rank = 395

    @property
    def id(self) -> ObjectId:
        return ObjectId("revoke", (self.on.kind, *self.on.path, self.role))

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        what = listed(self.privileges, self._column())
        return (f"REVOKE {what} ON {self._target(catalog)} FROM {self._grantee(catalog)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return grants(self.privileges, (), self._target(catalog), self._grantee(catalog), self._column())

    @classmethod
    def introspection(cls, version: int) -> str:
        # What an older server gives on the schema public is told by the grants, so that it is given elsewhere too; what
        # was taken from that is told here, so that another new database of that server does not give it again.
        return f"""{access_lists(of_extensions=False, all_may_create=version < 15)}
            SELECT a.classid, a.objid, a.objsubid, {_RELATION_PATH}, a.role, a.privileges
            FROM revoked a
            ORDER BY a.classid, a.objid, a.objsubid, a.role
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        owner, path, role, privileges = row
        return cls(on=part_of(owner, "column" if path else None, path or ()), role=role, privileges=tuple(privileges))
