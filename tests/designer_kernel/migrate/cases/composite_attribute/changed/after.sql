CREATE SCHEMA s;
CREATE TYPE s.pair AS (a bigint, c text);
