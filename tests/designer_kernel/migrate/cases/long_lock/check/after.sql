CREATE SCHEMA s;
CREATE TABLE s.t (a int, CONSTRAINT a_is_more CHECK (a > 0));
