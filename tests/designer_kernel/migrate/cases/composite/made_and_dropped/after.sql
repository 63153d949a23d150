CREATE SCHEMA s;
CREATE TYPE s.come AS (a int);
