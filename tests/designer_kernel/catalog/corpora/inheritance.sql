-- Children by INHERITS: columns of their own and of their parents, what they override, and the order of columns.
CREATE SCHEMA "Other.One";
CREATE TABLE mother (
    id integer PRIMARY KEY, name text NOT NULL, size integer DEFAULT 1, weight integer DEFAULT 2,
    CONSTRAINT "has a name" CHECK (name <> ''), CONSTRAINT alone CHECK (size <> 13) NO INHERIT
);
ALTER TABLE mother ALTER COLUMN name SET STORAGE EXTERNAL;
CREATE TABLE "Other.One"."Father" ("Eyes" text, size integer DEFAULT 1);

CREATE TABLE child (toys integer) INHERITS (mother);
CREATE TABLE twin () INHERITS (mother);
CREATE TABLE both_parents (own text) INHERITS (mother, "Other.One"."Father");
CREATE TABLE other_way (own text) INHERITS ("Other.One"."Father", mother);
CREATE TABLE grandchild (name text, more integer DEFAULT 7) INHERITS (child);
CREATE TABLE overriding (
    size integer DEFAULT 100 NOT NULL, "Own" integer, CHECK (size > 10)
) INHERITS (mother);
ALTER TABLE overriding ALTER COLUMN name SET DEFAULT 'x';
ALTER TABLE overriding ALTER COLUMN name SET STORAGE MAIN;
CREATE TABLE without_default () INHERITS (mother);
ALTER TABLE without_default ALTER COLUMN size DROP DEFAULT;
ALTER TABLE without_default ALTER COLUMN weight SET DEFAULT 3;
ALTER TABLE without_default ALTER COLUMN weight SET NOT NULL;
CREATE TABLE local_without_default (size integer, weight integer DEFAULT 5) INHERITS (mother);
ALTER TABLE local_without_default ALTER COLUMN size DROP DEFAULT;
CREATE TABLE child_of_other_default () INHERITS (without_default);
COMMENT ON COLUMN child.name IS 'inherited';
COMMENT ON COLUMN child.toys IS 'own';
GRANT SELECT (name) ON child TO PUBLIC;
ALTER TABLE ONLY child ALTER COLUMN name SET STATISTICS 77;
CREATE INDEX child_name ON child (name);
ALTER TABLE twin ADD PRIMARY KEY (id);

-- Inherited later, so that the child has all columns itself, in its own order.
CREATE TABLE joined (weight integer, size integer, own integer, name text NOT NULL, id integer NOT NULL,
    CONSTRAINT "has a name" CHECK (name <> ''));
ALTER TABLE joined INHERIT mother;
-- Columns that the parent got later stand behind the child's own.
CREATE TABLE grown_parent (a integer, b text);
CREATE TABLE grown (own integer DEFAULT 3 CHECK (own > 0), a integer) INHERITS (grown_parent);
ALTER TABLE grown_parent ADD COLUMN later integer NOT NULL DEFAULT 5;
ALTER TABLE grown_parent ADD COLUMN "Later" text COLLATE "C";
ALTER TABLE grown_parent ADD CONSTRAINT later_check CHECK (later > 0);
ALTER TABLE grown ADD COLUMN "own again" text NOT NULL DEFAULT 'o';
CREATE TABLE grown_child (last integer) INHERITS (grown);
CREATE INDEX grown_later ON grown (later);
COMMENT ON COLUMN grown.later IS 'grown';
COMMENT ON CONSTRAINT later_check ON grown_parent IS 'grown';
ALTER TABLE grown_parent ADD CONSTRAINT invalid CHECK (a > 0) NOT VALID;

-- A diamond.
CREATE TABLE top (x integer DEFAULT 1, y integer);
CREATE TABLE "left" (l integer) INHERITS (top);
CREATE TABLE "right" (r integer) INHERITS (top);
CREATE TABLE bottom (z integer) INHERITS ("left", "right");
ALTER TABLE "right" ALTER COLUMN x SET DEFAULT 2;

-- Generated columns.
CREATE TABLE made (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE made_child (c integer) INHERITS (made);
CREATE TABLE made_local (a integer, b integer) INHERITS (made);

-- Constraints that a child has on its own.
CREATE TABLE keyed (a integer UNIQUE, CHECK (a > 0)) INHERITS (top);
CREATE TABLE same_check (CONSTRAINT "has a name" CHECK (name <> '')) INHERITS (mother);

-- Before PostgreSQL 18 a child may take back NOT NULL on a column that it declares itself.
CREATE TABLE strict (id integer NOT NULL);
CREATE TABLE lenient (id integer, note text) INHERITS (strict);
DO $$
BEGIN
    ALTER TABLE lenient ALTER COLUMN id DROP NOT NULL;
EXCEPTION
    WHEN invalid_table_definition THEN NULL;
END
$$;
