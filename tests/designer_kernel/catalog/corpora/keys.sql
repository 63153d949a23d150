-- Primary keys, unique constraints and exclusion constraints with every option, on 14 and newer.
CREATE EXTENSION btree_gist;
CREATE SCHEMA "Key.S";
CREATE TABLE public.plain (a int, b int, c text, d text NOT NULL, PRIMARY KEY (b, a));
CREATE TABLE public.included (a int CONSTRAINT "the ""key""" PRIMARY KEY, b int, c int, "select" int);
ALTER TABLE public.included ADD CONSTRAINT included_u UNIQUE (c) INCLUDE (b, "select") WITH (fillfactor = 70, deduplicate_items = off);
ALTER TABLE public.included ADD UNIQUE (b, c) DEFERRABLE;
ALTER TABLE public.included ADD UNIQUE (c, b) DEFERRABLE INITIALLY DEFERRED;
CREATE TABLE "Key.S"."T""x" ("a.b" int, "Ünïque" text, "user" int,
    CONSTRAINT "PK.x" PRIMARY KEY ("a.b") INCLUDE ("user") WITH (fillfactor = 50) DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT "primary" UNIQUE ("Ünïque", "user"));
CREATE TABLE public.adopted (id int NOT NULL, code text NOT NULL);
CREATE UNIQUE INDEX adopted_by ON public.adopted (id) WITH (fillfactor = 60);
CREATE UNIQUE INDEX adopted_too ON public.adopted (code) INCLUDE (id);
ALTER TABLE public.adopted ADD CONSTRAINT renamed PRIMARY KEY USING INDEX adopted_by;
ALTER TABLE public.adopted ADD UNIQUE USING INDEX adopted_too DEFERRABLE INITIALLY DEFERRED;
COMMENT ON CONSTRAINT renamed ON public.adopted IS 'the key';
COMMENT ON INDEX public.renamed IS 'the index of the key';
COMMENT ON INDEX public.adopted_too IS 'only the index';
COMMENT ON CONSTRAINT "PK.x" ON "Key.S"."T""x" IS 'only the key, it''s quoted';

CREATE FUNCTION public.span(a int, b int) RETURNS int4range LANGUAGE sql IMMUTABLE AS 'SELECT int4range(a, b)';
CREATE FUNCTION public.overlap(a int4range, b int4range) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a OPERATOR(pg_catalog.&&) b';
CREATE TABLE public.booked (
    room int, during tsrange, low int, high int, name text COLLATE "C", "With" box, note text,
    CONSTRAINT by_room EXCLUDE USING gist (room WITH =, during WITH &&),
    CONSTRAINT everything EXCLUDE USING gist (room gist_int4_ops WITH <>, public.span(low, high) WITH &&) INCLUDE (note)
        WITH (fillfactor = 80, buffering = off) WHERE (low < high AND note <> ' WITH = (') DEFERRABLE INITIALLY DEFERRED,
    EXCLUDE USING btree (name COLLATE "POSIX" text_pattern_ops DESC NULLS LAST WITH =, (lower(note)) WITH =),
    EXCLUDE USING spgist ("With" WITH &&) DEFERRABLE,
    EXCLUDE USING hash ((note || ', WITH (') WITH =),
    EXCLUDE (room WITH =) WHERE (note IS NULL)
);
COMMENT ON CONSTRAINT everything ON public.booked IS 'constraint';
COMMENT ON INDEX public.everything IS 'index';
ALTER INDEX public.everything ALTER COLUMN 2 SET STATISTICS 250;
CREATE OPERATOR "Key.S".= (FUNCTION = int4eq, LEFTARG = int, RIGHTARG = int, COMMUTATOR = OPERATOR("Key.S".=));
CREATE OPERATOR CLASS "Key.S"."int Ops" FOR TYPE int USING btree AS
    OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 "Key.S".=, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int);
CREATE TABLE public.own_operator (a int, EXCLUDE USING btree (a "Key.S"."int Ops" WITH OPERATOR("Key.S".=)));

-- The same constraint under several names: in one statement, the server would make one of them.
CREATE TABLE public.twins (a int, b int, c int, CONSTRAINT "deferred twin" UNIQUE (a, b) DEFERRABLE, PRIMARY KEY (b, a));
ALTER TABLE public.twins ADD CONSTRAINT like_the_key UNIQUE (b, a);
ALTER TABLE public.twins ADD CONSTRAINT first_twin UNIQUE (a, b);
ALTER TABLE public.twins ADD CONSTRAINT "Two" UNIQUE (a, b) WITH (fillfactor = 50);
ALTER TABLE public.twins ADD CONSTRAINT with_c UNIQUE (a) INCLUDE (c);
ALTER TABLE public.twins ADD CONSTRAINT with_c_again UNIQUE (a) INCLUDE (c);
ALTER TABLE public.twins ADD CONSTRAINT apart EXCLUDE USING btree (c WITH =);
ALTER TABLE public.twins ADD CONSTRAINT apart_again EXCLUDE USING btree (c WITH =);
ALTER TABLE public.twins ADD CONSTRAINT apart_where EXCLUDE USING btree (c WITH =) WHERE (a > 0);
ALTER TABLE public.twins ADD CONSTRAINT apart_where_again EXCLUDE USING btree (c WITH =) WHERE (a > 0);
CREATE TABLE public.twins_parted (a int, CONSTRAINT parted_one UNIQUE (a)) PARTITION BY LIST (a);
ALTER TABLE public.twins_parted ADD CONSTRAINT parted_other UNIQUE (a);
CREATE TABLE public.twins_parted_1 PARTITION OF public.twins_parted FOR VALUES IN (1);
