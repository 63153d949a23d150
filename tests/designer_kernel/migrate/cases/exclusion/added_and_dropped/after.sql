CREATE SCHEMA s;
CREATE TABLE s.t (a int4range, b int4range, CONSTRAINT come EXCLUDE USING gist (b WITH &&));
