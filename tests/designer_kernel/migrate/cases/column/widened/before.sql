CREATE SCHEMA s;
CREATE TABLE s.t (a varchar(10), b numeric(8,2));
