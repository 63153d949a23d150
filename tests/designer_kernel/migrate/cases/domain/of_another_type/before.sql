CREATE SCHEMA s;
CREATE DOMAIN s.code AS int;
CREATE TABLE s.t (a s.code);
