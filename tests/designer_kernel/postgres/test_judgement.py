"""PostgreSQL judges a design in a shadow; nothing of it stays."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.errors import DeployRefused, StatementFailed
from designer_kernel.postgres.judgement import catalog_of, rehearse


def test_sound_designs_pass_and_leave_nothing(shop, server):
    with psycopg.connect(server.url()) as connection:
        question = "SELECT (SELECT count(*) FROM pg_database), (SELECT count(*) FROM pg_roles WHERE rolname <> %s)"
        before = connection.execute(question, ["designer_shadow"]).fetchone()
        assert rehearse(shop.plus([Role(name="rehearsed")])) == ()
        connection.rollback()
        assert connection.execute(question, ["designer_shadow"]).fetchone() == before


def test_what_the_server_lacks_is_told_and_left_out(shop, server):
    missing = rehearse(shop.plus([Extension(name="nonesuch", schema="shop")]))
    assert [item.id for item in missing] == ["extension:nonesuch"]


def test_what_the_server_refuses_is_told(shop, server):
    bad = Check(schema="shop", table="orders", name="bad", expression="nonsense(total)")
    with pytest.raises(StatementFailed, match="nonsense"):
        rehearse(shop.plus([bad]))


def test_what_comes_out_otherwise_is_refused(shop, server):
    other = Function(
        schema="shop", name="claimed", arguments="", returns="integer", language="sql",
        definition="CREATE FUNCTION shop.real() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    )  # fmt: skip
    with pytest.raises(DeployRefused) as caught:
        rehearse(shop.plus([other]))
    assert "function shop.claimed. is missing" in caught.value.what
    assert "function shop.real. is extra" in caught.value.what


def test_designs_are_lowered(server):
    design = Design(name="d", entities=(Entity(name="notes", attributes=(Attribute(name="a", data_type="integer"),)),))
    assert rehearse(design) == ()
    assert catalog_of(catalog_of(design)) == catalog_of(design)
