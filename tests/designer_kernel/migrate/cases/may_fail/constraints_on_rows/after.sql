CREATE SCHEMA s;
CREATE TABLE s.o (id int PRIMARY KEY);
CREATE TABLE s.t (a int CHECK (a > 0), b int UNIQUE, c int REFERENCES s.o, d int NOT NULL, e int NOT NULL);
