"""What the fields of facts name, so that what is carried along can follow what is drawn.

A pair of texts may be the place of a table, of a type or of a function, or no place at all: an option and its value.
So every field that can hold a name is classified here, by its meaning and not by its shape; a test sees to it that no
field of any kind is left out.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Final, Literal, TypeAlias

from designer_kernel.catalog.kinds import kinds_by_name

Meaning: TypeAlias = Literal[
    "plain", "own", "extension", "column", "referenced_column", "relation", "function", "type", "role", "index",
    "trigger", "type_sql", "types_sql", "sql", "identity",
]  # fmt: skip
"""``own``: the fact's own name or place. ``type_sql`` and ``types_sql``: one type as SQL, and several with commas.

``index``: an index of the fact's table, or a constraint with one. ``trigger``: a trigger of another table in full.
``identity``: an `ObjectId`. ``plain``: no name of anything that can be drawn.
"""

_BY_NAME: Final[dict[str, Meaning]] = {
    "schema": "own",
    "name": "own",
    "table": "own",
    "on": "identity",
    "extension": "extension",
    "column": "column",
    "columns": "column",
    "include": "column",
    "update_columns": "column",
    "on_delete_columns": "column",
    "referenced_columns": "referenced_column",
    "role": "role",
    "roles": "role",
    "by": "role",
    "creator": "role",
    "index": "index",
    "partition_of": "relation",
    "inherits": "relation",
    "constraint_on": "relation",
    "of_type": "type",
    "inherited": "trigger",
    "generated": "plain",
    "arguments": "plain",
    "subtype": "type_sql",
    "source": "type_sql",
    "target": "type_sql",
    "type": "type_sql",
    "left": "type_sql",
    "right": "type_sql",
    "returns": "type_sql",
    "signature": "types_sql",
}
"""What a field of this name means, unless `_BY_FIELD` knows better."""

_BY_FIELD: Final[dict[tuple[str, str], Meaning]] = {
    ("aggregate", "arguments"): "types_sql",
    ("composite_attribute", "composite"): "own",
    ("domain_check", "domain"): "own",
    ("domain_not_null", "domain"): "own",
    ("event_trigger", "function"): "function",
    ("foreign_data_wrapper", "handler"): "function",
    ("foreign_data_wrapper", "validator"): "function",
    ("foreign_key", "referenced_schema"): "own",
    ("foreign_key", "referenced_table"): "own",
    ("function", "arguments"): "types_sql",
    ("index_attachment", "child_index"): "own",
    ("index_attachment", "child_schema"): "own",
    ("index_attachment", "child_table"): "own",
    ("identity_persistence", "sequence"): "own",
    ("identity_type", "sequence"): "own",
    ("index_statistics", "column"): "plain",  # a number of a column
    ("member_privilege", "column"): "plain",  # of an extension's table
    ("member_privilege", "target"): "plain",
    ("multirange", "range"): "type",
    ("owner", "of"): "relation",
    ("replica_identity", "mode"): "plain",
    ("sequence_owner", "sequence"): "own",
    ("sequence_owner", "table"): "relation",
    ("statistics", "table_schema"): "own",
    ("trigger", "function"): "function",
    ("view", "columns"): "plain",  # what the query gives out
    ("view_default", "view"): "own",
    **{
        (kind, "type"): "plain"  # words of the server itself
        for kind in ("access_method", "foreign_server", "text_search_configuration")
    },
    **{(kind, field): "plain" for kind in ("conversion",) for field in ("source", "to")},
}

_PLAIN: Final = frozenset(
    {
        "access_method", "action", "cache", "canonical", "check_option", "clause_text", "collation",
        "collation_schema", "command", "commutator", "configuration", "connection", "context", "deferrable",
        "definition", "dictionaries", "elements", "event", "events", "family", "from_sql", "function",
        "functions", "grantable", "handler", "identity", "inline", "join", "keys", "kinds", "label", "labels",
        "language", "lc_collate", "lc_ctype", "locale", "members", "method", "mode", "negator", "new_table",
        "objects", "old_table", "on_delete", "on_update", "operations", "operator_class", "option", "options",
        "parameter", "parser", "privileges", "provider", "publication", "publications", "restrict", "revoked", "rule",
        "rules", "secrets", "server", "state", "storage", "subtype_diff", "tablespace", "tags", "template", "text",
        "timing", "to", "to_sql", "token", "trigger", "validator", "value", "version", "word", "wrapper",
    }
)  # fmt: skip
"""Fields that name nothing that can be drawn, or nothing but what `depends` tells too."""

PLACES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "foreign_key": (("schema", "table"), ("referenced_schema", "referenced_table")),
    "index_attachment": (("schema", "table"), ("child_schema", "child_table")),
    "statistics": (("table_schema", "table"),),
    "view_default": (("schema", "view"),),
}
"""Fields that are together the schema and name of a relation, the fact's own first; by default ``schema, table``."""

TYPE_PLACES: Final[dict[str, tuple[str, str]]] = {
    "composite_attribute": ("schema", "composite"),
    "domain_check": ("schema", "domain"),
    "domain_not_null": ("schema", "domain"),
}
"""The same for parts of types."""

SEQUENCE_PLACES: Final[dict[str, tuple[str, str]]] = {
    "sequence": ("schema", "name"),
    "sequence_owner": ("schema", "sequence"),
    "identity_type": ("schema", "sequence"),
    "identity_persistence": ("schema", "sequence"),
}
"""The same for sequences, which move with the table that owns them."""


def relation_places(kind: str) -> tuple[tuple[str, str], ...]:
    """Return the pairs of fields that are the place of a relation, the one that a fact is a part of first."""
    if kind in PLACES:
        return PLACES[kind]
    names = {field.name for field in fields(kinds_by_name()[kind])}
    return (("schema", "table"),) if {"schema", "table"} <= names and kind != "sequence_owner" else ()


@cache
def meaning_of(kind: str, field: str) -> Meaning:
    """Return what a field of a kind means.

    Raises
    ------
    LookupError
        If nobody has said it yet.
    """
    declared = next(one for one in fields(kinds_by_name()[kind]) if one.name == field)
    if declared.metadata.get("sql"):
        return "sql"
    if str(declared.type) in {"bool", "int", "int | None"}:
        return "plain"
    found = _BY_FIELD.get((kind, field)) or _BY_NAME.get(field) or ("plain" if field in _PLAIN else None)
    if found is None:
        raise LookupError(f"{kind}.{field}")
    return found
