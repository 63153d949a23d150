CREATE SCHEMA s;
CREATE ROLE case_reader;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
CREATE POLICY changed ON s.t TO case_reader USING (b > 2);
CREATE POLICY come ON s.t FOR SELECT USING (b > 1);
