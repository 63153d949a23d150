CREATE SCHEMA s;
CREATE TABLE s.t (id int) WITH (fillfactor = 60, toast.autovacuum_enabled = off);
