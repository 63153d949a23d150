CREATE SCHEMA s;
CREATE ROLE case_reader;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
