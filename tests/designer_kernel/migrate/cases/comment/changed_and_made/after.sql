CREATE SCHEMA s;
CREATE TABLE s.t (id int PRIMARY KEY, a text, b int);
COMMENT ON TABLE s.t IS 'new';
COMMENT ON COLUMN s.t.b IS 'come';
