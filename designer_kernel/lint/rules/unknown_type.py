"""A type that neither PostgreSQL nor the design knows."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from designer_kernel.catalog import types
from designer_kernel.design.edits import AddObject, ChangeAttribute, Edit
from designer_kernel.design.edits.references import meant_type
from designer_kernel.design.identity import derived_id
from designer_kernel.design.objects import Extension
from designer_kernel.errors import InvalidSql
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule

BUILT_IN: Final = frozenset(
    {
        "bigint", "bit", "bit varying", "boolean", "box", "bytea", "char", "character", "character varying",
        "cid", "cidr", "circle", "date", "datemultirange", "daterange", "double precision", "inet",
        "int4multirange", "int4range", "int8multirange", "int8range", "integer", "interval", "json", "jsonb",
        "jsonpath", "line", "lseg", "macaddr", "macaddr8", "money", "name", "numeric", "nummultirange", "numrange",
        "oid", "path", "pg_lsn", "pg_snapshot", "point", "polygon", "real", "refcursor", "regclass", "regcollation",
        "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator", "regproc", "regprocedure",
        "regrole", "regtype", "smallint", "text", "tid", "time with time zone", "time without time zone",
        "timestamp with time zone", "timestamp without time zone", "tsmultirange", "tsquery", "tsrange",
        "tstzmultirange", "tstzrange", "tsvector", "txid_snapshot", "uuid", "xid", "xid8", "xml",
    }
)  # fmt: skip
"""Types of PostgreSQL 18 that a column can have, as `types.parse` names them."""

EXTENSIONS: Final = {
    "citext": "citext", "hstore": "hstore", "ltree": "ltree", "lquery": "ltree", "ltxtquery": "ltree", "cube": "cube",
    "seg": "seg", "isbn": "isn", "isbn13": "isn", "issn": "isn", "ean13": "isn", "upc": "isn", "earth": "earthdistance",
    "vector": "vector", "halfvec": "vector", "sparsevec": "vector", "geometry": "postgis", "geography": "postgis",
    "query_int": "intarray",
}  # fmt: skip
"""Types that well-known extensions provide."""


@rule("error", "PostgreSQL refuses a column of a type that does not exist.", needs_expansion=False)
def look(context: Context) -> Iterator[Found]:
    """Yield attributes whose type is not built in, not of the design, and not provided by its extensions."""
    design = context.design
    extensions = {extension.name for extension in design.extensions}
    provided = {name for extension in design.extensions for name in extension.provides}
    schemas = {design.default_schema, *(namespace.name for namespace in design.schemas)}
    tables = {entity.name for entity in design.entities}
    carried = {path[-1] for kind in ("type", "relation") for path in context.carried(kind)}
    for entity, attribute in context.attributes():
        parsed = _parse(attribute.data_type)
        if parsed is None or (parsed.schema and parsed.schema not in schemas):
            continue
        name = parsed.name
        known = name in provided or name in tables or name in carried or EXTENSIONS.get(name) in extensions
        known = known or (context.has_unknown_providers and name not in EXTENSIONS)
        if known or (not parsed.schema and name in BUILT_IN) or meant_type(design, attribute.data_type) is not None:
            continue
        mend: Edit | None = None
        label = ""
        if name in EXTENSIONS:
            needed = Extension(
                id=derived_id(design.id, "lint", "extension", EXTENSIONS[name]), name=EXTENSIONS[name], provides=(name,)
            )
            mend, label = AddObject(collection="extensions", object=needed), f"add the extension {needed.name}"
        else:
            close = get_close_matches(name, [*BUILT_IN, *(t.name for t in (*design.enums, *design.domains))], n=1)
            if close:
                mend = ChangeAttribute(entity_id=entity.id, attribute_id=attribute.id, changes={"data_type": close[0]})
                label = f"use {close[0]}"
        yield Found(
            f"{entity.name}.{attribute.name} has the type {attribute.data_type}, which nothing provides",
            (attribute.id, entity.id),
            mend,
            label,
        )


def _parse(data_type: str) -> types.TypeName | None:
    try:
        return types.parse(data_type)
    except InvalidSql:
        return None
