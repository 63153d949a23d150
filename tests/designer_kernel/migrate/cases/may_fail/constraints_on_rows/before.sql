CREATE SCHEMA s;
CREATE TABLE s.o (id int PRIMARY KEY);
CREATE TABLE s.t (a int, b int, c int, d int);
