CREATE SCHEMA s;
CREATE TYPE s.gone AS (a int);
