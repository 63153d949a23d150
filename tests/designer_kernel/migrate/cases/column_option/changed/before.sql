CREATE SCHEMA s;
CREATE TABLE s.t (a text, b text);
ALTER TABLE s.t ALTER a SET (n_distinct = 10);
