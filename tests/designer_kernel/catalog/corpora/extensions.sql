-- Extensions: their schemas, what they need, comments, and what was changed about their objects.
-- needs: 14

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'corpus_reader') THEN
        CREATE ROLE corpus_reader;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'corpus_passer') THEN
        CREATE ROLE corpus_passer;
    END IF;
END
$$;

CREATE SCHEMA "Ext ensions";
CREATE EXTENSION earthdistance WITH SCHEMA "Ext ensions" CASCADE;
CREATE EXTENSION citext WITH SCHEMA "Ext ensions";
CREATE EXTENSION pg_stat_statements;
CREATE EXTENSION lo;
CREATE EXTENSION postgres_fdw;
CREATE EXTENSION hstore WITH SCHEMA "Ext ensions";
CREATE EXTENSION pg_visibility WITH SCHEMA pg_catalog;
COMMENT ON EXTENSION citext IS 'it''s ours';
COMMENT ON EXTENSION lo IS NULL;
ALTER EXTENSION hstore SET SCHEMA public;
-- what was added to an extension is the extension's
CREATE TABLE member (a int);
CREATE FUNCTION member_function() RETURNS int LANGUAGE sql AS 'SELECT 1';
ALTER EXTENSION lo ADD TABLE member;
ALTER EXTENSION lo ADD FUNCTION member_function();
-- what may be done with an extension's objects, other than the extension says
REVOKE EXECUTE ON FUNCTION "Ext ensions".citext(boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION "Ext ensions".citext(boolean) TO corpus_reader;
GRANT EXECUTE ON FUNCTION "Ext ensions".min("Ext ensions".citext) TO corpus_passer WITH GRANT OPTION;
REVOKE SELECT ON pg_stat_statements FROM PUBLIC;
GRANT SELECT (query) ON pg_stat_statements TO corpus_reader;
REVOKE USAGE ON TYPE "Ext ensions".citext FROM PUBLIC;
GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO corpus_reader;
REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(double precision) TO corpus_reader;
GRANT SELECT (rolpassword) ON pg_catalog.pg_authid TO corpus_reader;
CREATE TABLE t (a "Ext ensions".citext, h hstore, c "Ext ensions".cube);
CREATE INDEX ON t USING gist (c);

-- A function of the system itself that has another owner, and that its first owner may not use.
ALTER FUNCTION pg_catalog.pg_stat_reset() OWNER TO corpus_reader;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_stat_reset() FROM corpus_reader;
