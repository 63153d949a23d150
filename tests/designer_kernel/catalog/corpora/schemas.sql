-- Schemas, and a database without the schema public.
-- needs: 14

DROP SCHEMA public;
CREATE SCHEMA "Only ""one""";
CREATE SCHEMA "select";
COMMENT ON SCHEMA "select" IS 'a reserved word';
CREATE TABLE "select"."table" ("column" int);
