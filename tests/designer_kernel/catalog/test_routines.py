"""Functions, procedures and operators are written so that they mean the same, to the byte."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog import layout
from designer_kernel.catalog.kinds._routines import qualified_operator
from designer_kernel.catalog.kinds.function import Function
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
