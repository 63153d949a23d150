-- Tables with rows, and one of most things that a statement may lock, scan or write anew.

CREATE SCHEMA yard; CREATE SCHEMA other;
CREATE TYPE yard.mood AS ENUM ('sad', 'ok');
CREATE TYPE yard.pair AS (a int, b text);
CREATE DOMAIN yard.plain AS text;
CREATE DOMAIN yard.short AS text CHECK (length(VALUE) < 20);
CREATE DOMAIN yard.must AS int NOT NULL;
CREATE FUNCTION yard.noted() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$;
CREATE FUNCTION yard.any_int() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1';
CREATE FUNCTION yard.one() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE TABLE yard.things (
    id bigint PRIMARY KEY, n int, m int CHECK (m IS NOT NULL AND m > 0), v varchar(10), vv varchar(20), t text,
    c char(5), num numeric(8,2), plainnum numeric, ts timestamp(3), tz timestamptz, at timestamp, d date, ip cidr, i inet,
    b bit(3), vb bit varying(8), iv interval(3), ti time(3), sh yard.short, pl yard.plain, mood yard.mood, arr varchar(10)[],
    x xml, o oid, r real, js json, jb jsonb, p yard.pair, mu yard.must DEFAULT 1, bp bpchar, tia time, na name, ar text[]
);
CREATE INDEX ON yard.things (v);
CREATE INDEX ON yard.things (vv) WHERE n > 0;
CREATE INDEX ON yard.things (lower(t));
CREATE UNIQUE INDEX things_n ON yard.things (n);
CREATE UNIQUE INDEX things_m ON yard.things (m);
CREATE STATISTICS yard.st ON n, m FROM yard.things;
CREATE VIEW yard.seen AS SELECT id, n FROM yard.things;
CREATE VIEW yard.seen_twice AS SELECT * FROM yard.seen;
CREATE MATERIALIZED VIEW yard.kept AS SELECT id, n FROM yard.things;
CREATE UNIQUE INDEX kept_id ON yard.kept (id);
CREATE TRIGGER noted BEFORE UPDATE ON yard.things FOR EACH ROW EXECUTE FUNCTION yard.noted();
CREATE POLICY mine ON yard.things USING (id > 0);
CREATE RULE nothing AS ON DELETE TO yard.things DO INSTEAD NOTHING;
CREATE TABLE yard.uses (id int PRIMARY KEY, thing bigint REFERENCES yard.things, loose bigint, w varchar(5) CHECK (w <> ''));
ALTER TABLE yard.uses ADD CONSTRAINT loosely FOREIGN KEY (loose) REFERENCES yard.things NOT VALID;
ALTER TABLE yard.uses ADD CONSTRAINT later CHECK (id > 0) NOT VALID;
CREATE TABLE yard.lonely (id int, a text, s serial, g int GENERATED ALWAYS AS (1) STORED, i int GENERATED ALWAYS AS IDENTITY, n int CHECK (n IS NOT NULL));
CREATE TABLE yard.log (id int NOT NULL, at int NOT NULL, k text, u bigint REFERENCES yard.things, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE yard.log_1 PARTITION OF yard.log FOR VALUES FROM (1) TO (10);
CREATE TABLE yard.log_2 PARTITION OF yard.log FOR VALUES FROM (10) TO (20) PARTITION BY LIST (id);
CREATE TABLE yard.log_2a PARTITION OF yard.log_2 FOR VALUES IN (1, 2);
CREATE INDEX log_k ON yard.log (k);
CREATE TABLE yard.of_log (id int, at int, FOREIGN KEY (id, at) REFERENCES yard.log);
CREATE TABLE yard.loose_log (id int NOT NULL, at int NOT NULL, k text, u bigint, PRIMARY KEY (id, at));
CREATE TABLE yard.fit_log (LIKE yard.loose_log INCLUDING ALL, CHECK (at >= 20 AND at < 30));
CREATE TABLE yard.codes (code text, at int) PARTITION BY LIST (code);
CREATE TABLE yard.codes_a PARTITION OF yard.codes FOR VALUES IN ('a');
CREATE TABLE yard.codes_rest PARTITION OF yard.codes DEFAULT;
CREATE TABLE yard.codes_new (code text, at int);
CREATE TABLE yard.codes_fit (code text NOT NULL CHECK (code = 'f'), at int);
CREATE TABLE yard.base (id int CHECK (id > 0), b text);
CREATE TABLE yard.child (more text) INHERITS (yard.base);
CREATE TABLE yard.no_child (id int CONSTRAINT base_id_check CHECK (id > 0), b text);
CREATE TABLE yard.typed OF yard.pair;
CREATE TABLE yard.untyped (a int, b text);
CREATE UNLOGGED TABLE yard.fleeting (id int, a text);
CREATE SEQUENCE yard.numbers;
CREATE PUBLICATION yard_pub FOR TABLE yard.things;
CREATE FOREIGN DATA WRAPPER yard_fdw;
CREATE SERVER yard_server FOREIGN DATA WRAPPER yard_fdw;
CREATE FOREIGN TABLE yard.far (id int, a text) SERVER yard_server;
DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'yard_role') THEN CREATE ROLE yard_role; END IF; END$$;
INSERT INTO yard.things (id, n, m, v, t, sh, mood, arr, d, o, ip, c) VALUES (1, 1, 1, 'v', 't', 'x', 'ok', '{a}', '2020-01-01', 1, '10.0.0.0/8', 'c');
INSERT INTO yard.uses VALUES (1, 1, NULL, 'w'); INSERT INTO yard.lonely (id, a, n) VALUES (1, '2', 1);
INSERT INTO yard.log VALUES (1, 1, 'k', 1), (1, 11, 'k', 1); INSERT INTO yard.of_log VALUES (1, 11);
INSERT INTO yard.loose_log VALUES (1, 22, 'k', 1); INSERT INTO yard.fit_log VALUES (1, 22, 'k', 1);
INSERT INTO yard.codes VALUES ('a', 1), ('z', 1); INSERT INTO yard.codes_new VALUES ('b', 1);
INSERT INTO yard.codes_fit VALUES ('f', 1);
INSERT INTO yard.base VALUES (1, 'b'); INSERT INTO yard.child VALUES (1, 'b', 'c'); INSERT INTO yard.no_child VALUES (1, 'b');
INSERT INTO yard.typed VALUES (1, 'b'); INSERT INTO yard.untyped VALUES (1, 'b'); INSERT INTO yard.fleeting VALUES (1, 'b');
REFRESH MATERIALIZED VIEW yard.kept;
