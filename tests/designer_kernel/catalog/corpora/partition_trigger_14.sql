-- Triggers of partitions under names of their own: before 15 they did not follow when the parent's was renamed.
-- needs: 14
-- until: 14

CREATE TABLE "par""t" (k int) PARTITION BY LIST (k);
CREATE TABLE "par""t.1" PARTITION OF "par""t" FOR VALUES IN (1) PARTITION BY LIST (k);
CREATE TABLE "par""t.1'1" PARTITION OF "par""t.1" DEFAULT;
CREATE TABLE other PARTITION OF "par""t" FOR VALUES IN (2);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER first BEFORE INSERT ON "par""t" FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER second AFTER UPDATE ON "par""t" FOR EACH ROW EXECUTE FUNCTION f();
ALTER TRIGGER first ON "par""t" RENAME TO "tr'ig"" two";
ALTER TRIGGER second ON "par""t.1'1" RENAME TO "of the ""leaf";
COMMENT ON TRIGGER second ON "par""t" IS 'the parent''s';
COMMENT ON TRIGGER first ON "par""t.1'1" IS 'kept its name';
COMMENT ON TRIGGER "of the ""leaf" ON "par""t.1'1" IS 'has its own';
ALTER TABLE other DISABLE TRIGGER first;
ALTER TABLE "par""t.1'1" ENABLE ALWAYS TRIGGER "of the ""leaf";
