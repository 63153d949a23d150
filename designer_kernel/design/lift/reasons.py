"""Why something is not drawn, in words for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import CatalogObject

_KINDS: Final = {
    "comment": "what it is about is not drawn; it is kept and deployed as it is",
    "grant": "privileges are drawn only with policies and views; this one is kept and deployed as it is",
    "not_null": "that the column is NOT NULL is drawn; only the name or state of that constraint is not, and is kept",
    "domain_not_null": "that the domain is NOT NULL is drawn; only the name of that constraint is not, and is kept",
    "index_attachment": "that this index of a partition belongs to one of the whole table is not drawn; it is kept",
    "sequence_owner": "sequences are not drawn, but kept and deployed as they are, with the column that they belong to",
    "revoke": "that a privilege was taken away is not drawn; it is kept and deployed as it is",
    "dropped_schema": "that this schema is not there is not drawn; it is kept",
}
"""Reasons for whole facts, by kind, where the general words would be misread."""

_FIELDS: Final = {
    "access_method": "its access method",
    "check_option": "WITH CHECK OPTION",
    "collation": "its collation",
    "collation_schema": "the schema of its collation",
    "columns": "the names that it gives its columns",
    "condition": "how its condition is worded",
    "constraint": "being a constraint trigger",
    "constraint_on": "the table that it names with FROM",
    "deferrable": "DEFERRABLE",
    "definition": "how its definition is worded",
    "expression": "how its expression is worded",
    "include": "INCLUDE",
    "keys": "how its keys are worded",
    "new_table": "its transition tables",
    "no_inherit": "NO INHERIT",
    "old_table": "its transition tables",
    "on_delete_columns": "the columns that ON DELETE sets",
    "options": "its storage parameters",
    "period": "WITHOUT OVERLAPS or PERIOD",
    "predicate": "how its predicate is worded",
    "query": "how its query is worded",
    "returns": "how its result is worded",
    "row_security": "that row security is forced without being enabled",
    "standalone": "that it is made on its own, with its own columns, and attached to its parent then",
    "valid": "NOT VALID",
    "enforced": "NOT ENFORCED",
    "of_type": "being a table of a type",
    "partition_by": "how it is partitioned",
    "populated": "WITH NO DATA",
    "inherited": "that it comes from a parent table",
    "inherits": "that it inherits from other tables",
    "type": "how its type is worded",
}
"""What fields are called in reasons."""


_DRAWN: Final = frozenset(
    {
        "check", "column", "default", "domain", "enum", "exclusion", "foreign_key", "function", "index", "policy",
        "role", "table", "trigger", "view", "materialized_view", "primary_key", "unique",
    }
)  # fmt: skip
"""Kinds that are drawn unless something about them is not."""


def reason_for(fact: CatalogObject, catalog: Catalog | None = None) -> str:
    """Return why a whole fact is kept opaque; ``catalog`` is what it is a fact of."""
    why = _KINDS.get(fact.kind) or (
        _of_drawn(fact, catalog)
        if fact.kind in _DRAWN
        else f"{_plural(fact.kind)} are not drawn, but kept and deployed as they are"
    )
    secrets: tuple[str, ...] = getattr(fact, "secrets", ())
    if not secrets and getattr(fact, "has_secret", False):
        secrets = ("password",)
    return f"{why}, but for what is secret and never read: {', '.join(secrets)}" if secrets else why


def reason_for_fields(fact: CatalogObject, fields: Iterable[str]) -> str:
    """Return why some fields of a fact that is drawn are kept opaque."""
    said = sorted({_FIELDS.get(name, name.replace("_", " ")) for name in fields})
    return f"drawn, but for this, which is kept and deployed all the same: {', '.join(said)}"


_OF_ANOTHER: Final = (
    "not drawn, since it belongs to something that is not, or says more than a drawing can; kept and deployed as it is"
)
"""Why one of a kind that is drawn is not."""


_OF_ATTACHED: Final = (
    "drawn only with the whole table: its partition is made on its own, and attached then; kept and deployed as it is"
)
"""Why a part of such a partition is not drawn."""


def _of_drawn(fact: CatalogObject, catalog: Catalog | None) -> str:
    above: CatalogObject | None = fact
    while catalog is not None and above is not None and not isinstance(above, Table):
        above = catalog.get(above.parent) if above.parent is not None else None  # a default's is its column
    is_attached = isinstance(above, Table) and above.standalone and bool(above.partition_of)
    return _OF_ATTACHED if is_attached and fact.kind in {"column", "default", "check"} else _OF_ANOTHER


def _plural(kind: str) -> str:
    words = kind.replace("_", " ")
    for end, plural in (
        ("index", "indexes"),
        ("class", "classes"),
        ("alias", "aliases"),
        ("key", "keys"),
        ("y", "ies"),
    ):
        if words.endswith(end):
            return words.removesuffix(end) + plural
    return words if words.endswith("s") else f"{words}s"
