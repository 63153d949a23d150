-- access
-- Creates 2 roles, 2 schemas, 2 types, 2 functions, 1 table, 1 index, 2 views, 1 trigger, 4 policies, 10 privileges.
-- One transaction: psql -v ON_ERROR_STOP=1 -f FILE

BEGIN;

SET LOCAL client_encoding = 'UTF8';
SET LOCAL standard_conforming_strings = on;
SET LOCAL default_tablespace = '';
SET LOCAL default_table_access_method = heap;
SET LOCAL xmloption = content;
SET LOCAL check_function_bodies = off;
SET LOCAL search_path = public;


-- Roles -------------------------------------------------------------------------------------------

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'golden Reader') THEN
        CREATE ROLE "golden Reader" NOLOGIN;
    END IF;
END
$$;

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'golden_writer') THEN
        CREATE ROLE golden_writer NOLOGIN;
    END IF;
END
$$;


-- Schemas -----------------------------------------------------------------------------------------

CREATE SCHEMA IF NOT EXISTS secure;
COMMENT ON SCHEMA secure IS 'Kept apart';


-- Types -------------------------------------------------------------------------------------------

CREATE TYPE secure.level AS ENUM ('low', 'high');
COMMENT ON TYPE secure.level IS E'with ''quotes'', \\ and
a line';

CREATE DOMAIN secure.code AS text;
COMMENT ON DOMAIN secure.code IS 'a domain';


-- Functions ---------------------------------------------------------------------------------------

CREATE PROCEDURE secure.purge(IN int)
    LANGUAGE plpgsql
AS $$BEGIN NULL; END$$;
COMMENT ON PROCEDURE secure.purge(IN integer) IS 'a procedure';

CREATE FUNCTION secure.tenant()
    RETURNS text
    LANGUAGE sql STABLE
AS $$ SELECT current_setting('app.tenant', true) $$;
COMMENT ON FUNCTION secure.tenant() IS 'a function';


-- Tables ------------------------------------------------------------------------------------------

CREATE TABLE secure.document (
    id     bigint       NOT NULL,
    tenant text         NOT NULL,
    level  secure.level,
    body   text,
    CONSTRAINT document_pkey PRIMARY KEY (id),
    CONSTRAINT short CHECK (length(body) < 100)
);
ALTER TABLE secure.document ENABLE ROW LEVEL SECURITY;
ALTER TABLE secure.document FORCE ROW LEVEL SECURITY;
COMMENT ON COLUMN secure.document.body IS 'ünï → ☃';
COMMENT ON CONSTRAINT document_pkey ON secure.document IS 'a key';
COMMENT ON CONSTRAINT short ON secure.document IS 'a check';
COMMENT ON TABLE secure.document IS ' -- not a comment''; DROP TABLE x; ';


-- Indexes -----------------------------------------------------------------------------------------

CREATE INDEX document_tenant ON secure.document (tenant);
COMMENT ON INDEX secure.document_tenant IS 'an index';


-- Views -------------------------------------------------------------------------------------------

CREATE MATERIALIZED VIEW secure.counts AS
SELECT count(*) AS n
   FROM secure.document
WITH NO DATA;
COMMENT ON COLUMN secure.counts.n IS 'a column of a materialized view';
COMMENT ON MATERIALIZED VIEW secure.counts IS 'a materialized view';

CREATE VIEW secure.titles AS
SELECT id,
    tenant
   FROM secure.document;
COMMENT ON COLUMN secure.titles.tenant IS 'a column of a view';
COMMENT ON VIEW secure.titles IS 'a view';


-- Triggers ----------------------------------------------------------------------------------------

CREATE TRIGGER keep
    BEFORE UPDATE ON secure.document
    FOR EACH ROW
    EXECUTE FUNCTION pg_catalog.suppress_redundant_updates_trigger();
COMMENT ON TRIGGER keep ON secure.document IS 'a trigger';


-- Policies ----------------------------------------------------------------------------------------

CREATE POLICY adding ON secure.document
    FOR INSERT
    TO golden_writer
    WITH CHECK (id > 0);

CREATE POLICY everybody ON secure.document
    FOR SELECT
    USING (level = 'low'::secure.level);

CREATE POLICY narrow ON secure.document
    AS RESTRICTIVE
    FOR UPDATE
    TO golden_writer
    USING (EXISTS ( SELECT
   FROM secure.document d
  WHERE (d.id = document.id)));

CREATE POLICY "own rows" ON secure.document
    TO golden_writer, "golden Reader"
    USING (tenant = secure.tenant())
    WITH CHECK (tenant = secure.tenant());
COMMENT ON POLICY "own rows" ON secure.document IS 'a policy';


-- Privileges --------------------------------------------------------------------------------------

REVOKE EXECUTE ON ROUTINE secure.tenant() FROM PUBLIC;
GRANT SELECT (id) ON TABLE secure.document TO "golden Reader";
GRANT SELECT (tenant), UPDATE (tenant) ON TABLE secure.document TO "golden Reader";
GRANT EXECUTE ON ROUTINE secure.tenant() TO golden_writer;
GRANT SELECT ON TABLE secure.counts TO "golden Reader" WITH GRANT OPTION;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE secure.document TO golden_writer;
GRANT SELECT ON TABLE secure.titles TO PUBLIC;
GRANT USAGE ON SCHEMA secure TO "golden Reader";
GRANT USAGE ON SCHEMA secure TO golden_writer;
GRANT USAGE ON TYPE secure.level TO golden_writer;

COMMIT;
