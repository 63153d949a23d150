"""Catalogs that hypothesis draws, and shrinks where one fails: a few always, as many as wanted on demand.

``DESIGNER_CATALOGS=500 pytest tests/designer_kernel/sample/test_drawn_catalogs.py`` draws five hundred, other ones each
time.
"""

from __future__ import annotations

import os

import psycopg
from hypothesis import HealthCheck, assume, find, given, settings
from hypothesis import strategies as st

from tests.designer_kernel.sample.drawing import catalogs
from tests.designer_kernel.sample.test_random_catalogs import SIZES, twice

ASKED = int(os.environ.get("DESIGNER_CATALOGS", "0"))
FEW = 4
SCHEMA = "drawn"


@settings(
    max_examples=ASKED or FEW,
    derandomize=not ASKED,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(script=catalogs(), rows=st.sampled_from(SIZES))
def test_a_drawn_catalog_is_filled(clean_url: str, script: str, rows: int) -> None:
    with psycopg.connect(clean_url, autocommit=True) as connection:
        connection.execute("SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS btree_gist")
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
        connection.execute(f"SET search_path = {SCHEMA}, public")
        try:
            connection.execute(script.encode())
        except psycopg.errors.Error:
            assume(False)  # no catalog that a server takes
    twice(clean_url, 1, rows, [SCHEMA])


def test_what_is_found_is_made_small() -> None:
    smallest = find(catalogs(), lambda script: "REFERENCES" in script, settings=_SHRINKING)
    assert smallest.count("CREATE TABLE") == 2
    assert smallest.count("REFERENCES") == 1


_SHRINKING = settings(max_examples=60, derandomize=True, database=None, deadline=None)
