"""Cases of the rules about relationships."""

from __future__ import annotations

from typing import Final

from tests.designer_kernel.lint.cases.writing import KEY, MANY, Case, attribute, two

TENANTS: Final = f"""
entities:
- name: tenants
  attributes: [{KEY}]
- name: parents
  attributes: [{KEY}]
  traits: %s
- name: children
  attributes: [{KEY}]
  traits: %s
relationships:
- {{source_entity: parents, target_entity: children}}
"""

SCOPED: Final = "[{kind: tenant_scoped, tenant_entity: tenants}]"

CASES: Final[dict[str, list[Case]]] = {
    "duplicate_relationship": [
        Case(
            two(
                "name: first, target_attributes: [owner_id]",
                orders="  - {name: owner_id, data_type: bigint}",
                rest="- {source_entity: users, target_entity: orders, target_attributes: [owner_id]}",
            ),
            two("name: first", rest="- {source_entity: users, target_entity: orders, name: second}"),
        )
    ],
    "missing_relationship": [
        Case(
            f"entities:\n- name: users\n  attributes: [{KEY}]\n- name: orders\n  attributes:\n  - {KEY}\n"
            "  - {name: user_id, data_type: bigint}",
            two("target_attributes: [user_id]", orders="  - {name: user_id, data_type: bigint}"),
        ),
        Case(
            attribute("name: external_id, data_type: text"),
            attribute("name: external_id, data_type: jsonb"),
            has_mend=False,
        ),
    ],
    "required_cycle": [
        Case(
            two("", rest="- {source_entity: orders, target_entity: users}"),
            two("", rest="- {source_entity: orders, target_entity: users, source_cardinality: 0..1}"),
        ),
        Case(
            two("", rest="- {source_entity: users, target_entity: users}"),
            two("", rest="- {source_entity: users, target_entity: users, source_cardinality: 0..1}"),
        ),
    ],
    "set_null_on_required": [
        Case(two("on_delete_action: SET NULL"), two("on_delete_action: SET NULL, source_cardinality: 0..1")),
        Case(two(f"on_delete_action: SET NULL, {MANY}"), two(f"on_delete_action: CASCADE, {MANY}")),
    ],
    "tenant_scope_mismatch": [
        Case(TENANTS % (SCOPED, "[]"), TENANTS % (SCOPED, SCOPED)),
        Case(TENANTS % ("[]", SCOPED), TENANTS % ("[]", "[]"), severity="info"),
    ],
    "unenforceable_cardinality": [
        Case(two("target_cardinality: 1..N"), two("target_cardinality: N")),
        Case(
            two("relationship_type: ONE_TO_ONE, target_cardinality: '1'"),
            two("relationship_type: ONE_TO_ONE, target_cardinality: 0..1"),
        ),
        Case(two("relationship_type: MANY_TO_MANY, source_cardinality: 1..N, target_cardinality: 1..N"), two(MANY)),
    ],
    "unrelated_entity": [
        Case(
            two("", rest="").replace("relationships:", "- name: alone\n  attributes: [" + KEY + "]\nrelationships:"),
            two(""),
            has_mend=False,
        )
    ],
}
