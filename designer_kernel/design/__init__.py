"""The design: what a person means, before PostgreSQL's objects."""

from __future__ import annotations

from designer_kernel.design.attribute import Attribute
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.relationship import Relationship

__all__ = ["Attribute", "Design", "Entity", "Relationship"]
