CREATE SCHEMA s;
CREATE TABLE s.t (id int, a bigint, b text NOT NULL, d text);
