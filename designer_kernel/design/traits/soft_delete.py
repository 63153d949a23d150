"""Soft delete: rows are marked as deleted; a view shows the live ones, and unique keys ignore the deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from designer_kernel.catalog.identifiers import quote, quote_path, shorten
from designer_kernel.catalog.kinds.grant import PUBLIC
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.objects import View
from designer_kernel.design.parts import Index, IndexKey, Key
from designer_kernel.design.traits._base import Trait
from designer_kernel.design.traits._recognition import Found, Sight, columns_of, is_as_added, without
from designer_kernel.design.values import Name

if TYPE_CHECKING:
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion

_DELETED: Final = "When the row was deleted; NULL while it lives."
_LIVE_ONLY: Final = "Unique among the rows that are not deleted."


class SoftDelete(Trait):
    """A ``deleted_at`` attribute, NULL while the row lives. ``view`` defaults to ``live_`` and the entity's name."""

    order: ClassVar[int] = 30
    title: ClassVar[str] = "soft delete"
    summary: ClassVar[str] = "Deleted rows are only marked as deleted; a view shows the others."

    kind: Literal["soft_delete"] = "soft_delete"
    attribute: Name = "deleted_at"
    view: Name | None = None

    def add_attributes(self, expansion: Expansion) -> None:
        expansion.add_attribute(
            Attribute(
                id=expansion.derived("soft_delete", self.attribute),
                name=self.attribute,
                data_type="timestamptz",
                description=_DELETED,
            ),
            "trait soft delete",
        )

    @classmethod
    def found(cls, sight: Sight, entity: Entity) -> Found | None:
        view, name = sight.live_views.get((sight.schema(entity), entity.name), (None, ""))
        attribute = entity.attribute(name)
        if view is None or attribute is None or view.schema_name != entity.schema_name:
            return None
        freed = [
            index
            for index, _names in columns_of(entity.indexes)
            if index.is_unique and index.predicate == f"({quote(name)} IS NULL)" and index.method == "btree"
        ]
        single = {i.keys[0].attribute for i in freed if _is_mark(i)}
        keys = [_key_of(index) for index in freed if not _is_mark(index)]
        told = {"type": "timestamp with time zone", "description": _DELETED}
        return Found(
            cls(attribute=name, view=None if view.name == shorten(f"live_{entity.name}") else view.name),
            {
                "indexes": without(entity.indexes, freed),
                "keys": (*entity.keys, *keys),
                "attributes": tuple(
                    a.model_copy(update={"is_unique": True}) if a.name in single else a for a in entity.attributes
                ),
            },
            frozenset({name} if is_as_added(attribute, **told) else ()),
            frozenset({view.id}),
        )

    def add_parts(self, expansion: Expansion) -> None:
        self._free_deleted_keys(expansion)
        self._add_view(expansion)

    def _free_deleted_keys(self, expansion: Expansion) -> None:
        """Replace unique keys by partial unique indexes, but for those that foreign keys point at."""
        entity = expansion.entity
        pointed_at = {
            frozenset(key.parent_attributes) for key in expansion.foreign_keys if key.parent_entity_id == entity.id
        }
        freed = [key for key in entity.keys if frozenset(key.attributes) not in pointed_at and not key.deferrable]
        freed += [
            Key(id=expansion.derived("soft_delete", "unique", a.name), attributes=(a.name,))
            for a in entity.attributes
            if a.is_unique and not a.is_primary_key and frozenset({a.name}) not in pointed_at
        ]
        released = {key.attributes[0] for key in freed if len(key.attributes) == 1}
        expansion.update(
            entity.id,
            keys=tuple(key for key in entity.keys if key not in freed),
            attributes=tuple(
                a.model_copy(update={"is_unique": False}) if a.is_unique and a.name in released else a
                for a in entity.attributes
            ),
            indexes=(*entity.indexes, *(self._live_index(expansion, key) for key in freed)),
        )

    def _live_index(self, expansion: Expansion, key: Key) -> Index:
        return Index(
            id=expansion.derived("soft_delete", "index", str(key.id)),
            name=key.name,
            keys=tuple(IndexKey(attribute=name) for name in key.attributes),
            is_unique=True,
            nulls_not_distinct=key.nulls_not_distinct,
            include=key.include,
            predicate=f"({quote(self.attribute)} IS NULL)",
            description=key.description or _LIVE_ONLY,
        )

    def _add_view(self, expansion: Expansion) -> None:
        entity, schema = expansion.entity, expansion.schema()
        names = [quote(a.name) for a in entity.attributes if a.name != self.attribute]
        key = expansion.derived("soft_delete", "view")
        scoped = entity.trait("tenant_scoped")
        expansion.views[key] = View(
            id=key,
            name=self.view or shorten(f"live_{entity.name}"),
            schema_name=schema,
            description=f"The rows of {entity.name} that are not deleted.",
            # Worded as servers from version 16 on word it.
            query=f"SELECT {f',{chr(10)}    '.join(names)}\n   FROM {quote_path(schema, entity.name)}\n"
            f"  WHERE ({quote(self.attribute)} IS NULL)",
            # Without this a view reads as its owner, past the row security of whoever uses it.
            security_invoker=entity.row_security != "OFF" or bool(scoped) or bool(entity.policies),
        )
        for role in scoped.roles if scoped is not None and scoped.kind == "tenant_scoped" else ():
            if role != PUBLIC:
                expansion.grant(key, role, ("SELECT",))


def _is_mark(index: Index) -> bool:
    """Whether a unique index of live rows comes from a mark on an attribute."""
    is_plain = not (index.name or index.include or index.nulls_not_distinct)
    return is_plain and len(index.keys) == 1 and index.description == _LIVE_ONLY


def _key_of(index: Index) -> Key:
    """Return the key that a unique index of live rows comes from."""
    return Key(
        id=index.id,
        name=index.name,
        attributes=tuple(key.attribute for key in index.keys if key.attribute),
        include=index.include,
        nulls_not_distinct=index.nulls_not_distinct,
        description="" if index.description == _LIVE_ONLY else index.description,
    )
