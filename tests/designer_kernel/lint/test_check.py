"""`check` as a whole: order, speed, and designs that cannot be expanded."""

from __future__ import annotations

from time import perf_counter

import pytest
from hypothesis import HealthCheck, given, settings

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.document import read
from designer_kernel.design.edits import apply
from designer_kernel.design.parts import Check
from designer_kernel.errors import DesignerError
from designer_kernel.lint import SEVERITIES, check, errors
from designer_kernel.templates import __path__ as templates
from tests.strategies import designs


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(designs())
def test_any_design_can_be_checked_and_every_mend_applies(design: Design) -> None:
    findings = check(design)
    assert [SEVERITIES.index(f.severity) for f in findings] == sorted(SEVERITIES.index(f.severity) for f in findings)
    assert check(design.model_copy()) == findings
    assert errors(design) == [finding for finding in findings if finding.severity == "error"]
    for finding in findings:
        if finding.mend is not None:
            assert finding.mend.describe(design)
            try:
                assert apply(design, finding.mend) != design
            except DesignerError as error:
                raise AssertionError(f"{finding.code}: {finding.message}: {error}") from error


def test_a_thousand_entities_are_no_quadratic_work() -> None:
    entities = [
        Entity(
            name=f"table_{n}",
            attributes=(
                Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False),
                *(Attribute(name=f"column_{k}", data_type="text") for k in range(9)),
            ),
            checks=(Check(expression="length(column_1) > 3"),),
        )
        for n in range(1000)
    ]
    links = [
        Relationship(source_entity_id=entities[n // 3].id, target_entity_id=entities[n].id) for n in range(1, 1000)
    ]
    design = Design(name="large", entities=entities, relationships=links)
    start = perf_counter()
    findings = check(design)
    elapsed = perf_counter() - start
    assert len(findings) == 999
    assert elapsed < 20, "measured: 0.2 s alone, and minutes if a rule looked at each pair"


@pytest.mark.parametrize("name", ["marketplace", "blog", "blank"])
def test_templates_have_no_errors(name: str) -> None:
    from pathlib import Path

    text = (Path(templates[0]) / f"{name}.design.yaml").read_text(encoding="utf-8")
    assert [f.message for f in check(read(text, name)) if f.severity == "error"] == []


def test_a_contradiction_hides_rules_that_would_guess() -> None:
    text = """
name: x
entities:
- name: users
  attributes: [{name: mail, data_type: json}]
- name: orders
  indexes:
  - keys: [{attribute: user_id}]
relationships:
- {source_entity: users, target_entity: orders}
"""
    assert [finding.code for finding in check(read(text))] == ["contradiction", "json_instead_of_jsonb"]
