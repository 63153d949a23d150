-- needs: 18
-- What tables have from PostgreSQL 18 on: not-null constraints with names and states, NOT ENFORCED, virtual columns.
CREATE TABLE named (
    a integer CONSTRAINT "a's" NOT NULL,
    b integer NOT NULL NO INHERIT,
    c integer DEFAULT 5 CONSTRAINT "Odd.Name" NOT NULL NO INHERIT,
    d integer NOT NULL,
    e integer,
    f integer GENERATED ALWAYS AS IDENTITY CONSTRAINT f_named NOT NULL,
    g integer,
    PRIMARY KEY (d)
);
ALTER TABLE named ADD CONSTRAINT "not yet" NOT NULL e NOT VALID;
COMMENT ON CONSTRAINT "not yet" ON named IS 'invalid';
COMMENT ON CONSTRAINT named_d_not_null ON named IS 'of the key';
CREATE TABLE renamed_before (a integer NOT NULL, b integer PRIMARY KEY);
ALTER TABLE renamed_before RENAME TO renamed;
CREATE TABLE "long name of a table, so that names are cut to what is possible" ("a long name of a column too, ä" integer NOT NULL, x integer NOT NULL);

CREATE TABLE parent (a integer CONSTRAINT parent_a NOT NULL, b integer NOT NULL, c integer, d integer NOT NULL NO INHERIT, e integer);
CREATE TABLE child (own integer NOT NULL) INHERITS (parent);
CREATE TABLE child_named (CONSTRAINT child_c NOT NULL c, CONSTRAINT child_b NOT NULL b, own integer) INHERITS (parent);
CREATE TABLE child_local (a integer NOT NULL, b integer CONSTRAINT own_b NOT NULL, c integer) INHERITS (parent);
CREATE TABLE grandchild () INHERITS (child_named);
ALTER TABLE child ALTER COLUMN c SET NOT NULL;
ALTER TABLE parent ADD CONSTRAINT later NOT NULL e NOT VALID;
COMMENT ON CONSTRAINT parent_a ON child IS 'inherited';
CREATE TABLE adopted (e integer, d integer, c integer, b integer CONSTRAINT adopted_b NOT NULL, a integer NOT NULL, CONSTRAINT e_valid NOT NULL e);
ALTER TABLE adopted INHERIT parent;
ALTER TABLE parent ADD COLUMN late integer CONSTRAINT late_one NOT NULL;
ALTER TABLE child ADD COLUMN last integer;

CREATE TYPE pair AS (a integer, b integer);
CREATE TABLE pairs OF pair (a WITH OPTIONS CONSTRAINT pairs_key NOT NULL, b NOT NULL);

CREATE TABLE parted (a integer CONSTRAINT parted_a NOT NULL, b integer NOT NULL, c integer) PARTITION BY LIST (a);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted (CONSTRAINT two NOT NULL c) FOR VALUES IN (2);
CREATE TABLE parted_3 (a integer CONSTRAINT three NOT NULL, b integer NOT NULL, c integer);
ALTER TABLE parted ATTACH PARTITION parted_3 FOR VALUES IN (3);
COMMENT ON CONSTRAINT parted_a ON parted_1 IS 'of a partition';
COMMENT ON CONSTRAINT three ON parted_3 IS 'of an attached partition';
ALTER TABLE parted ADD CONSTRAINT parted_c NOT NULL c NOT VALID;

CREATE TABLE unenforced (
    a integer CHECK (a > 0) NOT ENFORCED,
    b integer, CONSTRAINT "Odd.Check" CHECK (b > 0) NO INHERIT NOT ENFORCED
);
CREATE TABLE unenforced_child () INHERITS (unenforced);
CREATE TABLE unenforced_parted (a integer, b integer, CONSTRAINT "not really" CHECK (b > 0) NOT ENFORCED) PARTITION BY LIST (a);
CREATE TABLE unenforced_1 PARTITION OF unenforced_parted FOR VALUES IN (1);
CREATE TABLE unenforced_2 (b integer, a integer, CONSTRAINT "not really" CHECK (b > 0) NOT ENFORCED);
ALTER TABLE unenforced_parted ATTACH PARTITION unenforced_2 FOR VALUES IN (2);

CREATE TABLE virtual (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL, c integer GENERATED ALWAYS AS (a * 3) STORED);
CREATE TABLE virtual_child (b integer GENERATED ALWAYS AS (a * 4) VIRTUAL, d integer) INHERITS (virtual);
CREATE TABLE virtual_same (b integer, d integer) INHERITS (virtual);
CREATE TABLE virtual_changed () INHERITS (virtual);
ALTER TABLE virtual_changed ALTER COLUMN b SET EXPRESSION AS (a * 7);
CREATE TABLE virtual_parted (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL) PARTITION BY LIST (a);
CREATE TABLE virtual_1 PARTITION OF virtual_parted FOR VALUES IN (1);
CREATE TABLE virtual_2 PARTITION OF virtual_parted (b GENERATED ALWAYS AS (a * 8) VIRTUAL) FOR VALUES IN (2);

CREATE TABLE parted_identity (a integer GENERATED ALWAYS AS IDENTITY, b integer) PARTITION BY LIST (b);
CREATE TABLE parted_identity_1 PARTITION OF parted_identity FOR VALUES IN (1);
CREATE TABLE parted_identity_2 (b integer, a integer NOT NULL);
ALTER TABLE parted_identity ATTACH PARTITION parted_identity_2 FOR VALUES IN (2);
CREATE TABLE identity_child () INHERITS (named);

CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE elsewhere (a integer) USING other_heap;
CREATE TABLE parted_elsewhere (a integer) PARTITION BY LIST (a) USING other_heap;
CREATE TABLE parted_elsewhere_1 PARTITION OF parted_elsewhere FOR VALUES IN (1);
CREATE TABLE parted_elsewhere_2 PARTITION OF parted_elsewhere FOR VALUES IN (2) USING heap;

-- Names that the server would choose otherwise if tables came in another order.
CREATE TABLE zebra (a integer NOT NULL, b integer PRIMARY KEY);
CREATE TABLE ape (LIKE zebra);
CREATE TABLE a_b (c integer NOT NULL);
CREATE TABLE a (b_c integer NOT NULL);
-- A valid child of an invalid parent.
CREATE TABLE doubtful (a integer, b integer);
ALTER TABLE doubtful ADD CONSTRAINT "doubt ful" NOT NULL a NOT VALID;
CREATE TABLE certain (c integer) INHERITS (doubtful);
CREATE TABLE doubtful_parted (a integer, b integer) PARTITION BY LIST (b);
ALTER TABLE doubtful_parted ADD CONSTRAINT "doubt ful" NOT NULL a NOT VALID;
CREATE TABLE doubtful_parted_1 PARTITION OF doubtful_parted FOR VALUES IN (1);
CREATE TABLE nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn (
    ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc1 integer NOT NULL,
    ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc2 integer NOT NULL,
    ccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc3 integer NOT NULL
);

-- A child in another order of columns, with a column of its own that is NOT NULL by a parent alone.
CREATE TABLE first_parent (id integer NOT NULL, name text NOT NULL);
CREATE TABLE second_parent (name text, size integer);
CREATE TABLE both_parents (own integer, name text) INHERITS (first_parent, second_parent);
ALTER TABLE both_parents NO INHERIT second_parent;
ALTER TABLE second_parent ADD COLUMN later integer;
ALTER TABLE both_parents ADD COLUMN later integer;
ALTER TABLE both_parents INHERIT second_parent;

-- Partitions and children with an invalid NOT NULL of their own, made before their parents' and under another name.
CREATE TABLE unsure (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE unsure_1 (a integer, b integer);
ALTER TABLE unsure_1 ADD CONSTRAINT "own, later" NOT NULL a NOT VALID;
ALTER TABLE unsure ATTACH PARTITION unsure_1 FOR VALUES IN (NULL, 1);
ALTER TABLE unsure ADD CONSTRAINT not_yet NOT NULL a NOT VALID;
CREATE TABLE unsure_2 (a integer, b integer);
ALTER TABLE unsure_2 ADD CONSTRAINT "own, before" NOT NULL a NOT VALID;
ALTER TABLE unsure ATTACH PARTITION unsure_2 FOR VALUES IN (2);
CREATE TABLE vague (a integer, b integer);
CREATE TABLE vague_own (a integer, b integer) INHERITS (vague);
ALTER TABLE vague_own ADD CONSTRAINT zz NOT NULL a NOT VALID;
ALTER TABLE vague ADD CONSTRAINT aa NOT NULL a NOT VALID;
-- A table made under an invalid constraint has a valid one, under the name of the first parent that has any.
CREATE TABLE vague_then () INHERITS (vague);
ALTER TABLE vague ADD CONSTRAINT bb NOT NULL b NOT VALID;
CREATE TABLE definite (a integer NOT NULL, b integer);
CREATE TABLE vague_first () INHERITS (vague, definite);
CREATE TABLE vague_last () INHERITS (definite, vague);
CREATE TABLE vague_grandchild () INHERITS (vague_own);
-- Made before the one constraint and after the other, and the other way round.
CREATE TABLE circle (a integer, b integer);
CREATE TABLE circle_1 () INHERITS (circle);
ALTER TABLE circle ADD CONSTRAINT ca NOT NULL a NOT VALID;
CREATE TABLE circle_2 () INHERITS (circle);
ALTER TABLE circle ADD CONSTRAINT cb NOT NULL b NOT VALID;
ALTER TABLE circle_1 VALIDATE CONSTRAINT cb;
CREATE TABLE circle_below () INHERITS (circle_1);
-- The name comes from a parent that is gone.
CREATE TABLE parent_gone (a integer CONSTRAINT by_the_first NOT NULL);
CREATE TABLE parent_left (a integer CONSTRAINT by_the_second NOT NULL);
CREATE TABLE left_behind (x integer) INHERITS (parent_gone, parent_left);
ALTER TABLE left_behind NO INHERIT parent_gone;
CREATE TABLE left_below () INHERITS (left_behind);
-- A partition's NOT NULL has the name that the server gives it, and so has another table's that was renamed.
CREATE TABLE lists (a integer NOT NULL, b integer) PARTITION BY LIST (a);
CREATE TABLE list_1 (b integer, a integer NOT NULL);
ALTER TABLE lists ATTACH PARTITION list_1 FOR VALUES IN (1);
ALTER TABLE list_1 RENAME TO list_one;
CREATE TABLE list_1 (a integer NOT NULL);
ALTER TABLE list_1 RENAME TO a_list;
ALTER TABLE list_one RENAME TO list_1;
