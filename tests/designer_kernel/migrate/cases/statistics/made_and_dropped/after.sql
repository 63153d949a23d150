CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
CREATE STATISTICS s.come ON id, b FROM s.t;
