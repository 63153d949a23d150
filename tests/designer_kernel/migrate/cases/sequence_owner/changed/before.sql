CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
CREATE SEQUENCE s.numbers;
ALTER SEQUENCE s.numbers OWNED BY s.t.id;
