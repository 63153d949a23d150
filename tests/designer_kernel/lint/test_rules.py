"""Every rule fires where it should, is silent where it should, and its mend silences it.

The cases stand under ``cases``, by what the rules are about.
"""

from __future__ import annotations

from typing import Final

import pytest

from designer_kernel.design import Design
from designer_kernel.design.document import read
from designer_kernel.design.edits import apply
from designer_kernel.lint import Finding, all_rules, check
from tests.designer_kernel.lint.cases import attribute_types, keys, names, relationships, security, sql
from tests.designer_kernel.lint.cases.writing import KEY, Case

CASES: Final[dict[str, list[Case]]] = {
    code: cases
    for subject in (attribute_types, keys, names, relationships, security, sql)
    for code, cases in subject.CASES.items()
}

ALL: Final = [
    pytest.param(code, case, id=f"{code}-{n}") for code, cases in CASES.items() for n, case in enumerate(cases)
]


def design_of(text: str) -> Design:
    return read(f"format: 1\nname: test\n{text}", "case.yaml")


def found(code: str, design: Design) -> list[Finding]:
    return [finding for finding in check(design) if finding.code == code]


def test_every_rule_has_a_case() -> None:
    assert sorted(CASES) == [rule.code for rule in all_rules()]


@pytest.mark.parametrize(("code", "case"), ALL)
def test_it_fires(code: str, case: Case) -> None:
    design = design_of(case.fires)
    findings = found(code, design)
    assert findings, [f.code for f in check(design)]
    for finding in findings:
        rule = next(rule for rule in all_rules() if rule.code == code)
        assert finding.severity == (case.severity or rule.severity)
        assert finding.message
        assert finding.reason == rule.reason
        assert finding.target_ids
        assert set(finding.target_ids) <= {item.id for item in design.items()}
        assert bool(finding.mend) == bool(finding.mend_label)


@pytest.mark.parametrize(("code", "case"), ALL)
def test_it_is_silent(code: str, case: Case) -> None:
    assert found(code, design_of(case.silent)) == []


@pytest.mark.parametrize(("code", "case"), ALL)
def test_its_mend_silences_it(code: str, case: Case) -> None:
    design = design_of(case.fires)
    if not case.has_mend:
        assert [finding.mend for finding in found(code, design)] == [None] * len(found(code, design))
        return
    for _ in range(5):
        findings = found(code, design)
        if not findings:
            break
        assert findings[0].mend is not None
        errors = {finding.message for finding in check(design) if finding.severity == "error"}
        design = apply(design, findings[0].mend)
        assert {finding.message for finding in check(design) if finding.severity == "error"} <= errors
    assert found(code, design) == []


@pytest.mark.parametrize("letter", ["k", "ä"])
def test_a_foreign_key_of_the_longest_names_is_given_an_index(letter: str) -> None:
    """The attributes of a foreign key are named after others; what would be too long is shortened everywhere."""
    long = letter * (62 // len(letter.encode()))
    text = f"""name: long
entities:
- name: p{long}
  attributes: [{{name: k{long}, data_type: bigint, is_primary_key: true, is_nullable: false}}]
- name: orders
  attributes: [{KEY}]
relationships:
- {{source_entity: p{long}, target_entity: orders}}
"""
    design = read(text)
    (found,) = [finding for finding in check(design) if finding.code == "foreign_key_without_index"]
    assert found.mend is not None
    after = apply(design, found.mend)
    assert all(finding.code != "foreign_key_without_index" for finding in check(after))
