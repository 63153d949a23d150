"""Cases of the rules about keys and indexes."""

from __future__ import annotations

from typing import Final

from tests.designer_kernel.lint.cases.writing import INDEX, KEY, Case, attribute, two

CASES: Final[dict[str, list[Case]]] = {
    "foreign_key_without_index": [
        Case(two(""), two("", orders=INDEX)),
        Case(
            two("", orders=INDEX + "\n    predicate: user_id > 5"),
            two("", orders="  indexes:\n  - keys: [{attribute: user_id}, {attribute: id}]"),
        ),
        Case(
            two("", orders=INDEX + "\n    method: brin"), two("relationship_type: ONE_TO_ONE, target_cardinality: 0..1")
        ),
    ],
    "identity_without_key": [
        Case(
            attribute("name: number, data_type: bigint, identity: ALWAYS"),
            attribute("name: number, data_type: bigint, identity: ALWAYS, is_unique: true"),
        )
    ],
    "no_primary_key": [
        Case("entities:\n- name: logs\n  attributes: [{name: line, data_type: text}]", two("")),
        Case(
            "entities:\n- name: logs\n  attributes: [{name: id, data_type: uuid}]",
            f"entities:\n- {{name: base, is_abstract: true, attributes: [{KEY}]}}\n- {{name: logs, inherits: [base]}}",
        ),
    ],
    "partition_key_joins_key": [
        Case(
            attribute(
                "name: created_at, data_type: timestamptz", "  traits: [{kind: partitioned, start: '2024-01-01'}]"
            ),
            "entities:\n- name: events\n  attributes: [{name: created_at, data_type: timestamptz, is_nullable: false, "
            "is_primary_key: true}]\n  traits: [{kind: partitioned, start: '2024-01-01'}]",
            has_mend=False,
        )
    ],
    "redundant_index": [
        Case(
            attribute("name: x, data_type: text", "  indexes:\n  - keys: [{attribute: id}]"),
            attribute("name: x, data_type: text", "  indexes:\n  - keys: [{attribute: id, descending: true}]"),
        ),
        Case(
            attribute(
                "name: x, data_type: text",
                "  indexes:\n  - keys: [{attribute: x}]\n  - keys: [{attribute: x}, {attribute: id}]",
            ),
            attribute(
                "name: x, data_type: text",
                "  indexes:\n  - {keys: [{attribute: x}], predicate: x > 'm'}\n"
                "  - keys: [{attribute: x}, {attribute: id}]",
            ),
        ),
        Case(
            attribute("name: x, data_type: text, is_unique: true", "  indexes:\n  - keys: [{attribute: x}]"),
            attribute(
                "name: x, data_type: text, is_unique: true", "  indexes:\n  - {keys: [{attribute: x}], method: hash}"
            ),
        ),
        Case(
            attribute(
                "name: x, data_type: text", "  keys:\n  - attributes: [x, id]\n  indexes:\n  - keys: [{attribute: x}]"
            ),
            attribute(
                "name: x, data_type: text", "  keys:\n  - attributes: [id, x]\n  indexes:\n  - keys: [{attribute: x}]"
            ),
        ),
        Case(
            attribute("name: x, data_type: text", "  indexes:\n  - keys: [{attribute: x}]\n  - keys: [{attribute: x}]"),
            attribute("name: x, data_type: text", "  indexes:\n  - keys: [{attribute: x}]"),
        ),
    ],
    "unknown_attribute": [
        Case(
            attribute("name: x, data_type: text", "  keys: [{attributes: [y]}]"),
            attribute("name: x, data_type: text", "  keys: [{attributes: [x]}]"),
        ),
        Case(
            attribute("name: x, data_type: text", "  indexes:\n  - keys: [{attribute: deleted_at}]"),
            attribute(
                "name: x, data_type: text",
                "  indexes:\n  - keys: [{attribute: deleted_at}]\n  traits: [{kind: soft_delete}]",
            ),
        ),
        Case(two("", orders="  indexes:\n  - keys: [{attribute: usr_id}]"), two("", orders=INDEX)),
    ],
}
