-- Collations of the C library, and conversions between encodings.
-- needs: 14

CREATE SCHEMA "Sorted";
CREATE COLLATION "Sorted"."Plain" (LOCALE = 'C');
CREATE COLLATION "Sorted".posix (PROVIDER = libc, LC_COLLATE = 'POSIX', LC_CTYPE = 'POSIX');
CREATE COLLATION "Sorted".mixed (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE COLLATION "Sorted"."it's ""C""" FROM "C";
COMMENT ON COLLATION "Sorted".mixed IS 'two locales';
CREATE TABLE "Sorted".t (a text COLLATE "Sorted"."Plain", b text COLLATE "POSIX");
CREATE INDEX ON "Sorted".t (a COLLATE "Sorted".mixed);
CREATE DOMAIN "Sorted".d AS text COLLATE "Sorted".posix;
CREATE VIEW "Sorted".v AS SELECT a COLLATE "Sorted"."it's ""C""" AS a FROM "Sorted".t;

CREATE CONVERSION "Sorted"."Latin" FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE DEFAULT CONVERSION "Sorted".back FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
COMMENT ON CONVERSION "Sorted"."Latin" IS 'a conversion';
