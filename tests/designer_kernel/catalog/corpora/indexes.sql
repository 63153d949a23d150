-- Indexes with every option, on 14 and newer.
CREATE EXTENSION pg_trgm; CREATE EXTENSION btree_gin; CREATE EXTENSION bloom;
CREATE SCHEMA s; CREATE SCHEMA "Idx.S";
CREATE COLLATION "Idx.S"."my Coll" (LOCALE = 'C');
CREATE FUNCTION s.low(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT pg_catalog.lower($1)';
CREATE OPERATOR CLASS "Idx.S"."int Ops" FOR TYPE int USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int);
CREATE TABLE s.t (a int, b text, c int[], d jsonb, e tsvector, f point, g box, h int4range, i inet, j timestamptz,
                  "Sel ect" text, "q""uote" int, k text COLLATE "C");
CREATE INDEX ON s.t (a);
CREATE INDEX ON s.t (a DESC, b NULLS FIRST, j DESC NULLS LAST) INCLUDE (c, "Sel ect");
CREATE UNIQUE INDEX "Up per" ON s.t ("q""uote") WITH (fillfactor = 90) WHERE "q""uote" > 0 AND b <> 'it''s (';
CREATE INDEX "primary" ON s.t (s.low(b) COLLATE "Idx.S"."my Coll" text_pattern_ops DESC);
CREATE INDEX by_collation ON s.t (b COLLATE "Idx.S"."my Coll", k COLLATE "default", k);
CREATE INDEX by_class ON s.t (a "Idx.S"."int Ops", b varchar_pattern_ops);
CREATE INDEX h1 ON s.t USING hash (b) WITH (fillfactor = 60);
CREATE INDEX gin1 ON s.t USING gin (c, d jsonb_path_ops, a) WITH (fastupdate = off, gin_pending_list_limit = 128);
CREATE INDEX gin2 ON s.t USING gin (b gin_trgm_ops, to_tsvector('english', b));
CREATE INDEX gist1 ON s.t USING gist (b gist_trgm_ops (siglen = 12), h range_ops, i inet_ops) INCLUDE (a) WITH (buffering = on);
CREATE INDEX gist2 ON s.t USING gist (e tsvector_ops (siglen = 100), g);
CREATE INDEX spgist1 ON s.t USING spgist (f kd_point_ops) INCLUDE (b);
CREATE INDEX spgist2 ON s.t USING spgist (b) WITH (fillfactor = 75);
CREATE INDEX brin1 ON s.t USING brin (a int4_minmax_multi_ops (values_per_range = 16), j timestamptz_bloom_ops (n_distinct_per_range = 100, false_positive_rate = 0.05)) WITH (pages_per_range = 4, autosummarize = on);
CREATE INDEX bloom1 ON s.t USING bloom (a, "q""uote") WITH (length = 80, col1 = 2, col2 = 4);
CREATE ACCESS METHOD "Own gist" TYPE INDEX HANDLER gisthandler;
CREATE OPERATOR CLASS s.own_ops DEFAULT FOR TYPE box USING "Own gist" AS
    OPERATOR 1 <<, OPERATOR 3 &&, OPERATOR 7 @>, OPERATOR 8 <@,
    FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
    FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
    FUNCTION 7 gist_box_same(box, box, internal);
CREATE INDEX own1 ON s.t USING "Own gist" (g) WITH (fillfactor = 77);
CREATE INDEX expressions ON s.t ((a + 1), lower(b), (b || ', ('), (CASE WHEN a > 0 THEN 1 END), (d ->> 'x'), ((a, b) IS NULL), a);
ALTER INDEX s.expressions ALTER COLUMN 1 SET STATISTICS 500;
ALTER INDEX s.expressions ALTER COLUMN 3 SET STATISTICS 0;
CREATE INDEX whole ON s.t ((t IS NOT NULL)) WHERE a IS NOT NULL;
CREATE INDEX twice ON s.t (a, a) INCLUDE (a);
CREATE UNIQUE INDEX CONCURRENTLY quick ON s.t (a, b) WHERE j IS NULL OR b IN ('x', 'y');
COMMENT ON INDEX s.expressions IS 'on expressions';
COMMENT ON INDEX s."Up per" IS 'Up';
CREATE MATERIALIZED VIEW s.mv AS SELECT a, lower(b) AS b, count(*) AS n FROM s.t GROUP BY 1, 2;
CREATE UNIQUE INDEX mv_key ON s.mv (a, b);
CREATE INDEX ON s.mv USING gin (b gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX mv_expr ON s.mv ((n + 1) DESC) WHERE n > 1;
ALTER INDEX s.mv_expr ALTER COLUMN 1 SET STATISTICS 33;
COMMENT ON INDEX s.mv_key IS 'for refreshing';
CREATE UNLOGGED TABLE s.u (a int); CREATE INDEX ON s.u (a) WITH (deduplicate_items = off);
CREATE TABLE s.inherits () INHERITS (s.t); CREATE INDEX ON s.inherits (a);
CREATE TABLE s.very_long_name_of_a_table_that_is_nearly_as_long_as_a_name_can_ (a_column_with_a_long_name int);
CREATE INDEX ON s.very_long_name_of_a_table_that_is_nearly_as_long_as_a_name_can_ (a_column_with_a_long_name);
