"""The drawing: entities, relationships and objects that a catalog's facts look like."""

from __future__ import annotations

from collections import Counter

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.design.design import Design
from designer_kernel.design.identity import positional_id


def draw(catalog: Catalog, name: str, default_schema: str | None = None) -> Design:
    """Return what of a catalog can be drawn, as a design that may be lowered."""
    home = default_schema or _default_schema(catalog)
    return Design(id=positional_id(0, "lift", "design", name), name=name, default_schema=home)


def _default_schema(catalog: Catalog) -> str:
    """Return the schema with most tables; ``public`` if it is among them."""
    counts = Counter(table.schema for table in catalog.of(Table))
    schemas = [schema.name for schema in catalog.of(Schema) if schema.name]
    if "public" in schemas or not schemas:
        return "public"
    return max(schemas, key=lambda schema: counts[schema])
