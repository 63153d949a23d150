"""Mermaid says what it can, and the report the rest."""

from __future__ import annotations

from designer_kernel.exchange.mermaid import write_mermaid
from designer_kernel.studio.templates import from_template


def test_everything_is_kept_changed_or_refused_by_name() -> None:
    design = from_template("blog", "blog")
    exported = write_mermaid(design)
    assert exported.text.startswith("erDiagram\n")
    told = {(entry.object, entry.kind): entry for entry in exported.losses}
    assert {name for name, kind in told if kind == "entity"} == {entity.name for entity in design.entities}
    assert told["slug", "domain"].outcome == "refused"
    assert all(entry.reason for entry in exported.losses.of("changed", "refused"))
