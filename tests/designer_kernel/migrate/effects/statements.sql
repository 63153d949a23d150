-- One statement a line; what a server is too old for is left out.
ALTER TABLE yard.things ALTER v TYPE varchar(20)
ALTER TABLE yard.things ALTER v TYPE varchar(5)
ALTER TABLE yard.things ALTER v TYPE varchar
ALTER TABLE yard.things ALTER v TYPE text
ALTER TABLE yard.things ALTER v TYPE text COLLATE "C"
ALTER TABLE yard.things ALTER v TYPE varchar(10) COLLATE "C"
ALTER TABLE yard.things ALTER vv TYPE text
ALTER TABLE yard.things ALTER t TYPE varchar
ALTER TABLE yard.things ALTER t TYPE varchar(100)
ALTER TABLE yard.things ALTER ar TYPE text[] COLLATE "C"
ALTER TABLE yard.things ALTER na TYPE text
ALTER TABLE yard.things ALTER c TYPE char(9)
ALTER TABLE yard.things ALTER c TYPE bpchar
ALTER TABLE yard.things ALTER c TYPE text
ALTER TABLE yard.things ALTER c TYPE varchar(9)
ALTER TABLE yard.things ALTER bp TYPE char(9)
ALTER TABLE yard.things ALTER v TYPE bpchar
ALTER TABLE yard.things ALTER v TYPE char(10)
ALTER TABLE yard.things ALTER num TYPE numeric(12,2)
ALTER TABLE yard.things ALTER num TYPE numeric(12,3)
ALTER TABLE yard.things ALTER num TYPE numeric(6,2)
ALTER TABLE yard.things ALTER num TYPE numeric
ALTER TABLE yard.things ALTER num TYPE numeric(12,2) USING num
ALTER TABLE yard.things ALTER plainnum TYPE numeric(12,2)
ALTER TABLE yard.things ALTER ts TYPE timestamp(6)
ALTER TABLE yard.things ALTER ts TYPE timestamp
ALTER TABLE yard.things ALTER ts TYPE timestamp(1)
ALTER TABLE yard.things ALTER at TYPE timestamptz
ALTER TABLE yard.things ALTER tz TYPE timestamp
ALTER TABLE yard.things ALTER tz TYPE timestamptz(3)
ALTER TABLE yard.things ALTER tz TYPE timestamptz(6)
ALTER TABLE yard.things ALTER at TYPE timestamptz USING at AT TIME ZONE 'UTC'
ALTER TABLE yard.things ALTER ti TYPE time
ALTER TABLE yard.things ALTER tia TYPE time(3)
ALTER TABLE yard.things ALTER iv TYPE interval
ALTER TABLE yard.things ALTER iv TYPE interval(1)
ALTER TABLE yard.things ALTER iv TYPE interval hour to second
ALTER TABLE yard.things ALTER ip TYPE inet
ALTER TABLE yard.things ALTER i TYPE cidr
ALTER TABLE yard.things ALTER b TYPE bit varying
ALTER TABLE yard.things ALTER b TYPE bit varying(3)
ALTER TABLE yard.things ALTER b TYPE bit(4)
ALTER TABLE yard.things ALTER vb TYPE bit varying(9)
ALTER TABLE yard.things ALTER vb TYPE bit varying(7)
ALTER TABLE yard.things ALTER vb TYPE bit varying
ALTER TABLE yard.things ALTER sh TYPE text
ALTER TABLE yard.things ALTER sh TYPE varchar
ALTER TABLE yard.things ALTER pl TYPE text
ALTER TABLE yard.things ALTER t TYPE yard.plain
ALTER TABLE yard.things ALTER t TYPE yard.short
ALTER TABLE yard.things ALTER sh TYPE yard.plain
ALTER TABLE yard.things ALTER pl TYPE yard.short
ALTER TABLE yard.lonely ALTER n TYPE bigint
ALTER TABLE yard.lonely ALTER n TYPE yard.must USING 1
ALTER TABLE yard.lonely ALTER id TYPE oid
ALTER TABLE yard.things ALTER o TYPE int
ALTER TABLE yard.things ALTER o TYPE regclass
ALTER TABLE yard.things ALTER m TYPE bigint
ALTER TABLE yard.uses ALTER id TYPE bigint
ALTER TABLE yard.things ALTER arr TYPE varchar(20)[]
ALTER TABLE yard.things ALTER arr TYPE varchar[]
ALTER TABLE yard.things ALTER arr TYPE text[]
ALTER TABLE yard.things ALTER ar TYPE varchar[]
ALTER TABLE yard.things ALTER x TYPE text USING x::text
ALTER TABLE yard.things ALTER mood TYPE text
ALTER TABLE yard.things ALTER mood TYPE text USING mood::text
ALTER TABLE yard.things ALTER v TYPE text USING v::text
ALTER TABLE yard.things ALTER v TYPE text USING v::varchar(50)::text
ALTER TABLE yard.things ALTER v TYPE text USING v || ''
ALTER TABLE yard.things ALTER v TYPE text USING t
ALTER TABLE yard.things ALTER r TYPE double precision
ALTER TABLE yard.things ALTER js TYPE jsonb
ALTER TABLE yard.things ALTER d TYPE timestamp
ALTER TABLE yard.things ALTER v TYPE varchar(20), ALTER vv TYPE text
ALTER TABLE yard.things ALTER v TYPE varchar(20), ADD q int
ALTER TABLE yard.uses ALTER w TYPE text
ALTER TABLE yard.uses ALTER w TYPE varchar(50)
ALTER TABLE yard.uses ALTER thing TYPE int
ALTER TABLE yard.uses ALTER loose TYPE int
ALTER TABLE yard.log ALTER k TYPE varchar(50)
ALTER TABLE yard.log ALTER k TYPE varchar
ALTER TABLE yard.log ALTER u TYPE int
ALTER TABLE yard.base ALTER b TYPE varchar
ALTER TABLE yard.base ALTER id TYPE bigint
ALTER TABLE yard.lonely ALTER g TYPE bigint
ALTER TABLE yard.lonely ALTER s TYPE bigint
ALTER TABLE yard.lonely ALTER i TYPE bigint
ALTER TABLE yard.far ALTER a TYPE varchar
ALTER TABLE yard.things ALTER n SET NOT NULL
ALTER TABLE yard.things ALTER m SET NOT NULL
ALTER TABLE yard.things ALTER id SET NOT NULL
ALTER TABLE yard.lonely ALTER n SET NOT NULL
ALTER TABLE yard.log ALTER k SET NOT NULL
ALTER TABLE yard.log_1 ALTER k SET NOT NULL
ALTER TABLE yard.base ALTER b SET NOT NULL
ALTER TABLE yard.things ALTER n DROP NOT NULL
ALTER TABLE yard.codes_fit ALTER code DROP NOT NULL
ALTER TABLE yard.things ALTER n SET DEFAULT 4
ALTER TABLE yard.log ALTER k SET DEFAULT 'x'
ALTER TABLE ONLY yard.log ALTER k SET DEFAULT 'x'
ALTER TABLE yard.base ALTER b DROP DEFAULT
ALTER TABLE yard.seen ALTER n SET DEFAULT 4
ALTER VIEW yard.seen ALTER n SET DEFAULT 4
ALTER TABLE yard.things ADD k int
ALTER TABLE yard.things ADD k int DEFAULT 4
ALTER TABLE yard.things ADD k int DEFAULT 4 NOT NULL
ALTER TABLE yard.things ADD k timestamptz DEFAULT now()
ALTER TABLE yard.things ADD k timestamptz DEFAULT clock_timestamp()
ALTER TABLE yard.things ADD k date DEFAULT current_date
ALTER TABLE yard.things ADD k float DEFAULT random()
ALTER TABLE yard.things ADD k uuid DEFAULT gen_random_uuid()
ALTER TABLE yard.things ADD k int DEFAULT yard.any_int()
ALTER TABLE yard.things ADD k int DEFAULT yard.one()
ALTER TABLE yard.things ADD k int DEFAULT nextval('yard.numbers')
ALTER TABLE yard.things ADD k text DEFAULT upper('x')
ALTER TABLE yard.things ADD k text DEFAULT 'a' || 'b'
ALTER TABLE yard.things ADD k int DEFAULT 1 + 2
ALTER TABLE yard.things ADD k int DEFAULT -1
ALTER TABLE yard.things ADD k text DEFAULT coalesce(NULL, 'x')
ALTER TABLE yard.things ADD k text DEFAULT CASE WHEN true THEN 'x' END
ALTER TABLE yard.things ADD k text[] DEFAULT '{}'
ALTER TABLE yard.things ADD k text[] DEFAULT ARRAY['a', upper('b')]
ALTER TABLE yard.things ADD k jsonb DEFAULT '{}'::jsonb
ALTER TABLE yard.things ADD k serial
ALTER TABLE yard.things ADD k int GENERATED ALWAYS AS IDENTITY
ALTER TABLE yard.things ADD k int GENERATED ALWAYS AS (n + 1) STORED
ALTER TABLE yard.things ADD k int GENERATED ALWAYS AS (n + 1) VIRTUAL
ALTER TABLE yard.things ADD k int GENERATED ALWAYS AS (n + 1) VIRTUAL NOT NULL
ALTER TABLE yard.things ADD k int GENERATED ALWAYS AS (n + 1) VIRTUAL CHECK (k > 0)
ALTER TABLE yard.things ADD k yard.plain
ALTER TABLE yard.things ADD k yard.short
ALTER TABLE yard.things ADD k yard.short DEFAULT 'x'
ALTER TABLE yard.things ADD k yard.must DEFAULT 3
ALTER TABLE yard.things ADD k int UNIQUE
ALTER TABLE yard.things ADD k int CHECK (k > 0)
ALTER TABLE yard.things ADD k int REFERENCES yard.uses
ALTER TABLE yard.things ADD k int DEFAULT 1 REFERENCES yard.uses
ALTER TABLE yard.log ADD q int DEFAULT 3
ALTER TABLE yard.log ADD q float DEFAULT random()
ALTER TABLE yard.log ADD q int REFERENCES yard.uses
ALTER TABLE yard.base ADD q int
ALTER TABLE yard.uses ADD COLUMN IF NOT EXISTS w varchar(5)
ALTER TABLE yard.things DROP COLUMN t
ALTER TABLE yard.things DROP COLUMN id CASCADE
ALTER TABLE yard.things DROP COLUMN n CASCADE
ALTER TABLE yard.uses DROP COLUMN thing
ALTER TABLE yard.uses DROP COLUMN id
ALTER TABLE yard.log DROP COLUMN u
ALTER TABLE yard.log DROP COLUMN k
ALTER TABLE yard.base DROP COLUMN b
ALTER TABLE yard.lonely ALTER g DROP EXPRESSION
ALTER TABLE yard.lonely ALTER g SET EXPRESSION AS (2)
ALTER TABLE yard.lonely ALTER i DROP IDENTITY
ALTER TABLE yard.lonely ALTER i SET GENERATED BY DEFAULT
ALTER TABLE yard.lonely ALTER i SET INCREMENT 3
ALTER TABLE yard.lonely ALTER i RESTART
ALTER TABLE yard.loose_log ALTER id ADD GENERATED ALWAYS AS IDENTITY
ALTER TABLE yard.things ALTER t SET STORAGE MAIN
ALTER TABLE yard.things ALTER t SET COMPRESSION pglz
ALTER TABLE yard.things ALTER t SET STATISTICS 100
ALTER TABLE yard.things ALTER t SET (n_distinct = 5)
ALTER TABLE yard.log ALTER k SET STATISTICS 100
ALTER TABLE yard.things ADD CHECK (n > 0)
ALTER TABLE yard.things ADD CHECK (n > 0) NOT VALID
ALTER TABLE yard.things ADD CHECK (n > 0) NOT ENFORCED
ALTER TABLE yard.things ADD CONSTRAINT nn NOT NULL n
ALTER TABLE yard.things ADD CONSTRAINT nn NOT NULL n NOT VALID
ALTER TABLE yard.things ADD CONSTRAINT nn NOT NULL m
ALTER TABLE yard.log ADD CHECK (id > 0)
ALTER TABLE yard.log ADD CHECK (id > 0) NOT VALID
ALTER TABLE yard.base ADD CHECK (b <> '') NO INHERIT
ALTER TABLE ONLY yard.base ADD CHECK (b <> '') NO INHERIT
ALTER TABLE yard.things ADD UNIQUE (m, n)
ALTER TABLE yard.things ADD UNIQUE USING INDEX things_n
ALTER TABLE yard.loose_log ADD UNIQUE (k)
ALTER TABLE yard.codes_new ADD PRIMARY KEY (at)
ALTER TABLE yard.lonely ADD PRIMARY KEY (n)
ALTER TABLE yard.codes ADD UNIQUE (code)
ALTER TABLE yard.things ADD EXCLUDE USING btree (n WITH =)
ALTER TABLE yard.lonely ADD FOREIGN KEY (id) REFERENCES yard.uses
ALTER TABLE yard.lonely ADD FOREIGN KEY (id) REFERENCES yard.uses NOT VALID
ALTER TABLE yard.lonely ADD FOREIGN KEY (id) REFERENCES yard.uses NOT ENFORCED
ALTER TABLE yard.uses ADD FOREIGN KEY (id) REFERENCES yard.uses
ALTER TABLE yard.lonely ADD FOREIGN KEY (id, n) REFERENCES yard.log
ALTER TABLE yard.log ADD FOREIGN KEY (id) REFERENCES yard.uses
ALTER TABLE yard.things DROP CONSTRAINT things_m_check
ALTER TABLE yard.things DROP CONSTRAINT things_pkey CASCADE
ALTER TABLE yard.uses DROP CONSTRAINT uses_thing_fkey
ALTER TABLE yard.uses DROP CONSTRAINT uses_pkey
ALTER TABLE yard.log DROP CONSTRAINT log_u_fkey
ALTER TABLE yard.log DROP CONSTRAINT log_pkey CASCADE
ALTER TABLE yard.of_log DROP CONSTRAINT of_log_id_at_fkey
ALTER TABLE yard.base DROP CONSTRAINT base_id_check
ALTER TABLE yard.uses VALIDATE CONSTRAINT loosely
ALTER TABLE yard.uses VALIDATE CONSTRAINT later
ALTER TABLE yard.uses VALIDATE CONSTRAINT uses_w_check
ALTER TABLE yard.uses ALTER CONSTRAINT uses_thing_fkey DEFERRABLE
ALTER TABLE yard.log ALTER CONSTRAINT log_u_fkey DEFERRABLE
ALTER TABLE yard.uses ALTER CONSTRAINT uses_thing_fkey NOT ENFORCED
ALTER TABLE yard.lonely SET UNLOGGED
ALTER TABLE yard.fleeting SET LOGGED
ALTER TABLE yard.lonely SET LOGGED
ALTER TABLE yard.lonely SET TABLESPACE pg_default
ALTER TABLE yard.lonely SET ACCESS METHOD heap
ALTER TABLE yard.lonely SET (fillfactor = 50)
ALTER TABLE yard.lonely RESET (fillfactor)
ALTER TABLE yard.lonely SET (autovacuum_enabled = off, toast.autovacuum_enabled = off)
ALTER TABLE yard.lonely SET (user_catalog_table = true)
ALTER VIEW yard.seen SET (security_barrier = true)
ALTER TABLE yard.things CLUSTER ON things_pkey
ALTER TABLE yard.things SET WITHOUT CLUSTER
ALTER TABLE yard.things REPLICA IDENTITY FULL
ALTER TABLE yard.things REPLICA IDENTITY USING INDEX things_pkey
ALTER TABLE yard.things ENABLE ROW LEVEL SECURITY
ALTER TABLE yard.things FORCE ROW LEVEL SECURITY
ALTER TABLE yard.things DISABLE TRIGGER noted
ALTER TABLE yard.things ENABLE ALWAYS TRIGGER noted
ALTER TABLE yard.things DISABLE TRIGGER ALL
ALTER TABLE yard.log DISABLE TRIGGER ALL
ALTER TABLE yard.things DISABLE RULE nothing
ALTER TABLE yard.things OWNER TO yard_role
ALTER TABLE yard.log OWNER TO yard_role
ALTER VIEW yard.seen OWNER TO yard_role
ALTER TABLE yard.child NO INHERIT yard.base
ALTER TABLE yard.no_child INHERIT yard.base
ALTER TABLE yard.untyped OF yard.pair
ALTER TABLE yard.typed NOT OF
ALTER TABLE yard.log ATTACH PARTITION yard.loose_log FOR VALUES FROM (20) TO (30)
ALTER TABLE yard.log ATTACH PARTITION yard.fit_log FOR VALUES FROM (20) TO (30)
ALTER TABLE yard.codes ATTACH PARTITION yard.codes_new FOR VALUES IN ('b')
ALTER TABLE yard.codes ATTACH PARTITION yard.codes_fit FOR VALUES IN ('f')
ALTER TABLE yard.codes ATTACH PARTITION yard.codes_fit FOR VALUES IN ('f', 'g')
ALTER TABLE yard.log DETACH PARTITION yard.log_1
ALTER TABLE yard.codes DETACH PARTITION yard.codes_a
ALTER TABLE yard.codes DETACH PARTITION yard.codes_rest
CREATE TABLE yard.log_3 PARTITION OF yard.log FOR VALUES FROM (30) TO (40)
CREATE TABLE yard.codes_c PARTITION OF yard.codes FOR VALUES IN ('c')
CREATE TABLE yard.log_9 PARTITION OF yard.log DEFAULT
CREATE TABLE yard.log_2b PARTITION OF yard.log_2 FOR VALUES IN (3)
CREATE TABLE yard.heir (z int) INHERITS (yard.base)
CREATE TABLE yard.heir () INHERITS (yard.child)
CREATE TABLE yard.new (a int)
CREATE TABLE yard.new (a int REFERENCES yard.uses)
CREATE TABLE yard.new (a int, b int, FOREIGN KEY (a, b) REFERENCES yard.log)
CREATE TABLE yard.new (LIKE yard.things INCLUDING ALL)
CREATE TABLE yard.new AS SELECT * FROM yard.things
CREATE TABLE yard.new OF yard.pair
CREATE FOREIGN TABLE yard.far2 (a int) SERVER yard_server
CREATE FOREIGN TABLE yard.far_log PARTITION OF yard.codes FOR VALUES IN ('far') SERVER yard_server
CREATE VIEW yard.new AS SELECT * FROM yard.things
CREATE OR REPLACE VIEW yard.seen AS SELECT id, n, m FROM yard.things
CREATE OR REPLACE VIEW yard.seen_twice AS SELECT id, n FROM yard.seen WHERE n > 2
CREATE MATERIALIZED VIEW yard.new AS SELECT * FROM yard.things
CREATE INDEX ON yard.things (m)
CREATE UNIQUE INDEX ON yard.things (n, m)
CREATE INDEX ON yard.log (u)
CREATE INDEX ON ONLY yard.log (u)
CREATE INDEX ON yard.kept (n)
CREATE INDEX IF NOT EXISTS things_n ON yard.things (n)
DROP INDEX yard.things_n
DROP INDEX yard.log_k
DROP INDEX yard.kept_id
ALTER INDEX yard.things_n RENAME TO things_nn
ALTER INDEX yard.things_n SET (fillfactor = 50)
ALTER INDEX yard.log_k ATTACH PARTITION yard.log_1_k_idx
ALTER INDEX yard.things_n SET TABLESPACE pg_default
ALTER INDEX yard.things_lower_idx ALTER COLUMN 1 SET STATISTICS 100
REINDEX INDEX yard.things_n
REINDEX TABLE yard.things
CLUSTER yard.things USING things_pkey
DROP TABLE yard.lonely
DROP TABLE yard.uses
DROP TABLE yard.things CASCADE
DROP TABLE yard.of_log
DROP TABLE yard.log CASCADE
DROP TABLE yard.codes_rest
DROP TABLE yard.codes_a
DROP TABLE yard.codes
DROP TABLE yard.base CASCADE
DROP TABLE yard.child
DROP FOREIGN TABLE yard.far
DROP VIEW yard.seen_twice
DROP VIEW yard.seen CASCADE
DROP MATERIALIZED VIEW yard.kept
DROP SCHEMA yard CASCADE
DROP TYPE yard.mood CASCADE
DROP TYPE yard.pair CASCADE
DROP DOMAIN yard.plain CASCADE
DROP FUNCTION yard.noted CASCADE
DROP SEQUENCE yard.lonely_s_seq CASCADE
DROP SEQUENCE yard.numbers
DROP TRIGGER noted ON yard.things
DROP POLICY mine ON yard.things
DROP RULE nothing ON yard.things
DROP STATISTICS yard.st
DROP PUBLICATION yard_pub
DROP SERVER yard_server CASCADE
CREATE TRIGGER again AFTER INSERT ON yard.things FOR EACH ROW EXECUTE FUNCTION yard.noted()
CREATE OR REPLACE TRIGGER noted AFTER INSERT ON yard.things FOR EACH ROW EXECUTE FUNCTION yard.noted()
CREATE TRIGGER again AFTER INSERT ON yard.log FOR EACH ROW EXECUTE FUNCTION yard.noted()
CREATE TRIGGER again AFTER INSERT ON yard.log FOR EACH STATEMENT EXECUTE FUNCTION yard.noted()
CREATE TRIGGER again AFTER INSERT ON yard.base FOR EACH ROW EXECUTE FUNCTION yard.noted()
CREATE CONSTRAINT TRIGGER again AFTER INSERT ON yard.things FROM yard.uses FOR EACH ROW EXECUTE FUNCTION yard.noted()
ALTER TRIGGER noted ON yard.things RENAME TO told
ALTER TRIGGER noted ON yard.things DEPENDS ON EXTENSION plpgsql
CREATE POLICY again ON yard.things USING (true)
CREATE POLICY again ON yard.things USING (id IN (SELECT id FROM yard.uses))
ALTER POLICY mine ON yard.things USING (true)
ALTER POLICY mine ON yard.things RENAME TO ours
CREATE RULE again AS ON UPDATE TO yard.things DO ALSO INSERT INTO yard.uses VALUES (1)
CREATE OR REPLACE RULE nothing AS ON DELETE TO yard.things DO INSTEAD NOTHING
ALTER RULE nothing ON yard.things RENAME TO nil
CREATE STATISTICS yard.st2 ON n, id FROM yard.things
ALTER STATISTICS yard.st SET STATISTICS 100
ALTER STATISTICS yard.st RENAME TO st3
ALTER TABLE yard.things RENAME TO stuff
ALTER TABLE yard.things RENAME n TO nn
ALTER TABLE yard.base RENAME b TO bb
ALTER TABLE yard.log RENAME k TO kk
ALTER TABLE yard.things RENAME CONSTRAINT things_pkey TO pk
ALTER TABLE yard.base RENAME CONSTRAINT base_id_check TO chk
ALTER VIEW yard.seen RENAME TO looked
ALTER VIEW yard.seen RENAME n TO nn
ALTER MATERIALIZED VIEW yard.kept RENAME TO held
ALTER MATERIALIZED VIEW yard.kept SET (fillfactor = 50)
ALTER TABLE yard.things SET SCHEMA other
ALTER VIEW yard.seen SET SCHEMA other
ALTER MATERIALIZED VIEW yard.kept SET SCHEMA other
ALTER FOREIGN TABLE yard.far OPTIONS (a 'b')
ALTER FOREIGN TABLE yard.far ALTER a OPTIONS (a 'b')
ALTER SCHEMA yard RENAME TO garden
ALTER TYPE yard.mood ADD VALUE 'glad'
ALTER TYPE yard.mood RENAME VALUE 'sad' TO 'low'
ALTER TYPE yard.mood RENAME TO temper
ALTER TYPE yard.pair RENAME ATTRIBUTE a TO aa CASCADE
ALTER TYPE yard.pair ADD ATTRIBUTE z int CASCADE
ALTER TYPE yard.pair DROP ATTRIBUTE b CASCADE
ALTER DOMAIN yard.short ADD CONSTRAINT again CHECK (VALUE <> '')
ALTER DOMAIN yard.short ADD CONSTRAINT again CHECK (VALUE <> '') NOT VALID
ALTER DOMAIN yard.short SET NOT NULL
ALTER DOMAIN yard.short DROP NOT NULL
ALTER DOMAIN yard.short SET DEFAULT 'x'
ALTER DOMAIN yard.short DROP CONSTRAINT short_check
ALTER DOMAIN yard.plain ADD CHECK (VALUE <> '')
ALTER SEQUENCE yard.numbers INCREMENT 3
ALTER SEQUENCE yard.numbers OWNED BY yard.things.n
ALTER SEQUENCE yard.lonely_s_seq OWNED BY NONE
GRANT SELECT ON yard.things TO yard_role
GRANT SELECT (n) ON yard.things TO yard_role
GRANT USAGE ON SCHEMA yard TO yard_role
REVOKE ALL ON yard.things FROM yard_role
ALTER DEFAULT PRIVILEGES IN SCHEMA yard GRANT SELECT ON TABLES TO yard_role
COMMENT ON TABLE yard.things IS 'x'
COMMENT ON COLUMN yard.things.n IS 'x'
COMMENT ON VIEW yard.seen IS 'x'
COMMENT ON COLUMN yard.seen.n IS 'x'
COMMENT ON MATERIALIZED VIEW yard.kept IS 'x'
COMMENT ON FOREIGN TABLE yard.far IS 'x'
COMMENT ON CONSTRAINT things_pkey ON yard.things IS 'x'
COMMENT ON TRIGGER noted ON yard.things IS 'x'
COMMENT ON POLICY mine ON yard.things IS 'x'
COMMENT ON RULE nothing ON yard.things IS 'x'
COMMENT ON INDEX yard.things_n IS 'x'
COMMENT ON STATISTICS yard.st IS 'x'
CREATE PUBLICATION p2 FOR TABLE yard.uses
CREATE PUBLICATION p2 FOR ALL TABLES
CREATE PUBLICATION p2 FOR TABLES IN SCHEMA yard
CREATE PUBLICATION p2 FOR TABLE yard.base
CREATE PUBLICATION p2 FOR TABLE ONLY yard.base
CREATE PUBLICATION p2 FOR TABLE yard.log
ALTER PUBLICATION yard_pub ADD TABLE yard.uses
ALTER PUBLICATION yard_pub DROP TABLE yard.things
ALTER PUBLICATION yard_pub SET TABLE yard.things (n, id)
ALTER PUBLICATION yard_pub SET (publish = 'insert')
REFRESH MATERIALIZED VIEW yard.kept
REFRESH MATERIALIZED VIEW yard.kept WITH NO DATA
INSERT INTO yard.untyped SELECT * FROM yard.typed
INSERT INTO yard.codes SELECT * FROM yard.codes_new
UPDATE yard.things SET t = 'x' WHERE id = 1
UPDATE yard.log SET k = 'x'
UPDATE yard.base SET b = 'x'
UPDATE yard.untyped SET b = t.b FROM yard.typed t WHERE t.a = untyped.a
DELETE FROM yard.lonely
TRUNCATE yard.lonely
TRUNCATE yard.things CASCADE
SELECT * FROM yard.things FOR UPDATE
SELECT * FROM yard.seen
SELECT setval('yard.numbers', 3)
LOCK TABLE yard.things IN SHARE MODE
LOCK TABLE yard.things
ANALYZE yard.things
CREATE FUNCTION yard.f() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM yard.things; END
CREATE FUNCTION yard.f() RETURNS SETOF yard.things LANGUAGE sql AS 'SELECT * FROM yard.things'
CREATE OR REPLACE FUNCTION yard.noted() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN OLD; END$$
CREATE SEQUENCE yard.more OWNED BY yard.things.n
CREATE TYPE yard.mood2 AS ENUM ('a')
ALTER TABLE yard.things ADD q int, ADD CHECK (q > 0), ALTER n SET NOT NULL
ALTER TABLE yard.lonely ALTER n TYPE bigint, ALTER n SET NOT NULL
