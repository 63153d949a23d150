"""Types are spelled as the server's ``format_type`` spells them."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from designer_kernel.catalog import types
from designer_kernel.errors import InvalidSql

SPELLINGS = """
int|int2|int4|int8|bigint|smallint|integer|float|float4|float8|float(10)|float(24)|float(25)|float(53)|real
double precision|numeric|numeric(10)|numeric(10,2)|numeric(10,-2)|numeric(3,5)|decimal|decimal(5)|dec(4,1)|bool|boolean
char|char(1)|char(3)|character|character(5)|character varying|character varying(5)|varchar|varchar(20)|text|bpchar
bpchar(4)|nchar|nchar(4)|national character(3)|national character varying(9)|name|"char"|bit|bit(3)|bit varying
bit varying(5)|varbit|varbit(5)|bytea|date|time|time(3)|timetz|timetz(2)|time with time zone|time(3) with time zone
time without time zone|timestamp|timestamp(3)|timestamptz|timestamptz(0)|timestamp with time zone
timestamp(6) with time zone|interval|interval(3)|interval year|interval year to month|interval month|interval day
interval hour|interval minute|interval day to hour|interval day to minute|interval day to second(3)|interval second(2)
interval hour to minute|interval hour to second|interval minute to second|interval second|uuid|json|jsonb|jsonpath|xml
inet|cidr|macaddr|macaddr8|money|point|line|lseg|box|path|polygon|circle|tsvector|tsquery|int4range|int8range|numrange
tsrange|tstzrange|daterange|int4multirange|datemultirange|oid|regclass|regtype|regproc|xid8|pg_lsn|refcursor
int[]|int[][]|int[3]|int array|int array[4]|varchar(20)[]|numeric(10,2)[]|timestamptz(3)[]|interval[]
interval day to second(3)[]|char[]|char(3)[]|"char"[]|bpchar[]|bit[]|bit(4)[]|_int4|_text|_varchar|pg_catalog.int4
pg_catalog.varchar(3)|pg_catalog.bpchar|pg_catalog."char"|pg_catalog.text|pg_catalog.timestamptz(2)|pg_catalog.interval
pg_catalog.bit|pg_catalog.bit(4)|pg_catalog.numeric(4)|INT|Character Varying ( 7 )
"my Schema"."My ""Type"|"my Schema"."My ""Type"[]
"""
LIST = [spelling for line in SPELLINGS.split("\n") for spelling in line.split("|") if spelling]


SINCE_15 = {"numeric(10,-2)", "numeric(3,5)"}


def _check_against(url: str) -> None:
    with psycopg.connect(url) as connection:
        known = [spelling for spelling in LIST if connection.info.server_version >= 150000 or spelling not in SINCE_15]
        connection.execute('CREATE SCHEMA "my Schema"')
        connection.execute("""CREATE TYPE "my Schema"."My ""Type" AS ENUM ()""")
        columns = sql.SQL(", ").join(sql.SQL(f"c{n} {spelling}") for n, spelling in enumerate(known))
        connection.execute(sql.SQL("CREATE TABLE t ({})").format(columns))
        rows = connection.execute(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 "
            "ORDER BY attnum"
        )
        want = dict(zip(known, (name for (name,) in rows), strict=True))
    assert {spelling: types.canonical(spelling) for spelling in known} == want
    assert {name: types.canonical(name) for name in want.values()} == {name: name for name in want.values()}


def test_the_server_agrees(database_url: str) -> None:
    _check_against(database_url)


@pytest.mark.older
def test_an_older_server_agrees(older_url: str) -> None:
    _check_against(older_url)


@pytest.mark.parametrize("spelling", types.SUGGESTED)
def test_what_is_suggested_is_canonical(spelling: str) -> None:
    assert types.canonical(spelling) == spelling


@pytest.mark.parametrize(
    "text",
    ["", "serial", "bigserial", "SETOF int", "int; DROP TABLE t", "int)", "t.a%TYPE", "int NOT NULL", "1", "'int'"],
)
def test_what_no_column_can_have_is_refused(text: str) -> None:
    with pytest.raises(InvalidSql):
        types.parse(text)


def test_a_type_is_taken_apart() -> None:
    assert types.parse("varchar(20)[]") == types.TypeName("", "character varying", (20,), 1)
    assert types.parse('shop."Status"').element == types.TypeName("shop", "Status")
    assert str(types.parse("timestamptz(3)")) == "timestamp(3) with time zone"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("geometry(Point, 4326)", "geometry(Point,4326)"),
        ("gis.geometry(PointZM,4326)[]", "gis.geometry(PointZM,4326)[]"),
        ("geography(MultiPolygon)", "geography(MultiPolygon)"),
        ("s.\"odd(\" ('a,b', 3)", "s.\"odd(\"('a,b',3)"),
        ("vector(3)", "vector(3)"),
        ("numeric(5,-2)", "numeric(5,-2)"),
    ],
)
def test_modifiers_of_any_type_stay_as_they_are_spelled(text: str, want: str) -> None:
    assert types.canonical(text) == want
    assert types.canonical(want) == want
