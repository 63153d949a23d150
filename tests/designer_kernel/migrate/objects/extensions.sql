-- common
CREATE SCHEMA aside;
-- before
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE TABLE people (name citext, more hstore);
CREATE INDEX by_name ON people (name);
CREATE VIEW shown AS SELECT name FROM people;
COMMENT ON EXTENSION hstore IS 'mine';
-- after
CREATE EXTENSION citext SCHEMA aside;
CREATE EXTENSION hstore;
CREATE TABLE people (name aside.citext, more hstore);
CREATE INDEX by_name ON people (name);
CREATE VIEW shown AS SELECT name FROM people;
REVOKE EXECUTE ON FUNCTION akeys(hstore) FROM PUBLIC;
