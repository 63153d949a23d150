CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
CREATE INDEX changed ON s.t (a);
CREATE INDEX gone ON s.t (b);
