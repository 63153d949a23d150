-- Domains, enums, composite types and shell types with every option, and names that need care.

CREATE SCHEMA "Types";
CREATE COLLATION "Types"."My Collation" (LOCALE = 'C');

-- Enums: order of labels, none at all, labels that need care, labels added in between.
CREATE TYPE "Types"."Mood" AS ENUM ('sad', 'Happy', 'it''s "fine"', 'back\slash', '', ' lead and trail ', 'zz');
ALTER TYPE "Types"."Mood" ADD VALUE 'between' BEFORE 'Happy';
ALTER TYPE "Types"."Mood" ADD VALUE 'after all';
ALTER TYPE "Types"."Mood" RENAME VALUE 'zz' TO 'aa';
CREATE TYPE "Types"."empty enum" AS ENUM ();
COMMENT ON TYPE "Types"."Mood" IS 'how one feels';

-- Shell types, alone and taken by functions.
CREATE TYPE "Types"."Only announced";
COMMENT ON TYPE "Types"."Only announced" IS 'never defined';
CREATE FUNCTION "Types".takes_announced("Types"."Only announced") RETURNS "Types"."Only announced"
    LANGUAGE internal AS 'int4up';

-- Composite types: collations, arrays, other types, none at all, dropped and added attributes.
CREATE TYPE "Types".inner_row AS (a integer, "B c" text COLLATE "C", d numeric(10,2)[], e varchar(20));
CREATE TYPE "Types"."outer" AS (
    "select" "Types".inner_row, many "Types".inner_row[], mood "Types"."Mood",
    t text COLLATE "Types"."My Collation", gone integer, "x.y" timestamp(3) with time zone, i interval day to second(2));
ALTER TYPE "Types"."outer" DROP ATTRIBUTE gone;
ALTER TYPE "Types"."outer" ADD ATTRIBUTE late "Types"."Mood"[];
CREATE TYPE public.nothing AS ();
COMMENT ON TYPE "Types"."outer" IS 'a row';
COMMENT ON COLUMN "Types"."outer"."x.y" IS 'an attribute';
COMMENT ON COLUMN "Types"."outer".late IS 'another';

-- Domains: defaults, collations, named checks, those that are not valid, over domains, arrays and composites.
CREATE DOMAIN public.plain AS integer;
CREATE DOMAIN public.positive AS integer DEFAULT 7 NOT NULL
    CONSTRAINT "is positive" CHECK (VALUE > 0) CONSTRAINT small CHECK (VALUE < 1000);
CREATE DOMAIN "Types"."E-mail" AS varchar(320) COLLATE "C" DEFAULT 'no''body@\example.com'::text
    CHECK (VALUE ~ '^[^@]+@[^@]+$') CHECK (VALUE IS DISTINCT FROM '');
CREATE DOMAIN "Types".german AS text COLLATE "Types"."My Collation";
CREATE DOMAIN "Types".inherits_collation AS "Types".german;
CREATE DOMAIN "Types".other_collation AS "Types".german COLLATE "POSIX";
CREATE DOMAIN public.very_positive AS public.positive CHECK (VALUE > 10);
CREATE DOMAIN public.list AS integer[] CHECK (array_length(VALUE, 1) < 5);
CREATE DOMAIN public.positives AS public.positive[];
CREATE DOMAIN "Types".checked_row AS "Types"."outer" CHECK ((VALUE).mood <> 'sad' AND (VALUE)."select" IS NOT NULL);
CREATE DOMAIN "Types".mood AS "Types"."Mood" DEFAULT 'Happy';
CREATE DOMAIN "Types".moods AS "Types"."Mood"[] DEFAULT '{}';
CREATE DOMAIN public.stamp AS timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP;
CREATE DOMAIN public.null_default AS text DEFAULT NULL;
CREATE DOMAIN public.is_null AS text CHECK (VALUE IS NULL OR VALUE COLLATE "C" > 'a');
CREATE SEQUENCE public.numbers;
CREATE DOMAIN public.numbered AS bigint DEFAULT nextval('public.numbers');
ALTER DOMAIN public.plain ADD CONSTRAINT "not yet" CHECK (VALUE <> 13) NOT VALID;
ALTER DOMAIN public.plain ADD CONSTRAINT "by now" CHECK (VALUE <> 14) NOT VALID;
ALTER DOMAIN public.plain VALIDATE CONSTRAINT "by now";
COMMENT ON DOMAIN public.positive IS 'a number';
COMMENT ON CONSTRAINT "is positive" ON DOMAIN public.positive IS 'why';
COMMENT ON CONSTRAINT "not yet" ON DOMAIN public.plain IS 'some day';

-- A check that calls a function which takes the domain; a default that is made by a function.
CREATE FUNCTION public.is_even(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 % 2 = 0';
CREATE DOMAIN public.even AS integer DEFAULT 2 CONSTRAINT even CHECK (public.is_even(VALUE));
CREATE DOMAIN public.turning AS integer;
CREATE FUNCTION public.may_turn(public.turning) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN true; END';
ALTER DOMAIN public.turning ADD CONSTRAINT turns CHECK (public.may_turn(VALUE));
CREATE FUNCTION public.first_even() RETURNS public.even LANGUAGE sql AS 'SELECT 2::public.even';
ALTER DOMAIN public.even SET DEFAULT public.first_even();

-- What uses them.
CREATE TABLE public.uses (
    a public.very_positive, b public.positives, c "Types"."outer"[], d "Types".checked_row, e "Types".moods,
    f "Types"."empty enum", g public.even DEFAULT 4);
CREATE TYPE public.of_table AS (row_of public.uses, rows_of public.uses[], even public.even);
CREATE FUNCTION public.row_function(public.of_table, public.uses[]) RETURNS SETOF "Types"."outer"
    LANGUAGE sql AS 'SELECT NULL::"Types"."outer"';

-- Defaults that come from the type, and one that was taken away.
CREATE DOMAIN public.positive_by_type AS public.positive;
CREATE DOMAIN public.positive_without AS public.positive;
ALTER DOMAIN public.positive_without DROP DEFAULT;
CREATE TABLE public.defaults (a public.positive_by_type, b public.positive_without);
