"""A law between two rooms: after a rename, the rules find nothing that names what is gone."""

from __future__ import annotations

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from designer_kernel.catalog.identifiers import quote
from designer_kernel.design import Design
from designer_kernel.design.edits import AddPart, Edit, RenameAttribute, RenameEntity, apply
from designer_kernel.design.expansion import expand
from designer_kernel.design.parts import Check, Index, IndexKey
from designer_kernel.errors import DesignerError
from designer_kernel.lint import check
from tests.strategies import designs, names

CODES = {"unknown_attribute", "unknown_column"}


def broken(design: Design) -> list[str]:
    """Return the messages about names that are not there; none for a design that cannot be judged."""
    findings = check(design)
    assume(all(finding.code != "contradiction" for finding in findings))
    return [finding.message for finding in findings if finding.code in CODES]


def with_implied_indexed(data: st.DataObject, design: Design) -> Design:
    """Return the design with an index and a check on an attribute that nobody drew, if an entity has one."""
    for entity in expand(design).design.entities:
        drawn = design.find_entity(entity.id)
        implied = [a.name for a in entity.attributes if drawn is not None and drawn.attribute(a.name) is None]
        if drawn is not None and implied:
            name = data.draw(st.sampled_from(implied))
            index = Index(keys=(IndexKey(attribute=name),))
            check_of = Check(expression=f"{quote(name)} IS NOT NULL")
            design = apply(design, AddPart(entity_id=drawn.id, collection="indexes", part=index))
            design = apply(design, AddPart(entity_id=drawn.id, collection="checks", part=check_of))
    return design


@st.composite
def renames(draw: st.DrawFn, design: Design) -> Edit:
    entity = draw(st.sampled_from(design.entities))
    name = draw(names)
    if draw(st.booleans()):
        return RenameEntity(entity_id=entity.id, name=name)
    attribute = draw(st.sampled_from(entity.attributes))
    return RenameAttribute(entity_id=entity.id, attribute_id=attribute.id, name=name)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), designs())
def test_a_rename_leaves_no_name_behind(data: st.DataObject, design: Design) -> None:
    broken(design)
    design = with_implied_indexed(data, design)
    assume(not broken(design))
    try:
        after = apply(design, data.draw(renames(design)))
    except DesignerError:
        assume(False)
    assert broken(after) == []
