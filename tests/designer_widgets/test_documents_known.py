"""Documents that are made with the help of the last ones are equal to those that are made from nothing."""

from __future__ import annotations

from designer_widgets import state
from designer_widgets.finding_documents import FindingDocuments
from hypothesis import given, settings
from hypothesis import strategies as st

from designer_kernel import lint
from designer_kernel.design import edits
from designer_kernel.errors import DesignerError
from tests import strategies
from tests.designer_kernel.diagram.designs import generated


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_documents_of_any_design_through_any_edits(data: st.DataObject) -> None:
    design = data.draw(strategies.designs())
    sheets, told, known = state.Sheets(), FindingDocuments(), lint.Known()
    for _step in range(data.draw(st.integers(2, 5))):
        found = lint.check(design, known)
        assert told.of(design, found) == FindingDocuments().of(design, found)
        document = sheets.design_document(design)
        assert document == state.design_document(design)
        assert document["relationships"] == design.model_dump(mode="json")["relationships"]
        try:
            design = edits.apply(design, data.draw(strategies.edits(design)))
        except DesignerError:
            continue


def test_what_an_edit_left_alone_is_the_same_document() -> None:
    design = generated(120)
    sheets, told, known = state.Sheets(), FindingDocuments(), lint.Known()
    findings, before = told.of(design, lint.check(design, known)), sheets.design_document(design)
    entity = design.entities[5]
    design = edits.apply(design, edits.ChangeEntity(entity_id=entity.id, changes={"description": "what it is for"}))
    again, after = told.of(design, lint.check(design, known)), sheets.design_document(design)
    assert sum(one is not other for one, other in zip(findings, again, strict=True)) < len(findings) / 2
    changed = [one["id"] for one, other in zip(after["entities"], before["entities"], strict=True) if one is not other]
    assert changed == [str(entity.id)]
    assert all(one is other for one, other in zip(after["relationships"], before["relationships"], strict=True))
