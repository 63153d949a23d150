-- Operators, operator classes and families, casts, languages, transforms, access methods.
CREATE SCHEMA "Ops";
CREATE TYPE "Ops"."Pair" AS (a integer, b integer);
CREATE FUNCTION "Ops".lt("Ops"."Pair", "Ops"."Pair") RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < ($2).a';
CREATE FUNCTION "Ops".le("Ops"."Pair", "Ops"."Pair") RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a <= ($2).a';
CREATE FUNCTION "Ops".eq("Ops"."Pair", "Ops"."Pair") RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a = ($2).a';
CREATE FUNCTION "Ops".ne("Ops"."Pair", "Ops"."Pair") RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a <> ($2).a';
CREATE FUNCTION "Ops".ge("Ops"."Pair", "Ops"."Pair") RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a >= ($2).a';
CREATE FUNCTION "Ops".gt("Ops"."Pair", "Ops"."Pair") RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a > ($2).a';
CREATE FUNCTION "Ops".cmp("Ops"."Pair", "Ops"."Pair") RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - ($2).a';
CREATE FUNCTION "Ops".hash("Ops"."Pair") RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT hashint4(($1).a)';
CREATE FUNCTION "Ops".cmp_int("Ops"."Pair", integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a - $2';
CREATE FUNCTION "Ops".lt_int("Ops"."Pair", integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a < $2';
CREATE FUNCTION "Ops".gt_int(integer, "Ops"."Pair") RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > ($2).a';
CREATE FUNCTION "Ops".negated("Ops"."Pair") RETURNS "Ops"."Pair" LANGUAGE sql IMMUTABLE AS 'SELECT ROW(-($1).a, -($1).b)::"Ops"."Pair"';

CREATE OPERATOR "Ops".< (FUNCTION = "Ops".lt, LEFTARG = "Ops"."Pair", RIGHTARG = "Ops"."Pair",
    COMMUTATOR = OPERATOR("Ops".>), NEGATOR = OPERATOR("Ops".>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR "Ops".<= (FUNCTION = "Ops".le, LEFTARG = "Ops"."Pair", RIGHTARG = "Ops"."Pair",
    COMMUTATOR = OPERATOR("Ops".>=), NEGATOR = OPERATOR("Ops".>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR "Ops".= (FUNCTION = "Ops".eq, LEFTARG = "Ops"."Pair", RIGHTARG = "Ops"."Pair",
    COMMUTATOR = OPERATOR("Ops".=), NEGATOR = OPERATOR("Ops".<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR "Ops".<> (FUNCTION = "Ops".ne, LEFTARG = "Ops"."Pair", RIGHTARG = "Ops"."Pair",
    COMMUTATOR = OPERATOR("Ops".<>), NEGATOR = OPERATOR("Ops".=), RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR "Ops".>= (FUNCTION = "Ops".ge, LEFTARG = "Ops"."Pair", RIGHTARG = "Ops"."Pair",
    COMMUTATOR = OPERATOR("Ops".<=), NEGATOR = OPERATOR("Ops".<));
CREATE OPERATOR "Ops".> (FUNCTION = "Ops".gt, LEFTARG = "Ops"."Pair", RIGHTARG = "Ops"."Pair",
    COMMUTATOR = OPERATOR("Ops".<), NEGATOR = OPERATOR("Ops".<=));
CREATE OPERATOR "Ops".< (FUNCTION = "Ops".lt_int, LEFTARG = "Ops"."Pair", RIGHTARG = integer, COMMUTATOR = OPERATOR("Ops".>));
CREATE OPERATOR "Ops".> (FUNCTION = "Ops".gt_int, LEFTARG = integer, RIGHTARG = "Ops"."Pair", COMMUTATOR = OPERATOR("Ops".<));
CREATE OPERATOR public.!@#% (FUNCTION = "Ops".negated, RIGHTARG = "Ops"."Pair");
CREATE OPERATOR public.|~& (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = OPERATOR(public.&~|));
CREATE OPERATOR public.-> (PROCEDURE = textcat, LEFTARG = text, RIGHTARG = text);
COMMENT ON OPERATOR "Ops".< ("Ops"."Pair", "Ops"."Pair") IS 'less';
COMMENT ON OPERATOR public.!@#% (NONE, "Ops"."Pair") IS 'before its operand';
COMMENT ON OPERATOR public.|~& (integer, integer) IS 'its commutator was never made';

-- Families with loose members, classes in and without a family of their own, defaults, storage.
CREATE OPERATOR FAMILY "Ops"."Family" USING btree;
CREATE OPERATOR CLASS "Ops"."Class" DEFAULT FOR TYPE "Ops"."Pair" USING btree FAMILY "Ops"."Family" AS
    OPERATOR 1 "Ops".<, OPERATOR 2 "Ops".<=, OPERATOR 3 "Ops".=, OPERATOR 4 "Ops".>=, OPERATOR 5 "Ops".>,
    FUNCTION 1 "Ops".cmp("Ops"."Pair", "Ops"."Pair"), FUNCTION 4 btequalimage(oid);
ALTER OPERATOR FAMILY "Ops"."Family" USING btree ADD
    OPERATOR 1 "Ops".< ("Ops"."Pair", integer), FUNCTION 1 ("Ops"."Pair", integer) "Ops".cmp_int("Ops"."Pair", integer);
CREATE OPERATOR CLASS "Ops".hashed DEFAULT FOR TYPE "Ops"."Pair" USING hash AS
    OPERATOR 1 "Ops".=, FUNCTION 1 "Ops".hash("Ops"."Pair");
CREATE OPERATOR CLASS "Ops"."USING" FOR TYPE integer USING btree FAMILY integer_ops AS STORAGE integer;
CREATE OPERATOR FAMILY public.empty USING gin;
CREATE OPERATOR FAMILY public.empty USING gist;
CREATE OPERATOR CLASS public.stored FOR TYPE text USING gin FAMILY public.empty AS
    OPERATOR 1 = (text, text), FUNCTION 1 bttextcmp(text, text), FUNCTION 2 gin_extract_tsvector(tsvector, internal, internal),
    FUNCTION 3 gin_extract_tsquery(tsvector, internal, smallint, internal, internal, internal, internal),
    STORAGE integer;
CREATE OPERATOR CLASS public.near FOR TYPE point USING gist AS
    OPERATOR 15 <-> (point, point) FOR ORDER BY pg_catalog.float_ops, OPERATOR 1 << (point, point),
    FUNCTION 1 gist_point_consistent(internal, point, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
    FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
    FUNCTION 7 gist_box_same(box, box, internal), STORAGE box;
COMMENT ON OPERATOR CLASS "Ops"."Class" USING btree IS 'a class';
COMMENT ON OPERATOR FAMILY "Ops"."Family" USING btree IS 'a family';

-- Casts.
CREATE FUNCTION "Ops".to_int("Ops"."Pair") RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
CREATE FUNCTION "Ops".to_pair(integer, integer, boolean) RETURNS "Ops"."Pair" LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1, 0)::"Ops"."Pair"';
CREATE CAST ("Ops"."Pair" AS integer) WITH FUNCTION "Ops".to_int("Ops"."Pair");
CREATE CAST (integer AS "Ops"."Pair") WITH FUNCTION "Ops".to_pair(integer, integer, boolean) AS ASSIGNMENT;
CREATE CAST ("Ops"."Pair" AS text) WITH INOUT AS IMPLICIT;
CREATE CAST ("Ops"."Pair"[] AS json) WITH INOUT;
CREATE CAST (bytea AS inet) WITHOUT FUNCTION;
COMMENT ON CAST ("Ops"."Pair" AS integer) IS 'the first';
COMMENT ON CAST (bytea AS inet) IS 'builtin types';

-- A language, its functions, transforms.
CREATE LANGUAGE "Speech" HANDLER plpgsql_call_handler;
CREATE FUNCTION "Ops".handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION "Ops".inline(internal) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION "Ops".validator(oid) RETURNS void LANGUAGE c STRICT AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE full_speech HANDLER "Ops".handler INLINE "Ops".inline VALIDATOR "Ops".validator;
CREATE FUNCTION "Ops".spoken("Ops"."Pair") RETURNS integer LANGUAGE full_speech AS 'BEGIN RETURN 1; END';
CREATE FUNCTION "Ops".sql_to(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'int4recv';
CREATE TRANSFORM FOR integer LANGUAGE full_speech (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION int4recv(internal));
CREATE TRANSFORM FOR varchar LANGUAGE "Speech" (FROM SQL WITH FUNCTION prsd_lextype(internal));
CREATE FUNCTION "Ops".transformed(integer) RETURNS integer TRANSFORM FOR TYPE integer LANGUAGE full_speech AS 'BEGIN RETURN 1; END';
COMMENT ON LANGUAGE full_speech IS 'a language';
COMMENT ON TRANSFORM FOR integer LANGUAGE full_speech IS 'a transform';

-- Access methods, and what they keep.
CREATE ACCESS METHOD "Heap Two" TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD gist2 TYPE INDEX HANDLER gisthandler;
CREATE OPERATOR CLASS public.box_ops2 DEFAULT FOR TYPE box USING gist2 AS
    OPERATOR 1 <<, OPERATOR 3 &&, FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal),
    FUNCTION 2 gist_box_union(internal, internal), FUNCTION 5 gist_box_penalty(internal, internal, internal),
    FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal);
COMMENT ON ACCESS METHOD gist2 IS 'as gist';

-- What uses them.
CREATE TABLE public.pairs (p "Ops"."Pair", q "Ops"."Pair", CHECK (p OPERATOR("Ops".<) q), b box);
CREATE INDEX pairs_p ON public.pairs (p);
CREATE INDEX pairs_b ON public.pairs USING gist2 (b);
CREATE VIEW public.ordered AS SELECT OPERATOR(public.!@#%) p AS n FROM public.pairs WHERE p OPERATOR("Ops".<) 3 ORDER BY p;

-- Members of families that are the server's own or an extension's, and of classes that come after them.
CREATE TYPE alias8;
CREATE FUNCTION alias8_in(cstring) RETURNS alias8 STRICT IMMUTABLE LANGUAGE internal AS 'int8in';
CREATE FUNCTION alias8_out(alias8) RETURNS cstring STRICT IMMUTABLE LANGUAGE internal AS 'int8out';
CREATE TYPE alias8 (INPUT = alias8_in, OUTPUT = alias8_out, LIKE = int8);
CREATE FUNCTION alias8_eq(int8, alias8) RETURNS bool STRICT IMMUTABLE LANGUAGE internal AS 'int8eq';
CREATE FUNCTION alias8_cmp(int8, alias8) RETURNS int STRICT IMMUTABLE LANGUAGE internal AS 'btint8cmp';
CREATE OPERATOR = (FUNCTION = alias8_eq, LEFTARG = int8, RIGHTARG = alias8, MERGES);
ALTER OPERATOR FAMILY integer_ops USING btree ADD OPERATOR 3 = (int8, alias8), FUNCTION 1 alias8_cmp(int8, alias8);
ALTER OPERATOR FAMILY float_ops USING hash ADD FUNCTION 1 (numeric, numeric) hash_numeric(numeric);
CREATE EXTENSION btree_gist;
CREATE FUNCTION far(int4, int4) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > $2 + 9';
CREATE OPERATOR >>> (FUNCTION = far, LEFTARG = int4, RIGHTARG = int4);
ALTER OPERATOR FAMILY gist_int4_ops USING gist ADD OPERATOR 30 >>> (int4, int4);
CREATE OPERATOR FAMILY loose_first USING btree;
ALTER OPERATOR FAMILY loose_first USING btree ADD OPERATOR 1 < (int4, int4), FUNCTION 1 btint4cmp(int4, int4);
CREATE OPERATOR CLASS class_later FOR TYPE int4 USING btree FAMILY loose_first AS OPERATOR 3 =, OPERATOR 5 >;
