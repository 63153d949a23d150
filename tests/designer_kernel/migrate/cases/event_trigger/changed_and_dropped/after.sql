CREATE SCHEMA s;
CREATE FUNCTION s.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER case_changed ON ddl_command_start EXECUTE FUNCTION s.watch();
