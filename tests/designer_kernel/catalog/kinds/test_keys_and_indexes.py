"""What other tools lose of keys, indexes and statistics, a test for each loss; pg_dump judges all of them."""

from __future__ import annotations

from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.index_attachment import IndexAttachment, UnattachedIndex
from designer_kernel.catalog.kinds.index_statistics import IndexStatistics
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.statistics import Statistics, StatisticsTarget
from designer_kernel.catalog.kinds.unique import Unique
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.catalog.proof import prove

PARTITIONED = """
    CREATE TABLE p (id integer, v text) PARTITION BY LIST (id);
    CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1) PARTITION BY LIST (v);
    CREATE TABLE p_1_a PARTITION OF p_1 FOR VALUES IN ('a');
    CREATE TABLE p_2 PARTITION OF p FOR VALUES IN (2);
"""


def attached(catalog: Catalog) -> set[tuple[str, str]]:
    return {(fact.index, fact.child_index) for fact in catalog.of(IndexAttachment)}


def test_indexes_that_the_server_names_come_with_their_parent(fresh_url: FreshUrl) -> None:
    catalog = prove(PARTITIONED + "CREATE INDEX ON p (v, lower(v)); ALTER TABLE p ADD UNIQUE (id, v);", fresh_url)
    assert [fact.name for fact in catalog.of(Index)] == ["p_v_lower_idx"]
    assert [fact.name for fact in catalog.of(Unique)] == ["p_id_v_key"]
    assert not catalog.of(IndexAttachment)
    assert "ONLY" not in render.script(catalog).text


def test_the_name_of_an_attached_index_is_kept(fresh_url: FreshUrl) -> None:
    script = PARTITIONED + "CREATE INDEX i ON p (v); ALTER INDEX p_1_a_v_idx RENAME TO deep;"
    catalog = prove(script, fresh_url)
    assert attached(catalog) == {("i", "p_1_v_idx"), ("p_1_v_idx", "deep"), ("i", "p_2_v_idx")}
    text = render.script(catalog).text
    assert text.index("ATTACH PARTITION public.deep") < text.index(
        "ALTER INDEX public.i ATTACH PARTITION public.p_1_v_idx"
    )


def test_the_name_of_an_attached_key_is_kept(fresh_url: FreshUrl) -> None:
    script = PARTITIONED + "ALTER TABLE p ADD PRIMARY KEY (id, v); ALTER TABLE p_2 RENAME CONSTRAINT p_2_pkey TO own;"
    catalog = prove(script, fresh_url)
    assert attached(catalog) == {("p_pkey", "p_1_pkey"), ("p_1_pkey", "p_1_a_pkey"), ("p_pkey", "own")}
    assert {key.name for key in catalog.of(PrimaryKey)} == {"p_pkey", "p_1_pkey", "p_1_a_pkey", "own"}


def test_an_index_without_those_of_the_partitions_stays_alone(fresh_url: FreshUrl) -> None:
    catalog = prove(PARTITIONED + "CREATE INDEX alone ON ONLY p (v);", fresh_url)
    assert [fact.index for fact in catalog.of(UnattachedIndex)] == ["alone"]
    assert "CREATE INDEX alone ON ONLY public.p (v)" in render.script(catalog).text


def test_a_foreign_key_waits_until_the_key_is_whole(fresh_url: FreshUrl) -> None:
    script = (
        PARTITIONED
        + """
        ALTER TABLE p ADD PRIMARY KEY (id, v); ALTER INDEX p_1_a_pkey RENAME TO deep;
        CREATE TABLE a (id integer, v text, FOREIGN KEY (id, v) REFERENCES p);
    """
    )
    assert len(prove(script, fresh_url).of(IndexAttachment)) == 3


def test_a_key_of_a_partition_alone_is_its_own(fresh_url: FreshUrl) -> None:
    catalog = prove(
        PARTITIONED + "ALTER TABLE p_2 ADD PRIMARY KEY (id); CREATE UNIQUE INDEX u ON p (id, v);", fresh_url
    )
    assert [(key.table, key.name) for key in catalog.of(PrimaryKey)] == [("p_2", "p_2_pkey")]
    assert not catalog.of(IndexAttachment)


def test_an_index_of_a_partition_that_its_parent_would_take_stays_its_own(fresh_url: FreshUrl) -> None:
    catalog = prove(PARTITIONED + "CREATE INDEX i ON p (v); CREATE INDEX a_twin ON p_2 (v);", fresh_url)
    assert "a_twin" in {index.name for index in catalog.of(Index)}
    assert ("i", "a_twin") not in attached(catalog)


def test_comments_on_a_constraint_and_on_its_index_are_two(fresh_url: FreshUrl) -> None:
    script = """
        CREATE TABLE t (a integer CONSTRAINT k PRIMARY KEY, b integer CONSTRAINT u UNIQUE);
        COMMENT ON CONSTRAINT k ON t IS 'key'; COMMENT ON INDEX k IS 'index'; COMMENT ON INDEX u IS 'only the index';
    """
    assert {comment.text for comment in prove(script, fresh_url).of(Comment)} >= {"key", "index", "only the index"}


def test_the_comment_on_an_attached_index_is_kept(fresh_url: FreshUrl) -> None:
    catalog = prove(PARTITIONED + "CREATE INDEX i ON p (v); COMMENT ON INDEX p_2_v_idx IS 'second';", fresh_url)
    assert "second" in {comment.text for comment in catalog.of(Comment)}


def test_a_foreign_key_that_was_not_validated_stays_so(fresh_url: FreshUrl) -> None:
    script = (
        "CREATE TABLE t (a integer PRIMARY KEY, b integer); ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES t NOT VALID;"
    )
    catalog = prove(script, fresh_url)
    assert [key.valid for key in catalog.of(ForeignKey)] == [False]


def test_statistics_targets_of_indexes_are_kept(fresh_url: FreshUrl) -> None:
    script = """
        CREATE TABLE t (a integer, b integer);
        CREATE INDEX i ON t ((a + b), a, (a - b)); ALTER INDEX i ALTER COLUMN 3 SET STATISTICS 0;
        CREATE MATERIALIZED VIEW m AS SELECT a FROM t;
        CREATE INDEX j ON m ((a * 2)); ALTER INDEX j ALTER COLUMN 1 SET STATISTICS 1000;
    """
    targets = {(fact.index, fact.column, fact.target) for fact in prove(script, fresh_url).of(IndexStatistics)}
    assert targets == {("i", 3, 0), ("j", 1, 1000)}


def test_extended_statistics_are_kept_with_their_target(fresh_url: FreshUrl) -> None:
    script = """
        CREATE TABLE t (a integer, b integer); CREATE SCHEMA other;
        CREATE STATISTICS other.s (mcv) ON a, (a + b) FROM t; ALTER STATISTICS other.s SET STATISTICS 5;
    """
    catalog = prove(script, fresh_url)
    assert [(fact.schema, fact.kinds) for fact in catalog.of(Statistics)] == [("other", ("mcv",))]
    assert [fact.target for fact in catalog.of(StatisticsTarget)] == [5]


def test_an_index_that_was_never_finished_is_left_out_as_pg_dump_does_and_named(fresh_url: FreshUrl) -> None:
    script = """
        CREATE TABLE t (a integer);
        INSERT INTO t VALUES (1), (1);
\\set ON_ERROR_STOP off
        CREATE UNIQUE INDEX CONCURRENTLY broken ON t (a);
    """
    assert not prove(script, fresh_url, unclaimed=["index public.broken"]).of(Index)
