"""Mermaid says what it can, and the report the rest; that of a picture is the same but for what it shows."""

from __future__ import annotations

import pytest

from designer_kernel.design.values import Position
from designer_kernel.exchange.mermaid import write_mermaid
from designer_kernel.studio.exports import NOTATIONS
from designer_kernel.studio.templates import from_template


def test_everything_is_kept_changed_or_refused_by_name() -> None:
    design = from_template("blog", "blog")
    exported = write_mermaid(design)
    assert exported.text.startswith("erDiagram\n")
    told = {(entry.object, entry.kind): entry for entry in exported.losses}
    assert {name for name, kind in told if kind == "entity"} == {entity.name for entity in design.entities}
    assert told["slug", "domain"].outcome == "refused"
    assert all(entry.reason for entry in exported.losses.of("changed", "refused"))


@pytest.mark.parametrize("notation", ["mermaid", "svg"])
def test_traits_partitions_and_actions_are_named_and_nothing_twice(notation: str) -> None:
    design = from_template("marketplace", "marketplace")
    losses = NOTATIONS[notation].write(design).losses
    told = {(entry.object, entry.kind): entry for entry in losses}
    assert len(told) == len(losses)
    traits = {f"{design.qualified_name(one)}.{trait.kind}" for one in design.entities for trait in one.traits}
    assert {name for name, kind in told if kind == "trait"} == traits
    partitions = {part.name for one in design.entities for part in one.partitions}
    assert {name.rpartition(".")[2] for name, kind in told if kind == "partition"} == partitions
    divided = next(one for one in design.entities if one.partition_method or one.trait("partitioned"))
    assert {told[divided.name, "entity"].outcome, told.get((f"{divided.name}.partitioned", "trait"))} != {"kept", None}
    assert any("ON DELETE" in entry.reason for entry in losses.of("changed") if entry.kind == "relationship")


def test_only_the_picture_shows_where_entities_stand_and_what_they_are_for() -> None:
    blog = from_template("blog", "blog")
    design = blog.replace(entities=(blog.entities[0].replace(position=Position(x=1, y=2)), *blog.entities[1:]))
    told = {
        notation: {(entry.object, entry.kind): entry.outcome for entry in NOTATIONS[notation].write(design).losses}
        for notation in ("mermaid", "svg")
    }
    assert told["mermaid"]["blog", "layout"] == "refused"
    assert ("blog", "layout") not in told["svg"]
    name = design.entities[0].name
    assert (told["mermaid"][name, "entity"], told["svg"][name, "entity"]) == ("changed", "kept")
