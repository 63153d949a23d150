"""Functions, procedures and operators are written so that they mean the same, to the byte."""

from __future__ import annotations

import time

import psycopg
import pytest

from designer_kernel.catalog import layout
from designer_kernel.catalog.kinds._routines import qualified_operator
from designer_kernel.catalog.kinds.function import _BOUND_BODY, Function
from designer_kernel.errors import InvalidIdentifier

BODIES = (
    "",
    "\n",
    "\r\nBEGIN\r\n\tRETURN 1; -- x\r\nEND\r\n",
    "  lead and trail \t\f\v ",
    "$$ $body$ $function$ $body1$ $",
    "back\\slash \\n ''",
    ":HOST :'USER' \\q %s %(x)s {0}",
    "\u00a0BEGIN\u2028 ☃ 名前\u3000",
    "RETURNS x LANGUAGE y AS $1",
)


@pytest.mark.parametrize("body", BODIES)
def test_a_body_keeps_every_byte(database_url: str, body: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("SET check_function_bodies = off")
        made = psycopg.sql.SQL("CREATE FUNCTION public.f() RETURNS integer LANGUAGE plpgsql AS {}").format(body)
        connection.execute(made)
        found = connection.execute("SELECT pg_get_functiondef('public.f'::regproc)").fetchone()
        assert found is not None
        connection.execute("DROP FUNCTION public.f()")
        connection.execute(layout.function(found[0]).encode())
        assert connection.execute("SELECT prosrc FROM pg_proc WHERE proname = 'f'").fetchone() == (body,)


def test_a_procedure_is_named_by_what_goes_in() -> None:
    made = Function(schema="s", name="p", arguments='integer, s."a,b"', returns="", language="sql")
    assert made.address() == 'PROCEDURE s.p(IN integer, IN s."a,b")'


def test_a_column_that_a_person_left_to_the_server_to_name_is_not_renamed() -> None:
    written = "CREATE FUNCTION f() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT s.text FROM (SELECT 'a'::text) s; END"
    assert layout.function(written) == written


@pytest.mark.parametrize("name", ["", "+ ", "plus", "+;", '"+"'])
def test_what_is_no_operator_is_refused(name: str) -> None:
    with pytest.raises(InvalidIdentifier):
        qualified_operator("s", name)


BODY = """
DECLARE
    a orders%ROWTYPE; b "My" . "it""s" . id % type; c x%TYPE; d 1abc%rowtype; e s.a.b.c%typed;
BEGIN a.b.c := 7 % types; END
"""


def test_copied_types_are_found() -> None:
    assert layout._tables_of_types(BODY) == ["orders", '"My"."it""s"', "abc"]


@pytest.mark.parametrize("part", ["a", "a.", '"a"', '"a""b', "a . ", '"', "a %  "])
def test_a_long_body_is_read_soon(part: str) -> None:
    began = time.monotonic()
    layout._tables_of_types((part * 200_000)[:200_000])
    assert time.monotonic() - began < 5  # a quadratic search takes minutes


def test_a_long_body_of_sql_is_told_from_a_bound_one_soon() -> None:
    head = "CREATE OR REPLACE FUNCTION s.f()\n RETURNS integer\n LANGUAGE sql\n IMMUTABLE\n"
    began = time.monotonic()
    assert _BOUND_BODY.match(head + "AS $function$\n" + " SELECT 1;\n" * 20_000 + "$function$\n") is None
    assert _BOUND_BODY.match(head + " LANGUAGE sql\n" * 20_000) is None
    assert time.monotonic() - began < 5  # each line doubled it
    found = _BOUND_BODY.match(head + "RETURN 1\n")
    assert found is not None
    assert found["options"] == " IMMUTABLE\n"
