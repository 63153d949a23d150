-- Kinds that come about only through others, under names that break careless SQL.
-- needs: 15
CREATE SCHEMA "it's.a ""schema""";
SET search_path = "it's.a ""schema""";
CREATE TABLE "se;lect" ("a;""b" smallint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "back\slash""; --"));
CREATE TABLE "li""ke" (LIKE "se;lect" INCLUDING IDENTITY);
CREATE TABLE "par""t" ("k;ey" int) PARTITION BY LIST ("k;ey");
CREATE TABLE "par""t.1" PARTITION OF "par""t" FOR VALUES IN (1) PARTITION BY LIST ("k;ey");
CREATE TABLE "par""t.1'1" PARTITION OF "par""t.1" DEFAULT;
CREATE FUNCTION "f;""x"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "tr'ig"";--" BEFORE INSERT ON "par""t" FOR EACH ROW EXECUTE FUNCTION "f;""x"('$$', E'\\', '''');
ALTER TRIGGER "tr'ig"";--" ON "par""t" RENAME TO "tr'ig"" two";
ALTER TABLE "par""t.1" DISABLE TRIGGER "tr'ig"" two";
COMMENT ON TRIGGER "tr'ig"" two" ON "par""t" IS '"';
COMMENT ON TRIGGER "tr'ig"" two" ON "par""t.1'1" IS 'of a "leaf"';
COMMENT ON TRIGGER "tr'ig"" two" ON "par""t.1'1" IS 'of a partition of a partition';
