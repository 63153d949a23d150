CREATE SCHEMA s;
CREATE TABLE s.t (id int, a int, b text, c text);
