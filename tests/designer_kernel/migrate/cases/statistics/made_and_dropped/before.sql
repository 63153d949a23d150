CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
CREATE STATISTICS s.gone ON a, b FROM s.t;
