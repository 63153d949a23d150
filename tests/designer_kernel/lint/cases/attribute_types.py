"""Cases of the rules about types of attributes, and types of the design."""

from __future__ import annotations

from typing import Final

from tests.designer_kernel.lint.cases.writing import KEY, Case, attribute, two

CASES: Final[dict[str, list[Case]]] = {
    "contradiction": [
        Case(
            "entities:\n- name: users\n  attributes: [{name: x, data_type: text}]\n- name: orders\n"
            "relationships:\n- {source_entity: users, target_entity: orders}",
            two(""),
            has_mend=False,
        ),
        Case(
            attribute("name: x, data_type: text", "  traits: [{kind: searchable, weights: {y: A}}]"),
            attribute("name: x, data_type: text", "  traits: [{kind: searchable, weights: {x: A}}]"),
            has_mend=False,
        ),
    ],
    "fixed_length_text": [
        Case(attribute("name: code, data_type: char(3)"), attribute("name: code, data_type: varchar"))
    ],
    "inexact_amount": [
        Case(attribute("name: unit_price, data_type: float8"), attribute("name: ratio, data_type: float8")),
        Case(attribute("name: worth, data_type: money"), attribute('name: total, data_type: "numeric(10,2)"')),
    ],
    "json_instead_of_jsonb": [
        Case(attribute("name: data, data_type: json"), attribute("name: data, data_type: jsonb"))
    ],
    "no_attributes": [
        Case(
            "entities:\n- name: things",
            "entities:\n- {name: things, traits: [{kind: timestamps}]}\n- {name: base, is_abstract: true}",
            has_mend=False,
        )
    ],
    "nullable_boolean": [
        Case(
            attribute("name: is_paid, data_type: boolean"),
            attribute("name: is_paid, data_type: boolean, is_nullable: false"),
        ),
        Case(
            attribute("name: is_paid, data_type: bool"),
            attribute('name: is_paid, data_type: bool, default_value: "true"'),
        ),
    ],
    "timestamp_without_time_zone": [
        Case(attribute('name: at, data_type: "timestamp(3)"'), attribute("name: at, data_type: timestamptz"))
    ],
    "unknown_type": [
        Case(
            attribute("name: x, data_type: citext"),
            attribute("name: x, data_type: citext") + "\nextensions: [{name: citext}]",
        ),
        Case(attribute("name: x, data_type: bigin"), attribute("name: x, data_type: int8")),
        Case(
            attribute("name: x, data_type: mood"),
            attribute("name: x, data_type: mood") + "\nenums: [{name: mood, labels: [ok]}]",
            has_mend=False,
        ),
        Case(
            attribute("name: x, data_type: thing_type"),
            attribute("name: x, data_type: thing_type") + "\nextensions: [{name: z, provides: [thing_type]}]",
            has_mend=False,
        ),
    ],
    "unused_abstract_entity": [
        Case(
            "entities:\n- {name: base, is_abstract: true}",
            f"entities:\n- {{name: base, is_abstract: true, attributes: [{KEY}]}}\n- {{name: logs, inherits: [base]}}",
        )
    ],
    "unused_type": [
        Case(
            "enums: [{name: mood, labels: [ok]}]",
            attribute("name: x, data_type: mood") + "\nenums: [{name: mood, labels: [ok]}]",
        ),
        Case(
            "domains: [{name: price, data_type: numeric}]",
            "domains: [{name: price, data_type: numeric}]\nviews: [{name: v, query: 'SELECT 1::price'}]",
        ),
    ],
}
