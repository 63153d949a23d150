CREATE SCHEMA s;
CREATE ROLE case_reader;
CREATE ROLE case_writer;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
GRANT SELECT ON s.t TO case_reader;
GRANT SELECT ON s.t TO case_writer;
