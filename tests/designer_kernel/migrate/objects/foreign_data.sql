-- common
CREATE ROLE pair_reader;
CREATE TABLE kept (id int PRIMARY KEY, n int, note text);
CREATE TABLE other (id int);
-- before
CREATE FOREIGN DATA WRAPPER files OPTIONS (a '1', b '2');
CREATE SERVER far TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER files OPTIONS (host 'h', port '1');
COMMENT ON SERVER far IS 'kept';
CREATE USER MAPPING FOR pair_reader SERVER far OPTIONS (account 'u', zone 'w');
CREATE FOREIGN TABLE away (id int OPTIONS (place 'x'), note text) SERVER far OPTIONS (path 'y');
CREATE VIEW near AS SELECT id FROM away;
CREATE PUBLICATION told FOR TABLE kept (id, n) WHERE (id > 3);
CREATE PUBLICATION all_told FOR TABLE other WITH (publish = 'insert');
CREATE SUBSCRIPTION pair_listening CONNECTION 'dbname=nowhere' PUBLICATION one WITH (connect = false, slot_name = NONE);
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watch();
COMMENT ON EVENT TRIGGER watching IS 'kept';
-- after
CREATE FOREIGN DATA WRAPPER files OPTIONS (b '3', c '4');
CREATE SERVER far TYPE 'x' VERSION '2' FOREIGN DATA WRAPPER files OPTIONS (port '2', host 'h');
COMMENT ON SERVER far IS 'kept';
CREATE USER MAPPING FOR pair_reader SERVER far OPTIONS (account 'v', deep 'w');
CREATE FOREIGN TABLE away (id int OPTIONS (place 'y', also 'z'), note text) SERVER far OPTIONS (path 'z', more 'm');
CREATE VIEW near AS SELECT id FROM away;
ALTER TABLE kept ALTER id TYPE bigint;
CREATE PUBLICATION told FOR TABLE kept (id, note) WHERE (id > 3);
CREATE PUBLICATION all_told FOR TABLE other WITH (publish_via_partition_root);
CREATE SUBSCRIPTION pair_listening CONNECTION 'dbname=elsewhere' PUBLICATION one, two
    WITH (connect = false, slot_name = NONE, binary, synchronous_commit = 'on');
CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watching ON ddl_command_end EXECUTE FUNCTION watch();
COMMENT ON EVENT TRIGGER watching IS 'kept';
ALTER EVENT TRIGGER watching DISABLE;
