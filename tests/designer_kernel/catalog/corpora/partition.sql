-- Partitions: strategies, bounds, depth, and what a partition has that its parent has not.
CREATE SCHEMA parts;
CREATE COLLATION parts."Odd" (provider = libc, locale = 'C');
CREATE TYPE colour AS ENUM ('red', 'it''s green');

CREATE TABLE by_range (
    id bigint NOT NULL, day date NOT NULL, name text DEFAULT 'x', amount numeric DEFAULT 0,
    CONSTRAINT positive CHECK (amount >= 0), PRIMARY KEY (id, day)
) PARTITION BY RANGE (day, id);
ALTER TABLE by_range ALTER COLUMN name SET STORAGE EXTERNAL;
ALTER TABLE ONLY by_range ALTER COLUMN name SET STATISTICS 50;
CREATE TABLE parts."2025" PARTITION OF by_range FOR VALUES FROM ('2025-01-01', MINVALUE) TO ('2026-01-01', 100);
CREATE TABLE by_range_first PARTITION OF by_range FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2025-01-01', MINVALUE);
CREATE TABLE by_range_rest PARTITION OF by_range DEFAULT;
CREATE UNLOGGED TABLE by_range_fast PARTITION OF by_range
    FOR VALUES FROM ('2027-01-01', MINVALUE) TO ('2028-01-01', MAXVALUE) WITH (fillfactor = 80);
CREATE TABLE by_range_own PARTITION OF by_range (
    name DEFAULT 'own', amount WITH OPTIONS NOT NULL, CONSTRAINT "own check" CHECK (id > 5), UNIQUE (name)
) FOR VALUES FROM ('2030-01-01', MINVALUE) TO ('2031-01-01', MINVALUE);
CREATE TABLE by_range_default PARTITION OF by_range (name DEFAULT 'own', CHECK (id <> 6))
    FOR VALUES FROM ('2031-01-01', MINVALUE) TO ('2032-01-01', MINVALUE);
ALTER TABLE by_range_default ALTER COLUMN amount DROP DEFAULT;
ALTER TABLE by_range_default ALTER COLUMN name SET STORAGE EXTENDED;
ALTER TABLE by_range_default ALTER COLUMN name SET STATISTICS 60;
ALTER TABLE by_range_default ALTER COLUMN name SET (n_distinct = 7);
ALTER TABLE by_range_default ENABLE ROW LEVEL SECURITY;
COMMENT ON COLUMN by_range_default.name IS 'of a partition';
COMMENT ON TABLE by_range_default IS 'a partition';
COMMENT ON CONSTRAINT positive ON by_range IS 'of all';

-- Attached, with another order of columns, or with columns that were dropped.
CREATE TABLE reordered (gone integer, name text DEFAULT 'mine', amount numeric, day date NOT NULL,
    id bigint NOT NULL, CONSTRAINT positive CHECK (amount >= 0), CONSTRAINT mine CHECK (name <> ''));
ALTER TABLE reordered DROP COLUMN gone;
ALTER TABLE by_range ATTACH PARTITION reordered FOR VALUES FROM ('2040-01-01', MINVALUE) TO ('2041-01-01', MINVALUE);
ALTER TABLE reordered ALTER COLUMN name SET STORAGE MAIN;
COMMENT ON COLUMN reordered.amount IS 'of an attached partition';
CREATE TABLE same_order (id bigint NOT NULL, gone integer, day date NOT NULL, name text, amount numeric,
    CONSTRAINT positive CHECK (amount >= 0));
ALTER TABLE same_order DROP COLUMN gone;
ALTER TABLE by_range ATTACH PARTITION same_order FOR VALUES FROM ('2042-01-01', MINVALUE) TO ('2043-01-01', MINVALUE);
CREATE TABLE deep (a integer NOT NULL, b text, CONSTRAINT checked CHECK (a > 0)) PARTITION BY LIST (a);
CREATE TABLE deep_1 (b text DEFAULT 'x', a integer NOT NULL, CONSTRAINT checked CHECK (a > 0)) PARTITION BY LIST (b);
CREATE TABLE deep_1_a PARTITION OF deep_1 FOR VALUES IN ('a', NULL);
CREATE TABLE deep_1_rest (a integer NOT NULL, b text, CONSTRAINT checked CHECK (a > 0));
ALTER TABLE deep_1 ATTACH PARTITION deep_1_rest DEFAULT;
ALTER TABLE deep ATTACH PARTITION deep_1 FOR VALUES IN (1);

-- Three levels, every strategy, keys of expressions, collations and operator classes.
CREATE TABLE by_list (a text COLLATE "C", b integer, c colour, "D.d" timestamptz) PARTITION BY LIST (a);
CREATE TABLE by_list_a PARTITION OF by_list FOR VALUES IN ('a', 'it''s', NULL) PARTITION BY HASH (b);
CREATE TABLE by_list_a_0 PARTITION OF by_list_a FOR VALUES WITH (MODULUS 2, REMAINDER 0) PARTITION BY RANGE ("D.d");
CREATE TABLE by_list_a_0_x PARTITION OF by_list_a_0 FOR VALUES FROM ('2025-01-01 00:00+00') TO (MAXVALUE);
CREATE TABLE by_list_a_1 PARTITION OF by_list_a FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE by_list_rest PARTITION OF by_list DEFAULT PARTITION BY LIST (c);
CREATE TABLE by_list_rest_red PARTITION OF by_list_rest FOR VALUES IN ('red');
CREATE TABLE by_list_rest_green PARTITION OF by_list_rest FOR VALUES IN ('it''s green');
CREATE TABLE by_expression (a text, b integer, c date)
    PARTITION BY RANGE (lower(a) COLLATE parts."Odd" text_pattern_ops, (b + 1) int4_ops, c);
CREATE TABLE by_expression_1 PARTITION OF by_expression FOR VALUES FROM ('a', 1, '2020-01-01') TO ('b', 2, MAXVALUE);
CREATE TABLE by_truth (a boolean, b numeric) PARTITION BY LIST (a);
CREATE TABLE by_truth_yes PARTITION OF by_truth FOR VALUES IN (true) PARTITION BY RANGE (b);
CREATE TABLE by_truth_some PARTITION OF by_truth_yes FOR VALUES FROM (1.5) TO ('Infinity');
CREATE TABLE by_parts_collation (a text COLLATE parts."Odd") PARTITION BY RANGE (a COLLATE "POSIX");
CREATE TABLE childless (a integer) PARTITION BY HASH (a);

-- Generated columns, replica identities of partitions.
CREATE TABLE made (a integer NOT NULL, b integer GENERATED ALWAYS AS (a * 2) STORED) PARTITION BY LIST (a);
CREATE TABLE made_1 PARTITION OF made FOR VALUES IN (1);
CREATE TABLE made_2 (a integer NOT NULL, b integer GENERATED ALWAYS AS (a * 2) STORED);
ALTER TABLE made ATTACH PARTITION made_2 FOR VALUES IN (2);
CREATE UNIQUE INDEX made_1_a ON made_1 (a);
ALTER TABLE made_1 REPLICA IDENTITY USING INDEX made_1_a;
ALTER TABLE made REPLICA IDENTITY FULL;
-- A check that no partition has seen.
ALTER TABLE by_list ADD CONSTRAINT unseen CHECK (b > 0) NOT VALID;
CREATE TABLE by_list_late PARTITION OF by_list FOR VALUES IN ('late');
