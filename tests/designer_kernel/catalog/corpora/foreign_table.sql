-- Foreign tables: options, options of columns, checks, defaults, generation, as children and as partitions.
CREATE SCHEMA "F S";
CREATE FOREIGN DATA WRAPPER dummy;
CREATE SERVER s FOREIGN DATA WRAPPER dummy; CREATE SERVER "S.2" FOREIGN DATA WRAPPER dummy;
CREATE SEQUENCE numbers;
CREATE FOREIGN TABLE empty () SERVER s;
CREATE FOREIGN TABLE plain (id integer, a text) SERVER s;
CREATE FOREIGN TABLE full_of_options (
    id integer OPTIONS (column_name 'ID', "Odd.key" 'it''s', key 'true') NOT NULL,
    a text COLLATE "C" DEFAULT 'x' NOT NULL,
    b varchar(10) OPTIONS (b E'back\\slash = 1') CHECK (b <> ''),
    c integer GENERATED ALWAYS AS (id * 2) STORED,
    "D.d" numeric(10, 2) DEFAULT nextval('numbers'),
    CONSTRAINT "Che.ck" CHECK (id > 0 AND a IS NOT NULL),
    CONSTRAINT own CHECK (id < 100) NO INHERIT
) SERVER "S.2" OPTIONS (schema_name 'x', "Table" 'y=z', empty '');
CREATE FOREIGN TABLE "F S"."For.eign" ("group" integer) SERVER s OPTIONS (t 'F');
ALTER FOREIGN TABLE plain ADD CONSTRAINT late CHECK (id > 0) NOT VALID;
ALTER FOREIGN TABLE plain ALTER COLUMN a SET STATISTICS 500;
ALTER FOREIGN TABLE plain ALTER COLUMN a SET (n_distinct = 5);
ALTER FOREIGN TABLE plain ALTER COLUMN a SET STORAGE EXTERNAL;
ALTER FOREIGN TABLE plain ALTER COLUMN id OPTIONS (ADD x '1');
COMMENT ON FOREIGN TABLE plain IS 'plain'; COMMENT ON COLUMN plain.a IS 'a';
COMMENT ON CONSTRAINT "Che.ck" ON full_of_options IS 'check';
GRANT SELECT ON plain TO PUBLIC; GRANT UPDATE (a) ON plain TO PUBLIC;

CREATE TABLE parent (id integer NOT NULL, a text DEFAULT 'p', CHECK (id > 0));
CREATE FOREIGN TABLE child (extra text) INHERITS (parent) SERVER s OPTIONS (x 'child');
ALTER FOREIGN TABLE child ALTER COLUMN a SET DEFAULT 'c'; ALTER FOREIGN TABLE child ALTER COLUMN id OPTIONS (y '2');
CREATE FOREIGN TABLE adopted (a text, id integer NOT NULL, own integer, CONSTRAINT parent_id_check CHECK (id > 0)) SERVER s;
ALTER FOREIGN TABLE adopted INHERIT parent;
CREATE TABLE grandchild (more integer) INHERITS (child);

CREATE TABLE p (id integer NOT NULL, day date, name text DEFAULT 'n') PARTITION BY RANGE (day);
CREATE FOREIGN TABLE p_1 PARTITION OF p (name DEFAULT 'own' NOT NULL, CONSTRAINT own CHECK (id > 1))
    FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') SERVER s OPTIONS (x 'p_1');
ALTER FOREIGN TABLE p_1 ALTER COLUMN day OPTIONS (z '3');
CREATE FOREIGN TABLE p_2 (name text, day date, id integer NOT NULL) SERVER s;
ALTER TABLE p ATTACH PARTITION p_2 FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE FOREIGN TABLE p_rest PARTITION OF p DEFAULT SERVER "S.2";

CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER before BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER off AFTER UPDATE ON plain EXECUTE FUNCTION f(); ALTER FOREIGN TABLE plain DISABLE TRIGGER off;
CREATE VIEW over_foreign AS SELECT id, a FROM plain;
CREATE MATERIALIZED VIEW stored_foreign AS SELECT id FROM plain WITH NO DATA;
CREATE TABLE of_rows (r plain, l plain[]);
CREATE SEQUENCE owned OWNED BY plain.id;
