CREATE SCHEMA s;
CREATE TABLE s.t (a bigint, b varchar(20), c numeric(8,4), d timestamptz, e text);
