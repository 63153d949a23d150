"""Archived: old rows move to a table of their own, many at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.catalog.identifiers import quote, quote_path, shorten
from designer_kernel.catalog.literals import literal
from designer_kernel.design.identity import derived_id
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.design.objects import Function
from designer_kernel.design.traits._base import Trait, require_attributes
from designer_kernel.design.values import Name

if TYPE_CHECKING:
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion


class Archived(Trait):
    """Rows whose ``attribute`` is older than ``after`` are moved by a function ``archive_<entity>(batch)``.

    ``after`` is an interval as PostgreSQL reads it, such as ``7 years``. The archive table has no foreign keys.
    """

    order: ClassVar[int] = 80
    title: ClassVar[str] = "archived"

    kind: Literal["archived"] = "archived"
    after: Annotated[str, Field(pattern=r"^[0-9]{1,4} (day|month|year)s?$")] = "2 years"
    attribute: Name = "created_at"
    table: Name | None = None

    def add_parts(self, expansion: Expansion) -> None:
        require_attributes(expansion, "archived", (self.attribute,))
        entity = expansion.entity
        moved = _dependents(expansion, entity)
        for member, _key, _parent in moved:
            _add_archive(expansion, member, self.table if member.id == entity.id else None)
        schema = expansion.schema()
        name = shorten(f"archive_{entity.name}")
        key = expansion.derived("archived", "function")
        expansion.functions[key] = Function(
            id=key,
            name=name,
            schema_name=schema,
            description=(
                f"Moves up to batch rows of {entity.name} older than {self.after}, with the rows that depend on them, "
                "to their archive tables; returns how many rows of the table itself were moved."
            ),
            definition=_FUNCTION.format(name=quote_path(schema, name), body=self._body(expansion, moved)),
        )

    def _body(self, expansion: Expansion, moved: list[_Moved]) -> str:
        """Return one statement that moves the rows: its checks run at its end, when all of them are gone."""
        entity = expansion.entity
        age = quote(self.attribute)
        keys = ", ".join(quote(name) for name in entity.key) or "ctid"
        chosen = (
            f"    WITH chosen AS (\n        SELECT {keys} FROM {quote_path(expansion.schema(), entity.name)}\n"
            f"        WHERE {age} < now() - {literal(self.after)}::interval\n"
            f"        ORDER BY {age} LIMIT batch FOR UPDATE SKIP LOCKED\n    )"
        )
        steps = [chosen]
        removed: dict[UUID, str] = {}
        for number, (member, key, parent) in enumerate(moved):
            removed[member.id] = f"removed_{number}"
            columns = ", ".join(quote(a.name) for a in member.attributes)
            pairs = (
                [(name, name) for name in entity.key]
                if key is None
                else list(zip(key.child_attributes, key.parent_attributes, strict=True))
            )
            source = "chosen" if key is None or parent is None else removed[parent]
            match = " AND ".join(f"t.{quote(a)} = s.{quote(b)}" for a, b in pairs) or "t.ctid = s.ctid"
            schema = expansion.schema(member)
            archive = _archive_name(member, self.table if member.id == entity.id else None)
            steps.append(
                f"    removed_{number} AS (\n        DELETE FROM {quote_path(schema, member.name)} AS t "
                f"USING {source} AS s\n        WHERE {match} RETURNING t.*\n    )"
            )
            steps.append(
                f"    kept_{number} AS (\n        INSERT INTO {quote_path(schema, archive)} ({columns})\n"
                f"        SELECT {columns} FROM removed_{number} RETURNING 1\n    )"
            )
        return ",\n".join(steps) + "\n    SELECT count(*) FROM kept_0"


_Moved = tuple["Entity", EffectiveForeignKey | None, UUID | None]

_FUNCTION = """CREATE FUNCTION {name}(batch integer DEFAULT 10000) RETURNS bigint
LANGUAGE sql VOLATILE AS $function$
{body}
$function$"""


def _dependents(expansion: Expansion, entity: Entity) -> list[_Moved]:
    """Return the entity and all whose rows cannot stay without its rows, parents first."""
    moved: list[_Moved] = [(entity, None, None)]
    seen = {entity.id}
    for member, _key, _parent in moved:
        for key in expansion.foreign_keys:
            stays = key.is_nullable and key.on_delete.value in {"SET NULL", "SET DEFAULT"}
            if key.parent_entity_id == member.id and key.child_entity_id not in seen and not stays:
                seen.add(key.child_entity_id)
                moved.append((expansion.entities[key.child_entity_id], key, member.id))
    return moved


def _archive_name(entity: Entity, chosen: str | None) -> str:
    return chosen or shorten(f"{entity.name}_archive")


def _add_archive(expansion: Expansion, entity: Entity, chosen: str | None) -> None:
    """Add the archive table of an entity: its attributes and primary key, its isolation, nothing else."""
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
                "is_unique": False,
            }
        )
        for a in entity.attributes
    )
    scoped = entity.trait("tenant_scoped")
    for attribute in attributes:
        expansion.origins[attribute.id] = "trait archived"
    table = entity.model_copy(
        update={
            "id": archive,
            "name": _archive_name(entity, chosen),
            "description": f"Old rows of {entity.name}.",
            "inherits": (),
            "attributes": attributes,
            "keys": (),
            "checks": (),
            "indexes": (),
            "exclusions": (),
            "triggers": (),
            "policies": tuple(
                p.model_copy(update={"id": derived_id(archive, str(p.id))})
                for p in entity.policies
                if scoped is None or p.name != "tenant_isolation"
            ),
            "traits": (),
            "position": None,
        }
    )
    expansion.add_entity(table, "trait archived")
    if scoped is not None and scoped.kind == "tenant_scoped":
        policy = scoped.policy(expansion, derived_id(archive, "policy"))
        expansion.add_part("policies", policy, entity_id=archive)
