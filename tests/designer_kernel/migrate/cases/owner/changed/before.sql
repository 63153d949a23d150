CREATE SCHEMA s;
CREATE ROLE case_owner;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
