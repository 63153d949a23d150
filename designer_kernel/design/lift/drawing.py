"""The drawing: entities, relationships and objects that a catalog's facts look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.identity import positional_id
from designer_kernel.design.lift import objects
from designer_kernel.design.lift.areas import draw_areas
from designer_kernel.design.lift.links import draw_relationships
from designer_kernel.design.lift.sketch import Sketch
from designer_kernel.design.lift.tables import draw_entity


def blank(catalog: Catalog, name: str, default_schema: str | None = None) -> Design:
    """Return a design in which nothing is drawn yet."""
    home = default_schema or _default_schema(catalog)
    return Design(id=positional_id(0, "lift", "design", name), name=name, default_schema=home)


def draw(catalog: Catalog, design: Design) -> Design:
    """Return what of a catalog can be drawn, as a design that may be lowered."""
    sketch = Sketch(catalog, design.default_schema)
    functions = tuple(objects.draw_functions(sketch))
    sketch.functions.update((function.schema_name or sketch.home, function.name) for function in functions)
    drawn = {(table.schema, table.name): draw_entity(sketch, table) for table in catalog.of(Table)}
    entities = {key: entity for key, entity in drawn.items() if entity is not None}
    relationships = tuple(draw_relationships(sketch, entities))
    return design.model_copy(
        update={
            "schemas": tuple(objects.draw_schemas(sketch)),
            "extensions": tuple(objects.draw_extensions(sketch)),
            "roles": tuple(objects.draw_roles(sketch)),
            "enums": tuple(objects.draw_enums(sketch)),
            "domains": tuple(objects.draw_domains(sketch)),
            "entities": tuple(entities.values()),
            "relationships": relationships,
            "views": tuple(objects.draw_views(sketch)),
            "materialized_views": tuple(objects.draw_materialized_views(sketch)),
            "functions": functions,
        }
    )


def draw_some(catalog: Catalog, design: Design, tables: Container[ObjectId]) -> dict[tuple[str, str], Entity]:
    """Return some tables of a catalog as entities, by schema and name."""
    sketch = Sketch(catalog, design.default_schema)
    sketch.functions.update((one.schema_name or sketch.home, one.name) for one in objects.draw_functions(sketch))
    chosen = [table for table in catalog.of(Table) if table.id in tables]
    drawn = {(table.schema, table.name): draw_entity(sketch, table) for table in chosen}
    return {place: entity for place, entity in drawn.items() if entity is not None}


def with_areas(design: Design) -> Design:
    """Return a drawing with the areas that its entities fall into."""
    return design.model_copy(update={"areas": draw_areas(design)})


def _default_schema(catalog: Catalog) -> str:
    """Return the schema with most tables; ``public`` if no other has more."""
    counts = Counter(table.schema for table in catalog.of(Table))
    schemas = [schema.name for schema in catalog.of(Schema) if schema.name]
    return max(schemas, key=lambda schema: (counts[schema], schema == "public"), default="public")
