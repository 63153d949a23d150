-- needs: 15
-- Unlogged sequences, alone and of an unlogged table.
CREATE UNLOGGED SEQUENCE alone AS smallint CYCLE;
CREATE UNLOGGED TABLE t (id serial);
CREATE TABLE u (id serial);
ALTER SEQUENCE u_id_seq SET UNLOGGED;
