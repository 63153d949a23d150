CREATE SCHEMA s;
CREATE TABLE s.t (a int4range, b int4range, CONSTRAINT gone EXCLUDE USING gist (a WITH &&));
