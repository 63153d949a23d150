from __future__ import annotations

import pytest

from designer_kernel.design import Design, Entity, Relationship
from designer_kernel.design.edits import AddAttribute, AddEntity, AddRelationship
from designer_kernel.exchange.attribute_line import parse_line
from designer_kernel.studio.project import ProjectSession


def entity(name, *lines):
    return Entity(name=name, attributes=tuple(parse_line(line) for line in lines))


def add(name, *lines):
    return AddEntity(entity=entity(name, *lines))


def add_attribute(session, entity_name, line):
    return AddAttribute(entity_id=session.design.entity(entity_name).id, attribute=parse_line(line))


def relate(session, parent, child):
    ends = (session.design.entity(name).id for name in (parent, child))
    return AddRelationship(relationship=Relationship(source_entity_id=next(ends), target_entity_id=next(ends)))


@pytest.fixture
def session(tmp_path):
    """A project with one entity, in a file of its own."""
    design = Design(name="shop", entities=(entity("products", "id bigint primary key", "name text not null"),))
    return ProjectSession(tmp_path / "shop.design.yaml", design)
