"""``COMMENT ON``: a fact of its own about any other fact."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from designer_kernel.catalog.kinds._parts import PARTS, address_of, part_of, whole_of
from designer_kernel.catalog.kinds._presence import COMMENTS
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId
from designer_kernel.catalog.spelling import dollar_quote

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_OF_PUBLIC: Final = "standard public schema"
"""The comment that the schema public has from birth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment(CatalogObject):
    """The comment on an object.

    An empty one says that the comment which an object has from birth was removed: that of the schema ``public``, or
    of an extension.
    """

    kind = "comment"
    presence = COMMENTS
    rank = 900
    section = "Comments"
    by_address = True
    placement = "follows"
    on: ObjectId
    text: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("comment", (self.on.kind, *self.on.path))

    @property
    def parent(self) -> ObjectId:
        return self.on

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        whole = whole_of(self.on)
        return () if whole is None else (whole,)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        text = literal(self.text) if self.text else "NULL"
        return (f"COMMENT ON {address_of(catalog, self.on, 'the comment')} IS {text}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        if self.on.kind == "extension":
            return (_usual_of_extension(self.on.path[0]),)
        usual = literal(_OF_PUBLIC) if self.on == ("schema", ("public",)) else "NULL"
        return (f"COMMENT ON {address_of(catalog, self.on, 'the comment')} IS {usual}",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        # Extensions and the schema public have a comment from birth, which is no fact.
        return f"""
            SELECT d.classid, d.objid, d.objsubid, d.part, d.path, d.description
            FROM ({PARTS.format(source="pg_description")}) d
            WHERE d.objoid >= 16384 AND d.classoid <> 'pg_extension'::regclass
              AND NOT EXISTS (SELECT FROM pg_namespace n
                              WHERE d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid AND n.nspname = 'public')
            UNION ALL
            SELECT 'pg_namespace'::regclass, n.oid, 0, NULL, NULL, coalesce(d.description, '')
            FROM pg_namespace n
            LEFT JOIN pg_description d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid
            WHERE n.nspname = 'public' AND d.description IS DISTINCT FROM '{_OF_PUBLIC}'
            UNION ALL
            SELECT 'pg_extension'::regclass, e.oid, 0, NULL, NULL, coalesce(d.description, '')
            FROM pg_extension e
            LEFT JOIN pg_description d ON d.classoid = 'pg_extension'::regclass AND d.objoid = e.oid
            LEFT JOIN pg_available_extensions() v ON v.name = e.extname
            WHERE coalesce(d.description, '') IS DISTINCT FROM coalesce(v.comment, '')
            ORDER BY 1, 2, 3
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        owner, part, path, text = row
        return cls(on=part_of(owner, part, path), text=text)


def _usual_of_extension(name: str) -> str:
    """Return the statement that gives an extension the comment it has from birth, which only the server knows."""
    known = f"SELECT comment FROM pg_catalog.pg_available_extensions() WHERE name = {literal(name)}"
    given = f"pg_catalog.format('COMMENT ON EXTENSION %I IS %L', {literal(name)}, ({known}))"
    return f"DO {dollar_quote(f'BEGIN EXECUTE {given}; END')}"
