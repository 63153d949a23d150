-- Functions and procedures with every option, and bodies that need care.
CREATE SCHEMA "Fn";
CREATE TYPE "Fn"."T" AS (a integer);
CREATE TABLE "Fn".data (id integer PRIMARY KEY, "Value" text);

CREATE FUNCTION public.plain() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION "Fn"."All Options"("A" integer, INOUT b text DEFAULT 'it''s', OUT "C" numeric, VARIADIC d "Fn"."T"[] DEFAULT '{}')
    RETURNS SETOF record LANGUAGE plpgsql IMMUTABLE STRICT LEAKPROOF SECURITY DEFINER PARALLEL RESTRICTED COST 12.5 ROWS 77
    SET search_path TO "Fn", pg_catalog, "$user" SET work_mem TO '4MB' SET "app.setting" TO 'a, b''c'
    SET DateStyle TO iso, dmy SET enable_seqscan TO off
    AS $body$ BEGIN RETURN; END $body$;
CREATE FUNCTION public.empty_path() RETURNS void LANGUAGE sql SET search_path TO '' AS 'SELECT';
SET search_path TO "Fn", public;
CREATE FUNCTION public.from_current() RETURNS void LANGUAGE sql SET search_path FROM CURRENT AS 'SELECT';
RESET search_path;
CREATE FUNCTION public.many_columns(integer) RETURNS TABLE ("Id" integer, "select" text, t "Fn"."T"[])
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 1 AS 'SELECT 1, ''a'', NULL::"Fn"."T"[]';
CREATE FUNCTION public.one_out(OUT x integer) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.two_outs(IN a integer, OUT x integer, OUT y "Fn"."T") LANGUAGE sql AS 'SELECT 1, NULL::"Fn"."T"';
CREATE FUNCTION public.row_type("Fn".data) RETURNS SETOF "Fn".data LANGUAGE sql AS 'SELECT $1.*';
CREATE FUNCTION public.poly(anyelement, anyarray, anynonarray DEFAULT 1) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION public.poly2(anycompatible, VARIADIC anycompatiblearray) RETURNS anycompatible LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION public.defaults(
    a integer DEFAULT 1 + 2, b text DEFAULT lower('X'), c "Fn"."T" DEFAULT ROW(1), d integer[] DEFAULT ARRAY[1, 2],
    e timestamptz DEFAULT now(), f text DEFAULT NULL, g double precision DEFAULT -1.5, h boolean DEFAULT (1 = 1) IS TRUE,
    i text DEFAULT 'a' COLLATE "C", j interval DEFAULT '1 day') RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.types(character varying, numeric, "char", bit varying, time with time zone, bpchar, name, regclass)
    RETURNS character varying LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION public.trigger_function() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION public.event_function() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION public.windowed() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE AS 'window_row_number';
CREATE FUNCTION public.windowed_too(anyelement, integer) RETURNS anyelement LANGUAGE internal WINDOW STRICT AS 'window_lag_with_offset';
CREATE FUNCTION public.support(internal) RETURNS internal LANGUAGE internal STRICT AS 'generate_series_int4_support';
CREATE FUNCTION public.series(integer, integer) RETURNS SETOF integer LANGUAGE internal STRICT COST 3 ROWS 50 SUPPORT public.support
    AS 'generate_series_int4';
CREATE FUNCTION public.in_c() RETURNS language_handler LANGUAGE c COST 1 AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION public.cost_hundred() RETURNS integer LANGUAGE internal COST 100 AS 'pg_backend_pid';
CREATE FUNCTION public.cost_one() RETURNS integer LANGUAGE sql COST 1 AS 'SELECT 1';

-- Overloads, and identities that differ in little.
CREATE FUNCTION public.over(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION public.over(bigint) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION public.over(VARIADIC integer[]) RETURNS integer LANGUAGE sql AS 'SELECT 3';
CREATE FUNCTION "Fn".over(integer) RETURNS integer LANGUAGE sql AS 'SELECT 4';
CREATE FUNCTION public."over"("Fn"."T", OUT integer) RETURNS integer LANGUAGE sql AS 'SELECT 5';
COMMENT ON FUNCTION public.over(integer) IS 'integer';
COMMENT ON FUNCTION public.over(VARIADIC integer[]) IS 'list';
COMMENT ON FUNCTION public.over("Fn"."T") IS 'row';

-- Procedures.
CREATE PROCEDURE public.nothing() LANGUAGE sql AS '';
CREATE PROCEDURE public.proc(integer, integer) LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE public.proc(integer, INOUT text DEFAULT 'x', VARIADIC "Fn"."T"[] DEFAULT NULL) LANGUAGE plpgsql SECURITY DEFINER
    SET statement_timeout TO '1s' AS 'BEGIN COMMIT; END';
CREATE PROCEDURE "Fn"."Proc"(IN a integer, OUT b integer) LANGUAGE plpgsql AS 'BEGIN b := a; END';
CREATE PROCEDURE "Fn"."Proc"(a integer, b text) LANGUAGE plpgsql AS 'BEGIN END';
COMMENT ON PROCEDURE public.nothing() IS 'none';
COMMENT ON PROCEDURE public.proc(integer, integer) IS 'two';
COMMENT ON PROCEDURE "Fn"."Proc"(IN integer, OUT integer) IS 'one in, one out';

-- Bodies in standard SQL.
CREATE FUNCTION public.returned(a integer) RETURNS integer LANGUAGE sql RETURN a + 1;
CREATE FUNCTION public.atomic(a integer DEFAULT 3) RETURNS SETOF "Fn".data LANGUAGE sql
    BEGIN ATOMIC
        INSERT INTO "Fn".data VALUES (a, ';');
        SELECT id, "Value" FROM "Fn".data WHERE id = atomic.a;
        SELECT d.* FROM "Fn".data d ORDER BY public.over(d.id);
    END;
CREATE FUNCTION public.unnamed_literals() RETURNS TABLE (a integer, b text) LANGUAGE sql
    BEGIN ATOMIC SELECT -1, 'z' WHERE EXISTS (SELECT 'x' FROM "Fn".data); END;
CREATE PROCEDURE public.two_ways(IN integer, OUT integer) LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE public.two_ways(IN integer, IN integer) LANGUAGE sql AS 'SELECT 1';
COMMENT ON PROCEDURE public.two_ways(IN integer, IN integer) IS 'both in';
GRANT EXECUTE ON PROCEDURE public.two_ways(IN integer, IN integer) TO pg_monitor;
CREATE FUNCTION public.atomic_nothing() RETURNS void LANGUAGE sql BEGIN ATOMIC END;
CREATE PROCEDURE public.atomic_procedure(a integer, b text) LANGUAGE sql
    BEGIN ATOMIC DELETE FROM "Fn".data WHERE id = a; UPDATE "Fn".data SET "Value" = b; END;
CREATE VIEW public.over_view AS SELECT public.returned(id) AS r FROM "Fn".data;
CREATE FUNCTION public.a_reads_view() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM public.over_view);

-- Bodies that look like something else.
CREATE FUNCTION public.dollars() RETURNS text LANGUAGE plpgsql AS $outer$
BEGIN
    EXECUTE $$SELECT '$function$'$$; EXECUTE $body$ SELECT $$ $$ $body$; EXECUTE $function$ $function$;
    RETURN $$a$$;
END
$outer$;
CREATE FUNCTION public.ends_with_dollar() RETURNS text LANGUAGE sql AS 'SELECT ''x'' AS a$';
CREATE FUNCTION public.backslashes() RETURNS text LANGUAGE sql AS 'SELECT ''\n\\''::text --  trailing   
   ';
CREATE FUNCTION public.leading() RETURNS integer LANGUAGE sql AS '


   SELECT 1;

   ';
CREATE FUNCTION public.carriage() RETURNS integer LANGUAGE plpgsql AS E'\r\nBEGIN\r\n\tRETURN 1; -- x\r\nEND\r\n';
CREATE FUNCTION public.unicode() RETURNS text LANGUAGE sql AS 'SELECT ''Ünïcode ☃ 名前 \u202e''::text';
CREATE FUNCTION public.psql_words() RETURNS text LANGUAGE sql AS 'SELECT '':HOST :"USER" \q'' -- \q :x :''y''
';
CREATE FUNCTION public."RETURNS x LANGUAGE y"("LANGUAGE sql" integer DEFAULT 1) RETURNS integer LANGUAGE sql AS ' SELECT "LANGUAGE sql" ';
CREATE FUNCTION public.commented() RETURNS integer LANGUAGE sql AS '/* CREATE OR REPLACE */ SELECT 1 -- no end';

-- The server calls the one parameter that has no name "".
CREATE FUNCTION public.partly_named(a integer, text, OUT c integer, OUT "Rest" text) LANGUAGE sql
    BEGIN ATOMIC SELECT a + length($2), $2 || '""'; END;
CREATE FUNCTION public.partly_returned(integer, b integer DEFAULT 1) RETURNS integer LANGUAGE sql RETURN $1 + b;
