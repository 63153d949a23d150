"""Cases of the rules about SQL that people type: queries, functions, conditions."""

from __future__ import annotations

from typing import Final

from tests.designer_kernel.lint.cases.writing import Case, attribute, two

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
}
