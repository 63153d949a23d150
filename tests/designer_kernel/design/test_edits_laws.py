"""Laws of edits: total, pure, undone by history, in any order when they touch nothing in common."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from designer_kernel.design import Design
from designer_kernel.design.edits import Edit, apply, parse_edit
from designer_kernel.design.history import History
from designer_kernel.errors import DesignerError
from tests.strategies import designs, edits

SLOW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def applied(design: Design, edit: Edit) -> Design | None:
    try:
        return apply(design, edit)
    except DesignerError:
        return None


@SLOW
@given(st.data(), designs())
def test_undoing_everything_gives_the_first_design(data: st.DataObject, design: Design) -> None:
    history = History(design)
    before = design.model_dump_json()
    for _ in range(6):
        with suppress(DesignerError):
            history.apply(data.draw(edits(history.design)))
    last = history.design
    while history.can_undo:
        history.undo()
    assert history.design == design
    assert history.design.model_dump_json() == before
    while history.can_redo:
        history.redo()
    assert history.design == last


@SLOW
@given(st.data(), designs())
def test_edits_that_touch_nothing_in_common_commute(data: st.DataObject, design: Design) -> None:
    first, second = data.draw(edits(design)), data.draw(edits(design))
    one, two = applied(design, first), applied(design, second)
    assume(one is not None and two is not None)
    assume(not first.touches(design) & second.touches(design))
    one_two, two_one = applied(one, second), applied(two, first)
    assume(one_two is not None and two_one is not None)  # both may want the same new name
    assert one_two == two_one


@SLOW
@given(st.data(), designs())
def test_an_edit_survives_json(data: st.DataObject, design: Design) -> None:
    edit = data.draw(edits(design))
    again = parse_edit(edit.model_dump(mode="json"))
    assert applied(design, again) == applied(design, edit)


@SLOW
@given(st.data(), designs())
def test_every_edit_leaves_a_design_that_pydantic_accepts(data: st.DataObject, design: Design) -> None:
    after = applied(design, data.draw(edits(design)))
    assume(after is not None)
    assert Design.model_validate(after.model_dump()) == after


def garbage_for(design: Design) -> st.SearchStrategy[Any]:
    ids = [item.id for item in design.items()]
    scalars = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=9),
        st.sampled_from(ids),
        st.just("1+" * 99 + "1"),
    )
    fields = st.sampled_from(
        ["name", "data_type", "attributes", "expression", "inherits", "kind", "id", "keys", "traits"]
    )
    return st.recursive(
        scalars,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(fields, inner, max_size=3)),
        max_leaves=6,
    )


KINDS = (
    "add_entity", "remove_entity", "rename_entity", "change_entity", "add_attribute", "remove_attribute",
    "rename_attribute", "change_attribute", "move_attribute", "add_relationship", "change_relationship",
    "remove_relationship", "set_trait", "remove_trait", "add_part", "change_part", "remove_part", "add_object",
    "change_object", "remove_object", "move_nodes", "bend_line", "change_design", "compound",
)  # fmt: skip
FIELDS = (
    "entity", "entity_id", "attribute", "attribute_id", "position", "name", "changes", "cascade", "relationship",
    "relationship_id", "trait", "collection", "part", "part_id", "object", "object_id", "positions", "edits", "label",
    "line_id", "bends",
)  # fmt: skip


def outcome(design: Design, edit: Any) -> tuple[Design, DesignerError | None]:
    """Return the design after an edit and, if it was refused, the error; any other exception is a failure."""
    try:
        return apply(design, parse_edit(edit)), None
    except DesignerError as error:
        return design, error


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), designs())
def test_garbage_is_refused_in_our_words(data: st.DataObject, design: Design) -> None:
    garbage = garbage_for(design)
    collections = st.sampled_from(["keys", "checks", "policies", "enums", "areas", "nothing"])
    edit = data.draw(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(KINDS)},
            optional={field: collections if field == "collection" else garbage for field in FIELDS},
        )
    )
    for key in ("entity_id", "attribute_id", "relationship_id", "part_id", "object_id"):
        if key in edit and data.draw(st.booleans()):
            edit[key] = data.draw(st.sampled_from([item.id for item in design.items()]))
    before = design.model_dump_json()
    after, refusal = outcome(design, edit)
    assert refusal is None or (refusal.what and refusal.mend)
    assert Design.model_validate(after.model_dump()) == after
    assert design.model_dump_json() == before


def test_edits_nested_without_end_are_refused() -> None:
    edit: dict[str, Any] = {"kind": "remove_entity", "entity_id": str(UUID(int=1))}
    for _ in range(5000):
        edit = {"kind": "compound", "edits": [edit]}
    with pytest.raises(DesignerError) as refused:
        apply(Design(name="x"), parse_edit(edit))
    assert refused.value.mend
