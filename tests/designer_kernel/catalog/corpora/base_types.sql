-- Base types with every option; their functions are the server's own, under other names.
CREATE SCHEMA "Base";
CREATE TYPE "Base"."Number";
CREATE FUNCTION "Base"."number in"(cstring) RETURNS "Base"."Number" LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION "Base".number_out("Base"."Number") RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE FUNCTION "Base".number_recv(internal) RETURNS "Base"."Number" LANGUAGE internal IMMUTABLE STRICT AS 'int4recv';
CREATE FUNCTION "Base".number_send("Base"."Number") RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'int4send';
CREATE TYPE "Base"."Number" (
    INPUT = "Base"."number in", OUTPUT = "Base".number_out, RECEIVE = "Base".number_recv, SEND = "Base".number_send,
    INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4, STORAGE = plain, CATEGORY = 'N', PREFERRED = true,
    DEFAULT = '42', DELIMITER = ';');
CREATE TYPE public.words;
CREATE FUNCTION public.words_in(cstring, oid, integer) RETURNS public.words LANGUAGE internal STABLE STRICT AS 'varcharin';
CREATE FUNCTION public.words_out(public.words) RETURNS cstring LANGUAGE internal STABLE STRICT AS 'varcharout';
CREATE FUNCTION public.words_mod_in(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE FUNCTION public.words_mod_out(integer) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodout';
CREATE FUNCTION public.words_analyze(internal) RETURNS boolean LANGUAGE internal AS 'array_typanalyze';
CREATE TYPE public.words (
    INPUT = public.words_in, OUTPUT = public.words_out, TYPMOD_IN = public.words_mod_in,
    TYPMOD_OUT = public.words_mod_out, ANALYZE = public.words_analyze, INTERNALLENGTH = VARIABLE, STORAGE = extended,
    COLLATABLE = true, DEFAULT = '');
CREATE TYPE public.listed;
CREATE FUNCTION public.listed_in(cstring) RETURNS public.listed LANGUAGE internal IMMUTABLE STRICT AS 'point_in';
CREATE FUNCTION public.listed_out(public.listed) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'point_out';
CREATE TYPE public.listed (
    INPUT = public.listed_in, OUTPUT = public.listed_out, INTERNALLENGTH = 16, ALIGNMENT = double, ELEMENT = float8,
    SUBSCRIPT = raw_array_subscript_handler);
CREATE TYPE public.like_text;
CREATE FUNCTION public.like_in(cstring) RETURNS public.like_text LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION public.like_out(public.like_text) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE public.like_text (INPUT = public.like_in, OUTPUT = public.like_out, LIKE = text);
CREATE TYPE public.small;
CREATE FUNCTION public.small_in(cstring) RETURNS public.small LANGUAGE internal IMMUTABLE STRICT AS 'charin';
CREATE FUNCTION public.small_out(public.small) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'charout';
CREATE TYPE public.small (INPUT = public.small_in, OUTPUT = public.small_out, LIKE = "char", STORAGE = plain);
COMMENT ON TYPE "Base"."Number" IS 'a number';
COMMENT ON FUNCTION "Base"."number in"(cstring) IS 'reads';

-- What uses them, before the functions in the alphabet and after.
CREATE DOMAIN public.a_domain AS "Base"."Number" DEFAULT '7';
CREATE DOMAIN public.some_words AS public.words(20) COLLATE "C";
CREATE DOMAIN public.no_words AS public.words;
ALTER DOMAIN public.no_words DROP DEFAULT;
CREATE TYPE public.a_row AS (n "Base"."Number", w public.words(10) COLLATE "POSIX", ws public.words[], l public.listed);
CREATE FUNCTION "Base".a_function("Base"."Number" DEFAULT '3', public.words[] DEFAULT '{}') RETURNS public.a_row
    LANGUAGE sql AS 'SELECT NULL::public.a_row';
CREATE TABLE public.t (n "Base"."Number" DEFAULT '5', w public.words(30) NOT NULL, l public.like_text, s public.small[]);
CREATE CAST ("Base"."Number" AS integer) WITHOUT FUNCTION AS IMPLICIT;
CREATE CAST (integer AS "Base"."Number") WITHOUT FUNCTION AS ASSIGNMENT;
CREATE CAST (public.like_text AS text) WITHOUT FUNCTION;
CREATE CAST (public.small AS text) WITH INOUT AS ASSIGNMENT;
