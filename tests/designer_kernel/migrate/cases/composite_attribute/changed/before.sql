CREATE SCHEMA s;
CREATE TYPE s.pair AS (a int, b text);
