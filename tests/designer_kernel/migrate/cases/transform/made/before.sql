CREATE SCHEMA s;
CREATE TYPE s.thing AS (a int);
CREATE FUNCTION s.from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'dsimple_init';
