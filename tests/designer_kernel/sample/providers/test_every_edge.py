"""Every odd value of every kind of type arrives in a real table, just as it was meant to."""

# ruff: noqa: E501 a table reads better with one type a line

from __future__ import annotations

import pytest

from designer_kernel.sample import fill
from designer_kernel.sample.providers import edges
from tests.designer_kernel.sample.databases import ask, create, one

COLUMNS = {
    "text": ("text", "varchar(8)", "char(4)", "name", "citext"), "integer": ("smallint", "integer", "bigint"),
    "numeric": ("numeric", "numeric(6, 2)", "numeric(18, 9)"), "float": ("real", "double precision"), "date": ("date",),
    "timestamp": ("timestamptz", "timestamp"), "json": ("json",), "time": ("time",), "interval": ("interval",),
    "money": ("money",), "enum": ("mood",), "uuid": ("uuid",), "bytes": ("bytea",), "macaddr": ("macaddr", "macaddr8"),
    "inet": ("inet", "cidr"), "bits": ("bit(5)", "varbit(12)", "varbit"), "list": ("integer[]", "text[]"),
    "range": ("int4range", "numrange", "tstzrange"), "multirange": ("int8multirange",), "hstore": ("hstore",),
    "ltree": ("ltree",), "tsvector": ("tsvector",), "geometry": ("point",), "xml": ("xml",), "position": ("pg_lsn",),
}  # fmt: skip
EXTENSIONS = "CREATE EXTENSION hstore; CREATE EXTENSION ltree; CREATE EXTENSION citext; CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');"
ROWS = 2_500


def test_every_kind_that_has_odd_values_is_here() -> None:
    assert set(COLUMNS) == set(edges._MAKERS)


@pytest.mark.parametrize("server_url", ["database_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_every_odd_value_arrives(request: pytest.FixtureRequest, server_url: str) -> None:
    url = request.getfixturevalue(server_url)
    has_xml = "--with-libxml" in (one(url, "SELECT setting FROM pg_config WHERE name = 'CONFIGURE'") or "")
    types = [kind for group, kinds in COLUMNS.items() for kind in kinds if group != "xml" or has_xml]
    columns = {f"c{index}": kind for index, kind in enumerate(types)}
    create(url, EXTENSIONS + "CREATE TABLE t (id int PRIMARY KEY, " + ", ".join(f"{c} {k} NOT NULL" for c, k in columns.items()) + ")")  # fmt: skip
    plan = fill(url, rows={"t": ROWS}, hints={"edge_cases": 1}, seed=4).plan
    wrong = {}
    for name, kind in columns.items():
        provider = plan.tables["public", "t"].columns[name].provider
        items = provider.items if isinstance(provider, edges.Edged) else ()
        shown = "encode" if kind == "bytea" else ""
        value = f"encode({name}, 'hex')" if shown else f"{name}::text"
        found = {text for (text,) in ask(url, f"SELECT DISTINCT {value} FROM t")}
        if not items or len(found) != len(items):
            wrong[kind] = (len(items), sorted(found))
    assert wrong == {}
