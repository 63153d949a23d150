CREATE SCHEMA s;
CREATE DOMAIN s.code AS bigint;
CREATE TABLE s.t (a s.code);
