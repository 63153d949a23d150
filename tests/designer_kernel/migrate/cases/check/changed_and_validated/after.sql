CREATE SCHEMA s;
CREATE TABLE s.t (a int, b int, CONSTRAINT changed CHECK (a > 1), CONSTRAINT doubted CHECK (b > 0));
