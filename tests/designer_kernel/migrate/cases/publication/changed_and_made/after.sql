CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
CREATE PUBLICATION case_changed WITH (publish = 'insert');
CREATE PUBLICATION case_come FOR ALL TABLES;
