-- Foreign keys with every option, to every sort of key, on 14 and newer.
CREATE SCHEMA a; CREATE SCHEMA "B";
CREATE TABLE a.parent (id int PRIMARY KEY, x int, y int, "Z z" int, UNIQUE (x, y), UNIQUE (y, x, "Z z"));
CREATE UNIQUE INDEX "only index" ON a.parent ("Z z" DESC, y);
CREATE UNIQUE INDEX plain_index ON a.parent (y) INCLUDE (x);
CREATE TABLE "B".child (
    id int DEFAULT 1, x int, y int, "Z z" int DEFAULT 0, up int,
    CONSTRAINT c1 FOREIGN KEY (id) REFERENCES a.parent,
    CONSTRAINT c2 FOREIGN KEY (x, y) REFERENCES a.parent (x, y) MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT c3 FOREIGN KEY (y, x) REFERENCES a.parent (y, x) ON DELETE RESTRICT ON UPDATE RESTRICT DEFERRABLE,
    CONSTRAINT c4 FOREIGN KEY ("Z z", y) REFERENCES a.parent ("Z z", y) ON DELETE SET DEFAULT ON UPDATE SET DEFAULT,
    CONSTRAINT c5 FOREIGN KEY (y) REFERENCES a.parent (y) ON UPDATE SET NULL ON DELETE NO ACTION,
    CONSTRAINT "c 6" FOREIGN KEY ("Z z", x, y) REFERENCES a.parent ("Z z", x, y) MATCH SIMPLE,
    UNIQUE (id), FOREIGN KEY (up) REFERENCES "B".child (id), UNIQUE (up));
ALTER TABLE "B".child ADD CONSTRAINT not_valid FOREIGN KEY (up) REFERENCES a.parent NOT VALID;
ALTER TABLE "B".child ADD CONSTRAINT not_valid_either FOREIGN KEY (x) REFERENCES a.parent ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID;
COMMENT ON CONSTRAINT not_valid ON "B".child IS 'never checked';
COMMENT ON CONSTRAINT c2 ON "B".child IS 'full';
-- in circles
CREATE TABLE a.one (id int PRIMARY KEY, two int); CREATE TABLE a.two (id int PRIMARY KEY, one int REFERENCES a.one);
ALTER TABLE a.one ADD FOREIGN KEY (two) REFERENCES a.two;
ALTER TABLE a.two ADD CONSTRAINT back FOREIGN KEY (id) REFERENCES a.one NOT VALID;
-- partitioned on both sides, any depth
CREATE TABLE a.measured (id int, at date, up int, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE a.measured_1 PARTITION OF a.measured FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (id);
CREATE TABLE a.measured_1_1 PARTITION OF a.measured_1 FOR VALUES IN (1, 2);
CREATE TABLE a.measured_rest PARTITION OF a.measured DEFAULT;
CREATE TABLE "B".reading (id int, at date, note int, other int REFERENCES a.one, FOREIGN KEY (id, at) REFERENCES a.measured ON DELETE CASCADE) PARTITION BY HASH (id);
CREATE TABLE "B".reading_0 PARTITION OF "B".reading FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE "B".reading_1 PARTITION OF "B".reading FOR VALUES WITH (MODULUS 2, REMAINDER 1);
ALTER TABLE "B".reading_1 ADD CONSTRAINT local_only FOREIGN KEY (note) REFERENCES a.two ON DELETE SET NULL;
ALTER TABLE "B".reading_1 ADD CONSTRAINT local_open FOREIGN KEY (note) REFERENCES a.one NOT VALID;
ALTER TABLE a.measured ADD CONSTRAINT itself FOREIGN KEY (up, at) REFERENCES a.measured (id, at);
CREATE TABLE "B".to_a_partition (id int, at date, FOREIGN KEY (id, at) REFERENCES a.measured_rest (id, at), FOREIGN KEY (at, id) REFERENCES a.measured_1_1 (at, id));
-- to a partitioned table whose key has names of its own below
CREATE TABLE a.named (id int, v int, CONSTRAINT named_key PRIMARY KEY (id)) PARTITION BY LIST (id);
CREATE TABLE a.named_1 PARTITION OF a.named FOR VALUES IN (1) PARTITION BY LIST (id);
CREATE TABLE a.named_1_1 PARTITION OF a.named_1 FOR VALUES IN (1);
ALTER TABLE a.named_1_1 RENAME CONSTRAINT named_1_1_pkey TO "Deep";
CREATE TABLE a.aaa_first (id int REFERENCES a.named);
CREATE TABLE a.by_index (id int, v int) PARTITION BY LIST (id);
CREATE TABLE a.by_index_1 PARTITION OF a.by_index FOR VALUES IN (1);
CREATE UNIQUE INDEX by_index_u ON a.by_index (id);
CREATE TABLE a.aaa_second (id int REFERENCES a.by_index (id), other int REFERENCES a.by_index_1 (id));
