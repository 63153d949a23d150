-- Owners, grants and what was revoked, on every kind of object that has an access list.
-- needs: 14

DO $$
DECLARE r text;
BEGIN
    FOREACH r IN ARRAY ARRAY['corpus_owner', 'Corpus "Second"', 'corpus_reader', 'corpus_writer', 'corpus_passer'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) THEN
            EXECUTE format('CREATE ROLE %I', r);
        END IF;
    END LOOP;
END
$$;

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO corpus_writer WITH GRANT OPTION;
ALTER SCHEMA public OWNER TO corpus_owner;
CREATE SCHEMA "Odd ""place""" AUTHORIZATION corpus_owner;
CREATE SCHEMA closed;
REVOKE ALL ON SCHEMA closed FROM CURRENT_USER;
GRANT USAGE, CREATE ON SCHEMA "Odd ""place""" TO PUBLIC;
SET search_path = "Odd ""place""";

CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, "Odd column" text, secret text, serial_number serial);
ALTER TABLE t OWNER TO corpus_owner;
-- several roles, not in the order of their names
GRANT SELECT ON t TO corpus_writer;
GRANT INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON t TO corpus_reader;
GRANT ALL ON t TO PUBLIC;
REVOKE DELETE ON t FROM PUBLIC;
GRANT SELECT ("Odd column"), INSERT (id, "Odd column"), UPDATE (secret), REFERENCES (id) ON t TO corpus_reader;
GRANT SELECT (secret) ON t TO PUBLIC;
GRANT SELECT (secret) ON t TO corpus_writer WITH GRANT OPTION;
GRANT SELECT (id) ON t TO corpus_owner;
REVOKE TRUNCATE, TRIGGER ON t FROM corpus_owner;
-- passed on by somebody who is not the owner
GRANT SELECT, UPDATE ON t TO corpus_passer WITH GRANT OPTION;
SET ROLE corpus_passer;
GRANT SELECT ON t TO "Corpus ""Second""" WITH GRANT OPTION;
GRANT UPDATE ("Odd column") ON t TO "Corpus ""Second""";
SET ROLE "Corpus ""Second""";
GRANT SELECT ON t TO corpus_writer;
RESET ROLE;

-- nothing left, not even for the owner
CREATE TABLE nobody (a int);
REVOKE ALL ON nobody FROM CURRENT_USER;
CREATE TABLE owner_with_option (a int);
GRANT SELECT ON owner_with_option TO CURRENT_USER WITH GRANT OPTION;
CREATE TABLE just_like_new (a int);
GRANT SELECT ON just_like_new TO corpus_reader;
REVOKE SELECT ON just_like_new FROM corpus_reader;

CREATE TABLE parted (a int) PARTITION BY LIST (a);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
ALTER TABLE parted OWNER TO corpus_owner;
ALTER TABLE parted_1 OWNER TO "Corpus ""Second""";
GRANT SELECT ON parted TO corpus_reader;
GRANT SELECT (a) ON parted_1 TO corpus_reader;

CREATE VIEW v AS SELECT id, secret FROM t;
ALTER VIEW v OWNER TO "Corpus ""Second""";
GRANT SELECT ON v TO corpus_reader;
GRANT UPDATE (secret), SELECT (id) ON v TO corpus_writer;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS one;
ALTER MATERIALIZED VIEW m OWNER TO corpus_owner;
GRANT SELECT ON m TO corpus_reader;
GRANT SELECT (one) ON m TO corpus_writer;

CREATE SEQUENCE free;
ALTER SEQUENCE free OWNER TO corpus_owner;
GRANT USAGE, SELECT ON SEQUENCE free TO corpus_reader;
GRANT UPDATE ON SEQUENCE t_serial_number_seq TO corpus_writer;
REVOKE ALL ON SEQUENCE t_serial_number_seq FROM corpus_owner;
GRANT USAGE ON SEQUENCE t_id_seq TO corpus_reader;

CREATE FUNCTION f(a integer, b text[] DEFAULT '{}') RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION "of everybody"() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(INOUT a integer) LANGUAGE plpgsql AS 'BEGIN a := 1; END';
CREATE FUNCTION many(VARIADIC a numeric[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
CREATE AGGREGATE count_all(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
REVOKE EXECUTE ON FUNCTION f FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f TO corpus_reader WITH GRANT OPTION;
ALTER FUNCTION f OWNER TO corpus_owner;
REVOKE EXECUTE ON PROCEDURE p FROM PUBLIC, CURRENT_USER;
ALTER PROCEDURE p OWNER TO corpus_owner;
GRANT EXECUTE ON FUNCTION many TO corpus_writer;
REVOKE EXECUTE ON FUNCTION total(integer) FROM PUBLIC;
ALTER AGGREGATE total(integer) OWNER TO corpus_owner;
GRANT EXECUTE ON FUNCTION count_all() TO corpus_reader;
REVOKE EXECUTE ON FUNCTION "of everybody" FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "of everybody" TO PUBLIC;

CREATE TYPE e AS ENUM ('a');
CREATE DOMAIN d AS integer;
CREATE TYPE c AS (a integer, b text);
CREATE TYPE r AS RANGE (SUBTYPE = integer);
REVOKE USAGE ON TYPE e FROM PUBLIC;
GRANT USAGE ON TYPE e TO corpus_reader;
REVOKE USAGE ON DOMAIN d FROM PUBLIC;
GRANT USAGE ON TYPE c TO corpus_reader WITH GRANT OPTION;
REVOKE USAGE ON TYPE r FROM PUBLIC;
ALTER TYPE e OWNER TO corpus_owner;
ALTER DOMAIN d OWNER TO corpus_owner;
ALTER TYPE c OWNER TO corpus_owner;
ALTER TYPE r OWNER TO corpus_owner;

CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer);
ALTER OPERATOR === (integer, integer) OWNER TO corpus_owner;
CREATE OPERATOR FAMILY fam USING btree;
ALTER OPERATOR FAMILY fam USING btree OWNER TO corpus_owner;
CREATE OPERATOR CLASS cls FOR TYPE integer USING hash AS OPERATOR 1 =, FUNCTION 1 hashint4(integer);
ALTER OPERATOR CLASS cls USING hash OWNER TO corpus_owner;
CREATE COLLATION coll FROM "C";
ALTER COLLATION coll OWNER TO corpus_owner;
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
ALTER CONVERSION conv OWNER TO corpus_owner;
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = simple);
ALTER TEXT SEARCH DICTIONARY dict OWNER TO corpus_owner;
CREATE TEXT SEARCH CONFIGURATION conf (COPY = english);
ALTER TEXT SEARCH CONFIGURATION conf OWNER TO corpus_owner;
CREATE STATISTICS stats ON id, secret FROM t;
ALTER STATISTICS stats OWNER TO "Corpus ""Second""";

CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER srv FOREIGN DATA WRAPPER w;
GRANT USAGE ON FOREIGN DATA WRAPPER w TO corpus_reader WITH GRANT OPTION;
GRANT USAGE ON FOREIGN SERVER srv TO corpus_writer;
ALTER SERVER srv OWNER TO corpus_owner;
CREATE FOREIGN TABLE ft (a int, b int) SERVER srv;
ALTER FOREIGN TABLE ft OWNER TO corpus_owner;
GRANT SELECT ON ft TO corpus_reader;
GRANT SELECT (b) ON ft TO corpus_writer;
CREATE PUBLICATION pub FOR TABLE t;
ALTER PUBLICATION pub OWNER TO corpus_owner;
