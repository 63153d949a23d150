CREATE SCHEMA s;
CREATE ROLE case_reader;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
CREATE POLICY changed ON s.t USING (b > 0);
CREATE POLICY gone ON s.t USING (b > 1);
