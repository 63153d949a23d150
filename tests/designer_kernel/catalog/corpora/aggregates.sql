-- Aggregates of every kind with every option.
CREATE SCHEMA "Agg";
CREATE FUNCTION public.add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1 + $2';
CREATE FUNCTION public.subtract(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1 - $2';
CREATE FUNCTION "Agg"."Final"(integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE FUNCTION public.final_extra(integer, integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE AGGREGATE public.total(integer) (SFUNC = public.add, STYPE = integer);
CREATE AGGREGATE public."Total of" (first integer) (
    SFUNC = public.add, STYPE = integer, SSPACE = 100, FINALFUNC = public.final_extra, FINALFUNC_EXTRA,
    FINALFUNC_MODIFY = SHAREABLE, COMBINEFUNC = public.add, INITCOND = '0', PARALLEL = SAFE,
    MSFUNC = public.add, MINVFUNC = public.subtract, MSTYPE = integer, MSSPACE = 50, MFINALFUNC = "Agg"."Final",
    MFINALFUNC_MODIFY = READ_WRITE, MINITCOND = '0');
CREATE AGGREGATE "Agg".texts(text) (SFUNC = textcat, STYPE = text, INITCOND = '', PARALLEL = RESTRICTED);
CREATE AGGREGATE "Agg".quoted(text) (SFUNC = textcat, STYPE = text, INITCOND = 'it''s \ so');
CREATE AGGREGATE public.smallest(integer) (SFUNC = int4smaller, STYPE = integer, SORTOP = <);
CREATE AGGREGATE public.counted(*) (SFUNC = int8inc, STYPE = int8, INITCOND = '0');
CREATE AGGREGATE public.serial(numeric) (
    SFUNC = numeric_avg_accum, STYPE = internal, FINALFUNC = numeric_avg, COMBINEFUNC = numeric_avg_combine,
    SERIALFUNC = numeric_avg_serialize, DESERIALFUNC = numeric_avg_deserialize, FINALFUNC_MODIFY = READ_ONLY);
CREATE FUNCTION public.any_step(integer, VARIADIC "any") RETURNS integer LANGUAGE internal AS 'pg_num_nulls';
CREATE AGGREGATE public.any_count(VARIADIC "any") (SFUNC = public.any_step, STYPE = integer);
CREATE FUNCTION public.list_step(integer, integer[]) RETURNS integer LANGUAGE sql AS 'SELECT $1 + array_length($2, 1)';
CREATE AGGREGATE public.list_count(VARIADIC items integer[]) (SFUNC = public.list_step, STYPE = integer, INITCOND = '0');
CREATE AGGREGATE public.gathered(anycompatible) (SFUNC = array_append, STYPE = anycompatiblearray, INITCOND = '{}');
CREATE AGGREGATE public.two(a double precision, b double precision) (
    SFUNC = float8_regr_accum, STYPE = double precision[], FINALFUNC = float8_corr, INITCOND = '{0,0,0,0,0,0}');
-- Ordered sets and hypothetical sets.
CREATE AGGREGATE public.percent(double precision ORDER BY anyelement) (
    SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA = true,
    FINALFUNC_MODIFY = READ_WRITE);
CREATE AGGREGATE public.percent_shared("P" double precision ORDER BY "V" anyelement) (
    SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA = true,
    FINALFUNC_MODIFY = SHAREABLE);
CREATE AGGREGATE public.no_direct(ORDER BY anyelement) (
    SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA);
CREATE AGGREGATE public.my_rank(VARIADIC "any" ORDER BY VARIADIC "any") (
    SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
-- Types of our own, and uses.
CREATE TYPE "Agg"."State" AS (n integer);
CREATE FUNCTION "Agg".step("Agg"."State", "Agg"."State"[]) RETURNS "Agg"."State" LANGUAGE sql AS 'SELECT $1';
CREATE AGGREGATE "Agg"."Select"("Agg"."State"[]) (SFUNC = "Agg".step, STYPE = "Agg"."State");
CREATE TABLE public.numbers (n integer, t text);
CREATE VIEW public.sums AS
    SELECT public.total(n) AS a, public."Total of"(n) OVER () AS b, public.counted(*) OVER () FROM public.numbers GROUP BY n;
CREATE FUNCTION public.uses() RETURNS integer LANGUAGE sql AS 'SELECT public.total(n) FROM public.numbers';
COMMENT ON AGGREGATE public.total(integer) IS 'sum';
COMMENT ON AGGREGATE public.counted(*) IS 'how many';
COMMENT ON AGGREGATE public.percent(double precision ORDER BY anyelement) IS 'share';
COMMENT ON AGGREGATE public.my_rank(VARIADIC "any" ORDER BY VARIADIC "any") IS 'place';
COMMENT ON AGGREGATE public.list_count(VARIADIC integer[]) IS 'lists';
