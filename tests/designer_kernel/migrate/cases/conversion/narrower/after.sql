CREATE SCHEMA s;
CREATE TABLE s.t (a int, b varchar(10), c numeric(8,2), d date, e int);
