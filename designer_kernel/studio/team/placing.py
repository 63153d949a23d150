"""A design in the one schema of its room: what it means there, or why it cannot live there.

A design's default schema becomes the room's, whatever it was called; what refers to it follows. Everything else that
would reach out of a room is refused by name, not moved silently: other schemas, since two tables of one name would
meet; roles and privileges, extensions, publications and their like, which belong to the whole server or database. These
are left out, with all that needs them, if that is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design import edits
from designer_kernel.design.edits.designs import ChangeDesign
from designer_kernel.design.entity import Entity
from designer_kernel.errors import DeployRefused
from designer_kernel.postgres import capabilities, lacking
from designer_kernel.postgres.capabilities import Missing
from designer_kernel.studio.team.caching.derived import lowered

if TYPE_CHECKING:
    from designer_kernel.design.design import Design

_PLACED: Final = ("entities", "enums", "domains", "views", "materialized_views", "functions")
_SHOWN: Final = 10


def homed(design: Design, schema: str) -> Design:
    """Return a design whose default schema is this one, and which has no other.

    Raises
    ------
    DeployRefused
        If it has others.
    """
    reasons = list(_reasons(design))
    if reasons:
        raise _refused(design.name, reasons, "")
    plain = {name: tuple(_without_schema(item) for item in getattr(design, name)) for name in _PLACED}
    here = design.model_copy(update={**plain, "schemas": ()})
    return edits.apply(here, ChangeDesign(changes={"default_schema": schema}))


def meant(
    design: Design, schema: str, version: int, *, leave_out: bool = False
) -> tuple[Catalog, tuple[ObjectId, ...]]:
    """Return what a design that is `homed` means on a server of a major version, and what of it was left out.

    Parameters
    ----------
    leave_out
        Whether to leave out what lies outside of its schema, with all that needs it.

    Raises
    ------
    DeployRefused
        If something lies outside of its schema and is not to be left out.
    """
    catalog = lacking.without_habits(version, lowered(design))
    outside = tuple(key for key, fact in catalog.items() if not _is_inside(fact, catalog, schema))
    if outside and not leave_out:
        raise _refused(design.name, list(map(str, outside)), ", leave them out (leave_out=True)")
    needing = _needing(catalog, {name for one in design.extensions for name in one.provides}) if outside else ()
    return capabilities.without_missing(catalog, [Missing("outside", "", "", (*outside, *needing))])


def inside(catalog: Catalog) -> Catalog:
    """Return a catalog without the schema itself, which is there already and belongs to the store."""
    return catalog.only(key for key, fact in catalog.items() if not isinstance(fact, Schema))


def _is_inside(fact: CatalogObject, catalog: Catalog, schema: str) -> bool:
    """Whether a fact lives in a schema; parts of others that do not are found with these."""
    if isinstance(fact, Schema):
        return fact.name == schema
    if isinstance(fact, Extension) or fact.aspect or fact.scope != "schema":
        return False
    own = getattr(fact, "schema", None)
    return own == schema if own is not None else fact.parent is not None and fact.parent in catalog


def _needing(catalog: Catalog, provided: set[str]) -> tuple[ObjectId, ...]:
    """Return the facts whose SQL speaks of what extensions provide."""
    found = []
    for key, fact in catalog.items():
        for text in (*fact.sql_fields(), *fact.late_sql()):
            named = lacking.named(text)
            if provided & {name for _, name in (*named.relations, *named.functions, *named.types)}:
                found.append(key)
    return tuple(found)


def _reasons(design: Design) -> Iterator[str]:
    own = (None, design.default_schema)
    for name in _PLACED:
        for item in getattr(design, name):
            if item.schema_name not in own:
                yield f"{item.schema_name}.{item.name}"
    for entity in design.entities:
        yield from (f"{part.schema_name}.{part.name}" for part in entity.partitions if part.schema_name not in own)
    yield from (f"schema {one.name}" for one in design.schemas if one.name != design.default_schema)


def _without_schema(item: Any) -> Any:
    changed: dict[str, Any] = {"schema_name": None}
    if isinstance(item, Entity) and any(part.schema_name for part in item.partitions):
        changed["partitions"] = tuple(part.model_copy(update={"schema_name": None}) for part in item.partitions)
    return item if item.schema_name is None and len(changed) == 1 else item.model_copy(update=changed)


def _refused(name: str, reasons: list[str], otherwise: str) -> DeployRefused:
    more = f" and {len(reasons) - _SHOWN} more" if len(reasons) > _SHOWN else ""
    return DeployRefused(
        f"the team's database gives a project one schema and nothing beside it: {', '.join(reasons[:_SHOWN])}{more}",
        where=name,
        mend=f"take them out of the design{otherwise}, or deploy to a database of your own",
    )
