-- What is needed by constants, operators and casts inside SQL, and comes late in a script.
CREATE SEQUENCE numbers;
CREATE DOMAIN numbered AS int DEFAULT nextval('numbers');
CREATE TABLE kept (a int);
CREATE FUNCTION of_constant(a int DEFAULT nextval('numbers'), b regclass DEFAULT 'kept') RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION plus(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE OPERATOR +%+ (FUNCTION = plus, LEFTARG = int, RIGHTARG = int);
CREATE FUNCTION of_operator(int) RETURNS int RETURN $1 +%+ 1;
CREATE DOMAIN of_operators AS int CHECK (VALUE +%+ 1 > 0);
CREATE TYPE made AS (a int);
CREATE FUNCTION made_of(int) RETURNS made LANGUAGE sql IMMUTABLE AS 'SELECT row($1)::made';
CREATE CAST (int AS made) WITH FUNCTION made_of(int);
CREATE FUNCTION of_cast(int) RETURNS made RETURN $1::made;
CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
CREATE FUNCTION of_words(t text, c regconfig DEFAULT 'words') RETURNS tsvector RETURN to_tsvector('words', t);
CREATE TABLE searched (a text, b tsvector DEFAULT of_words('x', 'words'));
-- Access lists keep the order in which they were granted.
GRANT SELECT ON kept TO pg_write_all_data; GRANT INSERT ON kept TO pg_monitor; GRANT DELETE ON kept TO PUBLIC;
GRANT SELECT ON pg_catalog.pg_proc TO pg_write_all_data, pg_monitor; REVOKE USAGE ON TYPE int4 FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO pg_write_all_data, pg_monitor;
CREATE TYPE node;
CREATE FUNCTION node_in(cstring) RETURNS node LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION node_out(node) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE node (INPUT = node_in, OUTPUT = node_out, LIKE = int4);
CREATE CAST (node AS int4) WITHOUT FUNCTION AS IMPLICIT;
CREATE DOMAIN a_node AS node CHECK (VALUE::int4 > 0);
CREATE FUNCTION after_node(node) RETURNS int4 RETURN $1::int4 + 1;
