CREATE SCHEMA s;
CREATE TABLE s.t (a text, b text);
ALTER TABLE s.t ALTER a SET (n_distinct = 20);
ALTER TABLE s.t ALTER b SET (n_distinct_inherited = 30);
