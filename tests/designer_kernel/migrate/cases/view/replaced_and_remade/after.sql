CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
CREATE VIEW s.replaced AS SELECT id, a FROM s.t;
CREATE VIEW s.remade AS SELECT id FROM s.t;
