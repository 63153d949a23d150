CREATE SCHEMA s;
CREATE TABLE s.t (a varchar(20), b numeric(10,2));
