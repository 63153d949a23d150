-- before
CREATE TYPE mood AS ENUM ('calm', 'merry', 'wild');
CREATE DOMAIN moods AS mood[];
CREATE TYPE guest AS (mood mood, age integer);
CREATE TABLE stays (id integer PRIMARY KEY, mood mood DEFAULT 'calm' NOT NULL, before moods, who guest,
                    label text GENERATED ALWAYS AS (CASE WHEN mood = 'calm' THEN 'c' ELSE 'm' END) STORED,
                    CONSTRAINT tame CHECK (mood <> 'wild'));
CREATE INDEX calm ON stays (id) WHERE mood = 'calm';
CREATE FUNCTION same(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';
CREATE VIEW calm_stays AS SELECT mood, before FROM stays WHERE mood = 'calm';
COMMENT ON VIEW calm_stays IS 'the quiet ones';
COMMENT ON TYPE mood IS 'how they are';
-- after
CREATE TYPE mood AS ENUM ('wild', 'merry', 'quiet', 'calm');
CREATE DOMAIN moods AS mood[];
CREATE TYPE guest AS (mood mood, age integer);
CREATE TABLE stays (id integer PRIMARY KEY, mood mood DEFAULT 'calm' NOT NULL, before moods, who guest,
                    label text GENERATED ALWAYS AS (CASE WHEN mood = 'calm' THEN 'c' ELSE 'm' END) STORED,
                    CONSTRAINT tame CHECK (mood <> 'wild'));
CREATE INDEX calm ON stays (id) WHERE mood = 'calm';
CREATE FUNCTION same(mood) RETURNS mood LANGUAGE sql AS 'SELECT $1';
CREATE VIEW calm_stays AS SELECT mood, before FROM stays WHERE mood = 'calm';
COMMENT ON VIEW calm_stays IS 'the quiet ones';
COMMENT ON TYPE mood IS 'how they are';
