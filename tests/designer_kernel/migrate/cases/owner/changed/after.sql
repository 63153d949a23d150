CREATE SCHEMA s;
CREATE ROLE case_owner;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
ALTER TABLE s.t OWNER TO case_owner;
