CREATE SCHEMA s;
CREATE DOMAIN s.code AS text;
CREATE TABLE s.t (a s.code);
