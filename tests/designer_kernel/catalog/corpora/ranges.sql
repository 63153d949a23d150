-- Range types with every option, their multiranges, and what uses their functions.
CREATE SCHEMA "Ranges";
CREATE SCHEMA "Multi";
CREATE COLLATION "Ranges"."Order" (LOCALE = 'C');
CREATE FUNCTION "Ranges"."Distance"(double precision, double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT AS 'SELECT $1 - $2';
CREATE TYPE public.floatrange AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE TYPE public.plainrange AS RANGE (SUBTYPE = text);
CREATE TYPE "Ranges"."Text Range" AS RANGE (
    SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "Ranges"."Order",
    MULTIRANGE_TYPE_NAME = "Multi"."Text.Many");
CREATE TYPE public.c_text AS RANGE (SUBTYPE = text, COLLATION = "C");
CREATE TYPE public.diffed AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = "Ranges"."Distance", MULTIRANGE_TYPE_NAME = many);
CREATE TYPE public.range_of_domainless AS RANGE (SUBTYPE = varchar(10));
CREATE DOMAIN public.hour AS integer CHECK (VALUE BETWEEN 0 AND 24);
CREATE TYPE public.hours AS RANGE (SUBTYPE = public.hour);
CREATE TYPE public.pair AS (a integer, b integer);
CREATE TYPE public.pairs AS RANGE (SUBTYPE = public.pair);
CREATE TYPE public.of_ranges AS RANGE (SUBTYPE = public.floatrange);
CREATE TYPE public.arrays AS RANGE (SUBTYPE = integer[]);

-- A canonical function takes the type that it is part of.
CREATE TYPE "Ranges".whole;
CREATE FUNCTION "Ranges".canonical("Ranges".whole) RETURNS "Ranges".whole
    LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE "Ranges".whole AS RANGE (SUBTYPE = integer, CANONICAL = "Ranges".canonical, SUBTYPE_DIFF = int4range_subdiff);

-- Users of the types, of their multiranges, and of the functions that come with them.
CREATE TABLE public.periods (
    a public.floatrange DEFAULT public.floatrange(0, 1), b public.floatmultirange, c "Multi"."Text.Many"[],
    d "Ranges".whole, e public.hours, f public.many DEFAULT public.many(public.diffed(1, 2)),
    EXCLUDE USING gist (a WITH &&));
CREATE DOMAIN public.some_floats AS public.floatmultirange CHECK (NOT isempty(VALUE));
CREATE FUNCTION public.width(public.floatrange) RETURNS double precision LANGUAGE sql AS 'SELECT upper($1) - lower($1)';
CREATE FUNCTION public.anyway(anyrange, anymultirange, anyelement) RETURNS anyarray LANGUAGE sql AS 'SELECT ARRAY[$3]';
CREATE VIEW public.v AS SELECT public.floatrange(1, 2) AS made, public.hours(1::public.hour, 2::public.hour) AS h;
COMMENT ON TYPE public.floatrange IS 'from and to';
COMMENT ON TYPE "Ranges".whole IS 'whole numbers';
