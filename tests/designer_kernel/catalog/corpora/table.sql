-- Tables: persistence, storage parameters, tables of a type, replica identities, CLUSTER marks, row security.
CREATE SCHEMA "Odd.Schema""s";

CREATE TABLE nothing ();
CREATE TABLE "Odd.Schema""s"."select" ("order" integer, "Mixed Case" text, "quo""te" text);
CREATE UNLOGGED TABLE fast (id integer PRIMARY KEY, note text);
CREATE TABLE stored (a integer, b text) WITH (
    fillfactor = 70, autovacuum_enabled = false, autovacuum_vacuum_scale_factor = 0.25, parallel_workers = 3,
    toast_tuple_target = 1024, vacuum_index_cleanup = auto, user_catalog_table = true,
    autovacuum_freeze_min_age = 1000, log_autovacuum_min_duration = -1,
    toast.autovacuum_enabled = off, toast.vacuum_truncate = false, toast.autovacuum_vacuum_cost_delay = 1.5
);
CREATE TABLE using_heap (a integer) USING heap;

CREATE TABLE secured (a integer, owner name);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
CREATE TABLE forced (a integer);
ALTER TABLE forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE TABLE only_forced (a integer);
ALTER TABLE only_forced FORCE ROW LEVEL SECURITY;

CREATE TABLE replica_full (a integer);
ALTER TABLE replica_full REPLICA IDENTITY FULL;
CREATE TABLE replica_nothing (a integer);
ALTER TABLE replica_nothing REPLICA IDENTITY NOTHING;
CREATE TABLE "replica index" (a integer NOT NULL, b text NOT NULL, UNIQUE (b));
CREATE UNIQUE INDEX "Its index" ON "replica index" (a);
ALTER TABLE "replica index" REPLICA IDENTITY USING INDEX "Its index";
CREATE TABLE replica_key (a integer NOT NULL CONSTRAINT "the key" UNIQUE);
ALTER TABLE replica_key REPLICA IDENTITY USING INDEX "the key";

CREATE TABLE clustered (a integer PRIMARY KEY, b integer);
CREATE INDEX clustered_b ON clustered (b);
ALTER TABLE clustered CLUSTER ON clustered_b;
CREATE TABLE clustered_key (a integer PRIMARY KEY);
ALTER TABLE clustered_key CLUSTER ON clustered_key_pkey;
CREATE MATERIALIZED VIEW clustered_view AS SELECT a, b FROM clustered;
CREATE INDEX clustered_view_b ON clustered_view (b);
ALTER MATERIALIZED VIEW clustered_view CLUSTER ON clustered_view_b;
ALTER MATERIALIZED VIEW clustered_view ALTER COLUMN b SET STATISTICS 50;
ALTER MATERIALIZED VIEW clustered_view ALTER COLUMN b SET (n_distinct = -0.5);

CREATE TYPE person AS (name text, "Born" date, height numeric(5, 2));
CREATE TABLE people OF person;
CREATE TABLE employees OF person (
    PRIMARY KEY (name),
    name WITH OPTIONS DEFAULT 'nobody',
    "Born" WITH OPTIONS NOT NULL,
    height WITH OPTIONS DEFAULT 1.8 CONSTRAINT "tall enough" CHECK (height > 1.2),
    CHECK ("Born" > '1900-01-01')
);
ALTER TABLE employees ALTER COLUMN name SET STORAGE EXTERNAL;
ALTER TABLE employees ALTER COLUMN name SET STATISTICS 10;
COMMENT ON TABLE employees IS 'of a type';
COMMENT ON COLUMN employees."Born" IS 'a day';
COMMENT ON CONSTRAINT "tall enough" ON employees IS 'in metres';
CREATE TABLE parted_people OF person PARTITION BY LIST (name);
CREATE TABLE parted_people_a PARTITION OF parted_people FOR VALUES IN ('a');

CREATE TABLE with_gaps (a integer, gone integer, b text DEFAULT 'b', gone_too text, c integer);
ALTER TABLE with_gaps DROP COLUMN gone, DROP COLUMN gone_too;
ALTER TABLE with_gaps ADD COLUMN d integer DEFAULT 4 NOT NULL;
CREATE TABLE all_gone (a integer);
ALTER TABLE all_gone DROP COLUMN a;

CREATE TABLE checked (
    a integer CHECK (a > 0),
    b integer CONSTRAINT "b's check" CHECK (b > a) NO INHERIT,
    CONSTRAINT "select" CHECK (a + b < 100)
);
ALTER TABLE checked ADD CONSTRAINT later CHECK (a <> 5) NOT VALID;
ALTER TABLE checked ADD CONSTRAINT later_alone CHECK (a <> 6) NO INHERIT NOT VALID;
COMMENT ON CONSTRAINT later ON checked IS 'not valid';
COMMENT ON CONSTRAINT "b's check" ON checked IS 'alone';
CREATE FUNCTION is_fine(row_of checked) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT row_of.a <> 7 $$;
ALTER TABLE checked ADD CONSTRAINT circle CHECK (is_fine(checked));
