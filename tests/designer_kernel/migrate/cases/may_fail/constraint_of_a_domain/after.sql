CREATE SCHEMA s;
CREATE DOMAIN s.code AS text CONSTRAINT short CHECK (length(VALUE) < 9);
CREATE TABLE s.t (a s.code);
