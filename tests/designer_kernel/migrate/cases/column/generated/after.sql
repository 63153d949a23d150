CREATE SCHEMA s;
CREATE TABLE s.t (a int, b int, c int GENERATED ALWAYS AS (a + b) STORED);
