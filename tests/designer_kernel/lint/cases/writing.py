"""How the cases of the rules are written: a few lines of a design file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

KEY: Final = "{name: id, data_type: bigint, is_primary_key: true, is_nullable: false}"


@dataclass(frozen=True)
class Case:
    """Designs of which the first must make a rule fire and the second must not."""

    fires: str
    silent: str
    has_mend: bool = True
    severity: str = ""


def attribute(text: str, more: str = "") -> str:
    """Return a design with one entity that has this attribute, and more lines of that entity."""
    return f"entities:\n- name: things\n  attributes:\n  - {KEY}\n  - {{{text}}}\n{more}"


def two(relationship: str, users: str = "", orders: str = "", rest: str = "") -> str:
    """Return a design with users, orders, and a relationship between them."""
    return f"""
entities:
- name: users
  attributes:
  - {KEY}
{users}
- name: orders
  attributes:
  - {KEY}
{orders}
relationships:
- {{source_entity: users, target_entity: orders, {relationship}}}
{rest}
"""


MANY: Final = "relationship_type: MANY_TO_MANY, source_cardinality: 0..N, target_cardinality: 0..N"
INDEX: Final = "  indexes:\n  - keys: [{attribute: user_id}]"
