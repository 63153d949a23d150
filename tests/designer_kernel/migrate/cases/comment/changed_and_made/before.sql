CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
COMMENT ON TABLE s.t IS 'old';
COMMENT ON COLUMN s.t.a IS 'gone';
