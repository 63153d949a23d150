CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
CREATE TABLE s.u (a int, b int, CONSTRAINT changed FOREIGN KEY (a) REFERENCES s.t);
