"""The rows in the way of a plan are found before it runs."""

from __future__ import annotations

from collections import Counter

import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.hazards import HAZARDS, Hazard
from designer_kernel.migrate.offenders import COUNTED, NotAsked, offenders
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.rehearsal import Rehearsal
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import read, version

BEFORE = """
CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('sad', 'ok', 'glad');
CREATE DOMAIN s.code AS text;
CREATE SEQUENCE s.numbers;
SELECT setval('s.numbers', 500);
CREATE TABLE s.parent (id int PRIMARY KEY);
CREATE TABLE s.t (
    id int, "Big" bigint, num numeric, money numeric(10,4), name varchar(20), note text, at timestamptz, mood s.mood,
    moods s.mood[], code s.code, twice int, ref int, during int4range, filled int, word text,
    flags bit varying(8), ok int);
CREATE TABLE s.counted (id bigint NOT NULL);
CREATE TABLE s.checked (a int, CONSTRAINT later CHECK (a > 0) NOT VALID);
CREATE TABLE s.log (at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE s.log_rest PARTITION OF s.log DEFAULT;
CREATE TABLE s.log_old (at date NOT NULL);
INSERT INTO s.parent VALUES (1);
INSERT INTO s.t VALUES
    (1, 1, 1, 1, 'short', '12', '2020-01-01', 'ok', '{ok}', 'a', 1, 1, '[1,3)', 1, 'one', '1', 1),
    (1, 3000000000, 1.5, 1.2345, 'quite long', 'x', '2020-01-01 12:30', 'sad', '{ok,sad}', '', 1, 2,
     '[2,4)', NULL, 'two', '11111', 1);
INSERT INTO s.counted VALUES (1), (7);
ALTER TABLE s.checked DROP CONSTRAINT later; INSERT INTO s.checked VALUES (-1), (1);
ALTER TABLE s.checked ADD CONSTRAINT later CHECK (a > 0) NOT VALID;
INSERT INTO s.log VALUES ('2024-05-05'), ('2025-05-05'); INSERT INTO s.log_old VALUES ('2023-01-01'), ('2030-01-01');
"""
CHANGES = (
    "DELETE FROM s.t", "DELETE FROM s.counted", "DELETE FROM s.checked", "DELETE FROM s.log", "DELETE FROM s.log_old",
    "ALTER TABLE s.t ADD CONSTRAINT once UNIQUE (id)",
    'ALTER TABLE s.t ALTER "Big" TYPE int', "ALTER TABLE s.t ALTER num TYPE int",
    "ALTER TABLE s.t ALTER money TYPE numeric(10,2)", "ALTER TABLE s.t ALTER name TYPE varchar(5)",
    "ALTER TABLE s.t ALTER note TYPE int USING 0", "ALTER TABLE s.t ALTER at TYPE date",
    "ALTER TABLE s.t ALTER flags TYPE bit varying(3)",
    "CREATE TYPE s.other AS ENUM ('ok', 'glad')", "ALTER TABLE s.t ALTER mood TYPE s.other USING NULL",
    "ALTER TABLE s.t ALTER moods TYPE s.other[] USING NULL", "DROP TYPE s.mood", "ALTER TYPE s.other RENAME TO mood",
    "ALTER DOMAIN s.code ADD CONSTRAINT not_empty CHECK (VALUE <> '')",
    "CREATE UNIQUE INDEX twice ON s.t (twice DESC, lower(word) text_pattern_ops) WHERE ok > 0",
    "CREATE UNIQUE INDEX thrice ON s.t (twice DESC NULLS LAST)",
    "ALTER TABLE s.t ADD CONSTRAINT to_parent FOREIGN KEY (ref) REFERENCES s.parent",
    "ALTER TABLE s.t ADD CONSTRAINT apart EXCLUDE USING gist (during WITH &&)",
    "ALTER TABLE s.t ALTER filled SET NOT NULL", "ALTER TABLE s.t ADD CONSTRAINT one CHECK (word = 'one')",
    "ALTER TABLE s.t ADD missing int NOT NULL", "ALTER TABLE s.t ADD drawn uuid DEFAULT gen_random_uuid()",
    "ALTER TABLE s.t ALTER ok TYPE bigint", "ALTER SEQUENCE s.numbers MAXVALUE 100 RESTART",
    "ALTER TABLE s.counted ALTER id ADD GENERATED ALWAYS AS IDENTITY (START 5)",
    "ALTER TABLE s.checked VALIDATE CONSTRAINT later",
    "CREATE TABLE s.log_2024 PARTITION OF s.log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
    "ALTER TABLE s.log ATTACH PARTITION s.log_old FOR VALUES FROM ('2022-01-01') TO ('2024-01-01')",
)  # fmt: skip
FOUND = {
    ("may_fail", "constraint s.t.once"): 1,
    ("conversion", "column s.t.Big"): 1,
    ("conversion", "column s.t.num"): 1,
    ("conversion", "column s.t.money"): 1,
    ("conversion", "column s.t.name"): 1,
    ("conversion", "column s.t.note"): 1,
    ("conversion", "column s.t.at"): 1,
    ("conversion", "column s.t.flags"): 1,
    ("enum_value", "column s.t.mood"): 1,
    ("enum_value", "column s.t.moods"): 1,
    ("may_fail", "domain constraint s.code.not_empty"): 1,
    ("may_fail", "index s.twice"): 0,
    ("may_fail", "index s.thrice"): 1,
    ("may_fail", "constraint s.t.to_parent"): 1,
    ("may_fail", "constraint s.t.apart"): 1,
    ("may_fail", "column s.t.filled"): 1,
    ("may_fail", "constraint s.t.one"): 1,
    ("may_fail", "column s.t.missing"): 2,
    ("may_fail", "relation s.numbers"): 1,
    ("numbering", "column s.counted.id"): 1,
    ("may_fail", "constraint s.checked.later"): 1,
    ("may_fail", "relation s.log_2024"): 1,
    ("may_fail", "relation s.log_old"): 1,
}
"""How many rows each hazard's query finds."""


@pytest.mark.parametrize("fresh", ["fresh_url", pytest.param("fresh_older_url", marks=pytest.mark.older)])
def test_every_row_in_the_way_is_found(fresh: str, request: pytest.FixtureRequest) -> None:
    give: FreshUrl = request.getfixturevalue(fresh)
    url = give()
    load(url, BEFORE)
    before, rehearsal = read(url), Rehearsal(url)
    way = plan(before, rehearsal(before, CHANGES), version=version(url), shadow=rehearsal)
    known = dict.fromkeys(hazard for step in way.up for hazard in step.hazards)
    found = Counter[tuple[str, str]]()
    for hazard in known:
        if hazard.query:
            found[hazard.name, str(hazard.on)] += offenders(hazard, url).count
    assert found == FOUND
    assert {hazard.name for hazard in known} <= HAZARDS.keys()
    told = {(hazard.name, str(hazard.on)) for hazard in known}
    assert {
        ("volatile_default", "column s.t.drawn"),
        ("enum_value", "type s.mood"),
        ("rewrite", "relation s.t"),
    } <= told
    assert ("conversion", "column s.t.ok") not in told, "every integer is a bigint"


def test_rows_are_found_by_the_names_that_they_have_before_the_plan(fresh_url: FreshUrl) -> None:
    url, other = fresh_url(), fresh_url()
    load(url, "CREATE TABLE up (id int PRIMARY KEY); CREATE TABLE old (id int, up int, n int);"
         "INSERT INTO up VALUES (1); INSERT INTO old VALUES (1, 1, 1), (1, 2, NULL);")  # fmt: skip
    load(other, "CREATE TABLE up (id int PRIMARY KEY);"
         "CREATE TABLE new (key int UNIQUE, above int REFERENCES up, m int NOT NULL CHECK (m > 1));")  # fmt: skip
    before, after = read(url), read(other)
    renames = {ObjectId("relation", ("public", "old")): ObjectId("relation", ("public", "new"))}
    for was, then in (("id", "key"), ("up", "above"), ("n", "m")):
        renames[ObjectId("column", ("public", "old", was))] = ObjectId("column", ("public", "new", then))
    way = plan(before, after, version=version(url), shadow=Rehearsal(url), hints=Hints(renames))
    asked = {str(h.on): offenders(h, url).count for step in way.up for h in step.hazards if h.query}
    assert asked == {
        "column public.new.m": 1,
        "constraint public.new.new_key_key": 1,
        "constraint public.new.new_above_fkey": 1,
        "constraint public.new.new_m_check": 1,
    }


def test_rows_are_shown_and_counted_to_a_bound(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, f"CREATE TABLE t AS SELECT n FROM generate_series(1, {COUNTED + 5}) n")
    key = ObjectId("column", ("public", "t", "n"))
    some = offenders(Hazard("may_fail", key, "", "SELECT n FROM t WHERE n < 3"), url)
    assert (some.count, some.is_more, list(some.first["n"])) == (2, False, [1, 2])
    assert str(some) == "column public.t.n: 2 rows stand in the way"
    many = offenders(Hazard("may_fail", key, "", "SELECT n FROM t UNION ALL SELECT 0"), url)
    assert (many.count, many.is_more) == (COUNTED, True)
    assert not offenders(Hazard("may_fail", key, "", "SELECT n FROM t WHERE n < 0"), url)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("", "no query tells"),
        ("SELECT * FROM nowhere", "does not exist"),
        ("DELETE FROM t", "is not a query"),
        ("SELECT pg_sleep(9)", "timeout"),
    ],
)
def test_what_cannot_be_asked_is_said(query: str, text: str, fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, "CREATE TABLE t (n int)")
    with pytest.raises(NotAsked, match=text):
        offenders(Hazard("may_fail", ObjectId("relation", ("public", "t")), "", query), url, timeout_ms=300)
