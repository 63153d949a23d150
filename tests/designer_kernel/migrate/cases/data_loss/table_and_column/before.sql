CREATE SCHEMA s;
CREATE TABLE s.gone (id int);
CREATE TABLE s.t (id int, gone text);
