"""Projects for widget tests: real sessions over real files, no display."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer_kernel import templates
from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.relationship import Relationship
from designer_kernel.studio.project import ProjectSession


@pytest.fixture
def session(tmp_path: Path) -> ProjectSession:
    """A small shop: customers and their orders."""
    key = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    customers = Entity(
        name="customers", attributes=(Attribute(**key), Attribute(name="email", data_type="text", is_unique=True))
    )
    orders = Entity(name="orders", attributes=(Attribute(**key), Attribute(name="total", data_type="numeric(12,2)")))
    places = Relationship(name="places", source_entity_id=customers.id, target_entity_id=orders.id)
    design = Design(name="shop", entities=(customers, orders), relationships=(places,))
    return ProjectSession(tmp_path / "shop.design.yaml", design)


@pytest.fixture
def marketplace(tmp_path: Path) -> ProjectSession:
    """The largest template."""
    return ProjectSession(tmp_path / "marketplace.design.yaml", templates.load("marketplace"))
