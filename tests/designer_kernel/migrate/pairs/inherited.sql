-- before
CREATE TABLE animals (name text DEFAULT 'none', legs integer NOT NULL, CONSTRAINT walks CHECK (legs > -9999999));
CREATE TABLE tools (weight integer);
CREATE TABLE dogs (name text DEFAULT 'none', legs integer NOT NULL, breed text);
CREATE TABLE cats (lives integer) INHERITS (animals);
CREATE TABLE birds () INHERITS (animals);
CREATE VIEW lives AS SELECT lives, legs FROM cats;
-- after
CREATE TABLE animals (name text DEFAULT 'none', legs bigint NOT NULL, CONSTRAINT walks CHECK (legs > -99999999));
CREATE TABLE tools (weight integer);
CREATE TABLE dogs (breed text) INHERITS (animals);
CREATE TABLE cats (lives integer) INHERITS (animals, tools);
CREATE TABLE birds () INHERITS (animals);
ALTER TABLE birds ALTER name DROP DEFAULT;
CREATE VIEW lives AS SELECT lives, legs FROM cats;
