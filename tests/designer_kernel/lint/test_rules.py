"""Every rule fires where it should, is silent where it should, and its mend silences it.

A case is a few lines of a design file. The designs share the entities below unless they say ``entities`` themselves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pytest

from designer_kernel.design import Design
from designer_kernel.design.document import read
from designer_kernel.design.edits import apply
from designer_kernel.lint import Finding, all_rules, check

KEY: Final = "{name: id, data_type: bigint, is_primary_key: true, is_nullable: false}"


@dataclass(frozen=True)
class Case:
    """Designs of which the first must make a rule fire and the second must not."""

    fires: str
    silent: str
    has_mend: bool = True
    severity: str = ""


def attribute(text: str, more: str = "") -> str:
    """Return a design with one entity that has this attribute, and more lines of that entity."""
    return f"entities:\n- name: things\n  attributes:\n  - {KEY}\n  - {{{text}}}\n{more}"


def two(relationship: str, users: str = "", orders: str = "", rest: str = "") -> str:
    """Return a design with users, orders, and a relationship between them."""
    return f"""
entities:
- name: users
  attributes:
  - {KEY}
{users}
- name: orders
  attributes:
  - {KEY}
{orders}
relationships:
- {{source_entity: users, target_entity: orders, {relationship}}}
{rest}
"""


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
MANY: Final = "relationship_type: MANY_TO_MANY, source_cardinality: 0..N, target_cardinality: 0..N"
INDEX: Final = "  indexes:\n  - keys: [{attribute: user_id}]"

TRIGGER: Final = (
    attribute("name: x, data_type: text", "  triggers: [{name: t, events: [UPDATE], function: %s}]\n")
    + """functions:
- name: touch
  definition: CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'
"""
)

WHEN: Final = """  triggers:
  - {name: t, events: [UPDATE], condition: %s, function: suppress_redundant_updates_trigger}"""

FUNCTION: Final = (
    two("")
    + """functions:
- name: f
  definition: CREATE FUNCTION f() RETURNS bigint LANGUAGE %s AS '%s'
"""
)

CASES: Final[dict[str, list[Case]]] = {
    "confusable_name": [
        Case(attribute('name: "na\\u200bme", data_type: text'), attribute("name: größe, data_type: text")),
        Case(attribute('name: "n\\u0430me", data_type: text'), attribute("name: имя, data_type: text"), has_mend=False),
    ],
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
    "duplicate_name": [
        Case(
            attribute("name: x, data_type: text", "  indexes:\n  - {name: things, keys: [{attribute: x}]}"),
            attribute("name: x, data_type: text", "  indexes:\n  - {name: things_x, keys: [{attribute: x}]}"),
        ),
        Case(
            two("", "  indexes: [{name: i, keys: [{attribute: id}]}]", "  keys: [{name: i, attributes: [user_id]}]"),
            two("", "  indexes: [{keys: [{attribute: id}]}]", "  keys: [{attributes: [user_id]}]"),
        ),
    ],
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
    "fixed_length_text": [
        Case(attribute("name: code, data_type: char(3)"), attribute("name: code, data_type: varchar"))
    ],
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
    "inexact_amount": [
        Case(attribute("name: unit_price, data_type: float8"), attribute("name: ratio, data_type: float8")),
        Case(attribute("name: worth, data_type: money"), attribute('name: total, data_type: "numeric(10,2)"')),
    ],
    "json_instead_of_jsonb": [
        Case(attribute("name: data, data_type: json"), attribute("name: data, data_type: jsonb"))
    ],
    "long_name": [
        Case(
            attribute(f"name: {'x' * 46}, data_type: text"),
            attribute(f"name: {'x' * 45}, data_type: text"),
            has_mend=False,
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
    "name_needs_quotes": [
        Case(attribute("name: order, data_type: text"), attribute("name: order_, data_type: text")),
        Case(attribute("name: CreatedBy, data_type: text"), attribute("name: created_by, data_type: text")),
        Case("entities:\n- name: Users\n  attributes: [" + KEY + "]", two("")),
    ],
    "no_attributes": [
        Case(
            "entities:\n- name: things",
            "entities:\n- {name: things, traits: [{kind: timestamps}]}\n- {name: base, is_abstract: true}",
            has_mend=False,
        )
    ],
    "no_primary_key": [
        Case("entities:\n- name: logs\n  attributes: [{name: line, data_type: text}]", two("")),
        Case(
            "entities:\n- name: logs\n  attributes: [{name: id, data_type: uuid}]",
            f"entities:\n- {{name: base, is_abstract: true, attributes: [{KEY}]}}\n- {{name: logs, inherits: [base]}}",
        ),
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
    "policy_without_row_security": [
        Case(
            attribute("name: x, data_type: text", "  policies: [{name: p, using: x = 'a'}]"),
            attribute("name: x, data_type: text", "  policies: [{name: p, using: x = 'a'}]\n  row_security: ENABLED"),
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
    "row_security_without_policy": [
        Case(
            attribute("name: x, data_type: text", "  row_security: FORCED"),
            attribute("name: x, data_type: text", "  policies: [{name: p, using: x = 'a'}]\n  row_security: ENABLED"),
        )
    ],
    "set_null_on_required": [
        Case(two("on_delete_action: SET NULL"), two("on_delete_action: SET NULL, source_cardinality: 0..1")),
        Case(two(f"on_delete_action: SET NULL, {MANY}"), two(f"on_delete_action: CASCADE, {MANY}")),
    ],
    "stale_function": [
        Case(FUNCTION % ("sql", "SELECT id FROM usr"), FUNCTION % ("sql", "SELECT id FROM users"), has_mend=False),
        Case(
            FUNCTION % ("plpgsql", "BEGIN INSERT INTO usr VALUES (1); RETURN 1; END"),
            FUNCTION % ("plpgsql", "BEGIN CREATE TEMP TABLE t (a int); PERFORM 1 FROM t, users; RETURN 1; END"),
            has_mend=False,
        ),
        Case(
            FUNCTION % ("sql", "SELECT 1 FROM public.nothing"),
            FUNCTION % ("sql", "WITH nothing AS (SELECT 1 AS x) SELECT x FROM nothing, elsewhere.nothing, pg_class"),
            has_mend=False,
        ),
    ],
    "stale_view": [
        Case(
            two("", rest="views: [{name: v, query: SELECT id FROM usr}]"),
            two("", rest="views: [{name: v, query: SELECT id FROM users}]"),
            has_mend=False,
        ),
        Case(
            two(
                "",
                rest='views: [{name: v, query: "SELECT u.mail FROM users AS u JOIN orders AS o ON o.user_id = u.id"}]',
            ),
            two(
                "", rest='views: [{name: v, query: "SELECT u.id FROM users AS u JOIN orders AS o ON o.user_id = u.id"}]'
            ),
            has_mend=False,
        ),
        Case(
            two("", rest="materialized_views: [{name: v, query: SELECT mail FROM users}]"),
            two("", rest="materialized_views: [{name: v, query: SELECT id AS mail FROM users ORDER BY mail}]"),
            has_mend=False,
        ),
        Case(
            two("", rest='views: [{name: v, query: "WITH a AS (SELECT nope FROM users) SELECT nope FROM a"}]'),
            two("", rest='views: [{name: v, query: "WITH users AS (SELECT 1 AS nope) SELECT users.nope FROM users"}]'),
            has_mend=False,
        ),
    ],
    "tenant_scope_mismatch": [
        Case(TENANTS % (SCOPED, "[]"), TENANTS % (SCOPED, SCOPED)),
        Case(TENANTS % ("[]", SCOPED), TENANTS % ("[]", "[]"), severity="info"),
    ],
    "timestamp_without_time_zone": [
        Case(attribute('name: at, data_type: "timestamp(3)"'), attribute("name: at, data_type: timestamptz"))
    ],
    "undeclared_role": [
        Case(
            attribute("name: x, data_type: text", "  policies: [{name: p, using: x = 'a', roles: [clerk]}]"),
            attribute(
                "name: x, data_type: text",
                "  policies: [{name: p, using: x = 'a', roles: [clerk, public]}]\nroles: [{name: clerk}]",
            ),
        ),
        Case(
            two("", rest="views: [{name: v, query: SELECT 1, grant_select_to: [reader]}]"),
            two("", rest="views: [{name: v, query: SELECT 1, grant_select_to: [pg_monitor]}]"),
        ),
    ],
    "unenforceable_cardinality": [
        Case(two("target_cardinality: 1..N"), two("target_cardinality: N")),
        Case(
            two("relationship_type: ONE_TO_ONE, target_cardinality: '1'"),
            two("relationship_type: ONE_TO_ONE, target_cardinality: 0..1"),
        ),
        Case(two("relationship_type: MANY_TO_MANY, source_cardinality: 1..N, target_cardinality: 1..N"), two(MANY)),
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
    "unknown_column": [
        Case(
            attribute("name: x, data_type: text", "  checks: [{expression: y > 'a'}]"),
            attribute("name: x, data_type: text", "  checks: [{expression: things.x > 'a'}]"),
            has_mend=False,
        ),
        Case(
            attribute("name: x, data_type: text, generated: upper(nope)"),
            attribute("name: x, data_type: text, generated: upper(id::text)"),
            has_mend=False,
        ),
        Case(
            attribute("name: x, data_type: text", "  policies: [{name: p, using: nope = 1}]"),
            attribute(
                "name: x, data_type: text", "  policies: [{name: p, using: 'x IN (SELECT nope FROM elsewhere)'}]"
            ),
            has_mend=False,
        ),
        Case(
            attribute(
                "name: x, data_type: text",
                WHEN % "old.nope = 1",
            ),
            attribute(
                "name: x, data_type: text",
                WHEN % "old.x = new.x",
            ),
            has_mend=False,
        ),
    ],
    "unknown_function": [
        Case(TRIGGER % "touhc", TRIGGER % "touch"),
        Case(TRIGGER % "nothing_like_it", TRIGGER % "suppress_redundant_updates_trigger", has_mend=False),
        Case(TRIGGER % "public.touhc", TRIGGER % "elsewhere.touhc"),
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
    "unnamed_junction": [Case(two(MANY), two(f"{MANY}, junction_name: user_orders"))],
    "unrelated_entity": [
        Case(
            two("", rest="").replace("relationships:", "- name: alone\n  attributes: [" + KEY + "]\nrelationships:"),
            two(""),
            has_mend=False,
        )
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
