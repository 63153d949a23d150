CREATE SCHEMA s;
CREATE TABLE s.t (id int) WITH (fillfactor = 50, autovacuum_enabled = off);
