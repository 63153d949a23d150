"""Archived: old rows move to a table of their own, many at a time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal

from pydantic import Field

from designer_kernel.catalog.identifiers import shorten
from designer_kernel.design.identity import derived_id
from designer_kernel.design.objects import Function
from designer_kernel.design.traits._archive_function import definition, moved_with
from designer_kernel.design.traits._base import Trait, require_attributes
from designer_kernel.design.traits._recognition import Found, Sight, table_of, unquoted
from designer_kernel.design.values import Name

if TYPE_CHECKING:
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion

_PICKED: Final = re.compile(r"WHERE t\.(?P<attribute>\S+|\"[^\n]+\") < now\(\) - '(?P<after>[^']+)'::interval")
_KEPT: Final = re.compile(r"\bINSERT INTO (\S+) \(")


class Archived(Trait):
    """Rows whose ``attribute`` is older than ``after`` are moved by a function ``archive_<entity>(batch)``.

    Rows that cannot stay without them move along, however young. ``after`` is an interval as PostgreSQL reads it, such
    as ``7 years``. The archive table has no foreign keys.
    """

    order: ClassVar[int] = 80
    title: ClassVar[str] = "archived"
    summary: ClassVar[str] = "Old rows move to an archive table of their own, some at a time."

    kind: Literal["archived"] = "archived"
    after: Annotated[str, Field(pattern=r"^[0-9]{1,4} (day|month|year)s?$")] = "2 years"
    attribute: Name = "created_at"
    table: Name | None = None

    @classmethod
    def found(cls, sight: Sight, entity: Entity) -> Found | None:
        schema = sight.schema(entity)
        function = sight.functions.get((schema, shorten(f"archive_{entity.name}")))
        picked = _PICKED.search(function.definition) if function is not None else None
        kept = [table_of(text) for text in _KEPT.findall(function.definition)] if function is not None else []
        archives = [sight.entities.get(place) for place in kept if place is not None]
        if function is None or picked is None or not archives or None in archives:
            return None
        own = next((a.name for a in archives if a is not None and a.description == _told(entity)), None)
        try:
            trait = cls(
                after=picked["after"],
                attribute=unquoted(picked["attribute"]),
                table=None if own is None or own == shorten(f"{entity.name}_archive") else own,
            )
        except ValueError:
            return None
        return Found(trait, implied=frozenset({function.id, *(a.id for a in archives if a is not None)}))

    def add_parts(self, expansion: Expansion) -> None:
        require_attributes(expansion, "archived", (self.attribute,))
        entity = expansion.entity
        moved = moved_with(expansion, entity)
        for member in moved:
            _add_archive(expansion, member.entity)
        name = shorten(f"archive_{entity.name}")
        key = expansion.derived("archived", "function")
        expansion.functions[key] = Function(
            id=key,
            name=name,
            schema_name=expansion.schema(),
            description=(
                f"Moves up to batch rows of {entity.name} older than {self.after}, with the rows that depend on them, "
                "to their archive tables; returns how many rows of the table itself were moved."
            ),
            definition=definition(
                expansion, name, moved, [_archive_name(m.entity) for m in moved], self.attribute, self.after
            ),
        )


def _told(entity: Entity) -> str:
    return f"Old rows of {entity.name}."


def _archive_name(entity: Entity) -> str:
    own = entity.trait("archived")
    return (own.table if isinstance(own, Archived) else None) or shorten(f"{entity.name}_archive")


def _add_archive(expansion: Expansion, entity: Entity) -> None:
    """Add the archive table of an entity: its attributes, its primary key and its isolation, nothing else."""
    archive = derived_id(entity.id, "archived")
    if archive in expansion.entities:
        return
    attributes = tuple(
        a.model_copy(
            update={
                "id": derived_id(archive, str(a.id)),
                "default_value": None,
                "identity": None,
                "generated": None,
                "is_virtual": False,
                "is_unique": False,
            }
        )
        for a in entity.attributes
    )
    for attribute in attributes:
        expansion.origins[attribute.id] = "trait archived"
    table = entity.model_copy(
        update={
            "id": archive,
            "name": _archive_name(entity),
            "description": _told(entity),
            "inherits": (),
            "attributes": attributes,
            "keys": (),
            "checks": (),
            "indexes": (),
            "exclusions": (),
            "triggers": (),
            "partition_method": "",
            "partition_keys": (),
            "partitions": (),
            "policies": tuple(p.model_copy(update={"id": derived_id(archive, str(p.id))}) for p in entity.policies),
            "traits": (),
            "position": None,
        }
    )
    expansion.add_entity(table, "trait archived")
