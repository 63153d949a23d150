"""The JSON Schema of design files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from designer_kernel.design.design import Design
from designer_kernel.design.document_names import LISTS, REFERENCES


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) that every file of ours satisfies."""
    schema = Design.model_json_schema(mode="validation")
    for definition in [schema, *schema.get("$defs", {}).values()]:
        properties = definition.get("properties")
        if properties is None:
            continue
        _name_references(definition, properties)
        if "const" in properties.get("kind", {}):
            definition["required"] = ["kind", *definition.get("required", ())]
    _describe(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Schema Designer design"} | {
        key: value for key, value in schema.items() if key != "title"
    }


def _name_references(definition: dict[str, Any], properties: dict[str, Any]) -> None:
    """Entities are named in files, under the field's name without ``_id``."""
    for field in REFERENCES:
        if field in properties:
            name = field.removesuffix("_id")
            properties[name] = {"type": "string", "description": "The name of an entity."}
            del properties[field]
            definition["required"] = [name if one == field else one for one in definition.get("required", ())]
    if "diagram_id" in properties:
        properties["diagram"] = {"type": "string", "description": "The name of a diagram; without it, of everything."}
        del properties["diagram_id"]
    properties.get("positions", {}).pop("propertyNames", None)  # names of entities and views
    for field in LISTS:
        if field in properties:
            properties[field] = {
                "type": "array",
                "items": {"type": "string"},
                "description": "Names of entities.",
            }


def _describe(schema: dict[str, Any]) -> None:
    for definition in [schema, *schema.get("$defs", {}).values()]:
        identity = definition.get("properties", {}).get("id")
        if identity is not None:
            identity["description"] = "Survives renames; may be left out by hand, then it follows from the position."
