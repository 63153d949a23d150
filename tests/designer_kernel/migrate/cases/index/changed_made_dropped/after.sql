CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
CREATE INDEX changed ON s.t (a, b);
CREATE INDEX come ON s.t (lower(a)) WHERE b > 0;
