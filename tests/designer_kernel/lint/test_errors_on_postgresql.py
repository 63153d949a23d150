"""The judge agrees: what a rule calls an error, PostgreSQL refuses; the same design without it, PostgreSQL accepts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import psycopg
import pytest

from designer_kernel.catalog.render import script
from designer_kernel.design import Design
from designer_kernel.design.edits import apply
from designer_kernel.design.lower import lower
from designer_kernel.design.lowering import TRIGGER_FUNCTIONS
from designer_kernel.errors import DesignerError
from designer_kernel.lint import all_rules, check
from designer_kernel.lint.rules.unknown_type import BUILT_IN as TYPES
from tests.designer_kernel.lint.cases.writing import Case
from tests.designer_kernel.lint.test_rules import CASES, design_of, found

ERRORS: Final = [
    pytest.param(case, id=f"{rule.code}-{number}")
    for rule in all_rules()
    if rule.severity == "error"
    for number, case in enumerate(CASES[rule.code])
]
ELSEWHERE: Final = ("elsewhere", "thing_type")
"""Words of silent cases that speak of what only another server has."""


@pytest.fixture
def connection(database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def refusal(connection: psycopg.Connection, design: Design) -> str:
    """Return why a design cannot be deployed, or an empty string."""
    try:
        statements = script(lower(design)).statements
    except DesignerError as error:
        return str(error)
    try:
        with connection.transaction(force_rollback=True):
            for statement in statements:
                connection.execute(statement.sql.encode())
    except psycopg.Error as error:
        return str(error)
    return ""


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_is_refused(connection: psycopg.Connection, case: Case) -> None:
    assert refusal(connection, design_of(case.fires))


@pytest.mark.parametrize("case", ERRORS)
def test_what_is_silent_is_accepted(connection: psycopg.Connection, case: Case) -> None:
    design = design_of(case.silent)
    if any(word in case.silent for word in ELSEWHERE):
        assert not [finding for finding in check(design) if finding.severity == "error"]
        return
    assert refusal(connection, design) == ""


def test_what_is_mended_is_accepted(connection: psycopg.Connection) -> None:
    refused = {}
    for code, cases in CASES.items():
        for number, case in enumerate(cases):
            design = design_of(case.fires)
            while case.has_mend and (findings := found(code, design)):
                assert findings[0].mend is not None
                design = apply(design, findings[0].mend)
            if case.has_mend and (words := refusal(connection, design)):
                refused[code, number] = words
    assert refused == {}


def test_the_types_are_those_of_the_server(connection: psycopg.Connection) -> None:
    spelt = {name: '"char"' if name == "char" else name for name in TYPES}
    rows = connection.execute(
        "SELECT name FROM unnest(%s::text[], %s::text[]) AS t (name, spelt) WHERE to_regtype(spelt) IS NULL",
        (list(spelt), list(spelt.values())),
    ).fetchall()
    assert rows == []
    missing = connection.execute(
        "SELECT format_type(oid, NULL) FROM pg_type WHERE typnamespace = 'pg_catalog'::regnamespace"
        " AND typtype IN ('b', 'r', 'm') AND typelem = 0 AND typname !~ '^_' AND typcategory <> 'Z'"
    ).fetchall()
    known = set(TYPES) | {'"char"'}
    assert sorted(name for (name,) in missing if name not in known) == INTERNAL


INTERNAL: Final = ["aclitem", "gtsvector"]
"""Types that no design has columns of."""


def test_the_trigger_functions_are_those_of_the_server(connection: psycopg.Connection) -> None:
    rows = connection.execute(
        "SELECT proname FROM pg_proc WHERE prorettype = 'trigger'::regtype AND proname !~ '^RI_'"
        " AND proname <> 'unique_key_recheck'"
    ).fetchall()
    assert {name for (name,) in rows} == TRIGGER_FUNCTIONS | {"trigger_in"}
