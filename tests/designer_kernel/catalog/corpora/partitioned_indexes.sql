-- Indexes and keys of partitioned tables, regular and not, at any depth, on 14 and newer.
CREATE SCHEMA p; CREATE SCHEMA "P.2";
-- what the server chooses, everywhere
CREATE TABLE p.regular (id int, at date, v text, PRIMARY KEY (id, at), UNIQUE (at, id) INCLUDE (v)) PARTITION BY RANGE (at);
CREATE TABLE p.regular_1 PARTITION OF p.regular FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (id);
CREATE TABLE p.regular_1_1 PARTITION OF p.regular_1 FOR VALUES IN (1);
CREATE TABLE "P.2"."Regular 2" PARTITION OF p.regular DEFAULT;
CREATE INDEX ON p.regular (v); CREATE INDEX by_expression ON p.regular (lower(v), (id + 1), id) WHERE id > 0;
CREATE INDEX with_options ON p.regular (id DESC NULLS LAST) WITH (fillfactor = 55);
CREATE INDEX by_hash ON p.regular USING hash (v);
COMMENT ON INDEX p.with_options IS 'with options';
COMMENT ON INDEX p.regular_pkey IS 'index'; COMMENT ON CONSTRAINT regular_pkey ON p.regular IS 'key';
ALTER INDEX p.by_expression ALTER COLUMN 1 SET STATISTICS 77;
-- names of their own
CREATE TABLE p.named (id int, at date, v text, CONSTRAINT named_key PRIMARY KEY (id)) PARTITION BY LIST (id);
CREATE TABLE p.named_1 PARTITION OF p.named FOR VALUES IN (1, 2) PARTITION BY LIST (id);
CREATE TABLE p.named_1_1 PARTITION OF p.named_1 FOR VALUES IN (1);
CREATE TABLE p.a_partition PARTITION OF p.named FOR VALUES IN (3);
CREATE INDEX named_v ON p.named (v); CREATE INDEX named_at ON p.named (at);
ALTER INDEX p.named_1_1_v_idx RENAME TO "V of 1.1"; ALTER TABLE p.named_1 RENAME CONSTRAINT named_1_pkey TO middle_key;
-- comments, options, statistics, below
CREATE TABLE p.said (id int UNIQUE, v text) PARTITION BY LIST (id);
CREATE TABLE p.said_1 PARTITION OF p.said FOR VALUES IN (1); CREATE TABLE p.said_2 PARTITION OF p.said FOR VALUES IN (2);
CREATE INDEX said_c ON p.said (v); COMMENT ON INDEX p.said_1_v_idx IS 'of the first';
CREATE INDEX said_o ON p.said (v, id); ALTER INDEX p.said_2_v_id_idx SET (fillfactor = 42);
CREATE INDEX said_s ON p.said (lower(v)); ALTER INDEX p.said_1_lower_idx ALTER COLUMN 1 SET STATISTICS 9;
COMMENT ON CONSTRAINT said_1_id_key ON p.said_1 IS 'key of the first'; COMMENT ON INDEX p.said_2_id_key IS 'index of the second';
-- attached by hand
CREATE TABLE p.hand (id int, v text, w int) PARTITION BY LIST (id);
CREATE TABLE p.hand_1 PARTITION OF p.hand FOR VALUES IN (1); CREATE TABLE p.hand_2 PARTITION OF p.hand FOR VALUES IN (2) PARTITION BY LIST (v);
CREATE TABLE p.hand_2_x PARTITION OF p.hand_2 FOR VALUES IN ('x');
CREATE INDEX hand_none ON ONLY p.hand (v);
CREATE INDEX hand_some ON ONLY p.hand (w); CREATE INDEX hand_some_1 ON p.hand_1 (w DESC); ALTER INDEX p.hand_some ATTACH PARTITION p.hand_some_1;
CREATE INDEX hand_deep ON ONLY p.hand (id, w); CREATE INDEX hand_deep_2 ON ONLY p.hand_2 (id, w); ALTER INDEX p.hand_deep ATTACH PARTITION p.hand_deep_2;
ALTER TABLE ONLY p.hand ADD CONSTRAINT hand_u UNIQUE (id, v); ALTER TABLE p.hand_1 ADD CONSTRAINT hand_1_key PRIMARY KEY (id, v) WITH (fillfactor = 20);
-- local ones beside those of the parent
CREATE TABLE p.local (id int, v text) PARTITION BY LIST (id);
CREATE TABLE p.local_1 PARTITION OF p.local FOR VALUES IN (1); CREATE TABLE p.a_local PARTITION OF p.local FOR VALUES IN (2);
CREATE INDEX local_v ON p.local (v); CREATE INDEX same_again ON p.a_local (v); CREATE INDEX other_v ON p.local (v);
ALTER TABLE p.local_1 ADD PRIMARY KEY (id); ALTER TABLE p.local_1 ADD UNIQUE (v); ALTER TABLE p.a_local ADD CONSTRAINT a_u UNIQUE (v, id);
CREATE UNIQUE INDEX local_id ON p.local (id);
CREATE UNIQUE INDEX plain_over_key ON p.local (v, id);
-- marks on the index of a partition
CREATE TABLE p.marked (id int NOT NULL, v text) PARTITION BY LIST (id); CREATE TABLE p.marked_1 PARTITION OF p.marked FOR VALUES IN (1);
CREATE UNIQUE INDEX marked_id ON p.marked (id); ALTER TABLE p.marked_1 REPLICA IDENTITY USING INDEX marked_1_id_idx;
CREATE INDEX marked_v ON p.marked (v); ALTER TABLE p.marked_1 CLUSTER ON marked_1_v_idx;
-- names that are cut, or taken
CREATE TABLE p.a_partitioned_table_with_a_name_that_is_as_long_as_names_can_be (id int, a_column_with_a_name_that_is_long_as_well_yes_very int) PARTITION BY LIST (id);
CREATE TABLE p.a_partitioned_table_with_a_name_that_is_as_long_as_names_can__1 PARTITION OF p.a_partitioned_table_with_a_name_that_is_as_long_as_names_can_be FOR VALUES IN (1);
CREATE TABLE p.a_partitioned_table_with_a_name_that_is_as_long_as_names_can__2 PARTITION OF p.a_partitioned_table_with_a_name_that_is_as_long_as_names_can_be FOR VALUES IN (2);
CREATE INDEX ON p.a_partitioned_table_with_a_name_that_is_as_long_as_names_can_be (a_column_with_a_name_that_is_long_as_well_yes_very);
CREATE TABLE p.umläute_ääääääääääääääääääääääääää (id int, "spältchen_öööööööööööööö" int) PARTITION BY LIST (id);
CREATE TABLE p.teil_ääääääääääääääääääääääääää PARTITION OF p.umläute_ääääääääääääääääääääääääää FOR VALUES IN (1);
CREATE INDEX ON p.umläute_ääääääääääääääääääääääääää ("spältchen_öööööööööööööö", id);
CREATE TABLE p.taken (id int PRIMARY KEY, v int) PARTITION BY LIST (id); CREATE TABLE p.taken_1_v_idx (x int CONSTRAINT taken_2_pkey CHECK (x > 0));
CREATE TABLE p.taken_1 PARTITION OF p.taken FOR VALUES IN (1); CREATE INDEX ON p.taken (v);
CREATE TABLE p.taken_2 PARTITION OF p.taken FOR VALUES IN (2);
-- renamed after the index was made
CREATE TABLE p.old (id int, v int) PARTITION BY LIST (id); CREATE TABLE p.old_1 PARTITION OF p.old FOR VALUES IN (1);
CREATE INDEX old_v ON p.old (v); ALTER TABLE p.old RENAME v TO new_v; ALTER TABLE p.old_1 RENAME TO new_1; CREATE INDEX ON p.old (id);
-- attached with columns in another order, and keys of its own
CREATE TABLE p.other_order (v text, x int, id int NOT NULL, CONSTRAINT their_own PRIMARY KEY (id)); ALTER TABLE p.other_order DROP x;
CREATE TABLE p.parent (id int PRIMARY KEY, v text) PARTITION BY LIST (id); CREATE INDEX parent_v ON p.parent (v);
CREATE INDEX own_v ON p.other_order (v); ALTER TABLE p.parent ATTACH PARTITION p.other_order FOR VALUES IN (1);
CREATE TABLE p.other_order_2 (v text, id int NOT NULL UNIQUE); ALTER TABLE p.parent ATTACH PARTITION p.other_order_2 FOR VALUES IN (2);
CREATE TABLE p.empty (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE INDEX empty_only ON ONLY p.empty (id);
