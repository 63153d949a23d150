"""Why something is not drawn, in words for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from designer_kernel.catalog.objects import CatalogObject

_KINDS: Final = {
    "comment": "what it is about is not drawn; kept as it is",
    "grant": "privileges are drawn only with policies and views; kept as they are",
    "owner": "owners are not drawn; kept as they are",
    "sequence": "sequences are not drawn; kept as they are",
    "sequence_owner": "sequences are not drawn; kept as they are",
}
"""Reasons for whole facts, by kind."""

_FIELDS: Final = {
    "collation": "collations",
    "condition": "the spelling of its condition",
    "definition": "the spelling of its definition",
    "expression": "the spelling of its expression",
    "keys": "the spelling of its keys",
    "predicate": "the spelling of its predicate",
    "query": "the spelling of its query",
    "valid": "NOT VALID",
    "enforced": "NOT ENFORCED",
    "of_type": "being a table of a type",
    "partition_by": "partitioning",
    "populated": "whether it is populated",
    "inherited": "being inherited",
    "inherits": "inheritance of tables",
    "type": "the spelling of its type",
}
"""What fields are called in reasons, where their names do not say it."""


_DRAWN: Final = frozenset(
    {
        "check", "column", "default", "domain", "enum", "exclusion", "foreign_key", "function", "index", "policy",
        "role", "table", "trigger", "view", "materialized_view",
    }
)  # fmt: skip
"""Kinds that are drawn unless something about them is not."""


def reason_for(fact: CatalogObject) -> str:
    """Return why a whole fact is kept opaque."""
    such = " like this" if fact.kind in _DRAWN else ""
    why = _KINDS.get(fact.kind) or f"{_plural(fact.kind)}{such} are not drawn; kept as they are"
    secrets: tuple[str, ...] = getattr(fact, "secrets", ())
    if not secrets and getattr(fact, "has_secret", False):
        secrets = ("password",)
    return f"{why}, but for what is secret and never read: {', '.join(secrets)}" if secrets else why


def reason_for_fields(fact: CatalogObject, fields: Iterable[str]) -> str:
    """Return why some fields of a fact that is drawn are kept opaque."""
    said = sorted({_FIELDS.get(name, name.replace("_", " ")) for name in fields})
    return f"{', '.join(said)}: not drawn; kept as it is"


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
