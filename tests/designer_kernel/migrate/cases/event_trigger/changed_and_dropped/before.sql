CREATE SCHEMA s;
CREATE FUNCTION s.watch() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER case_changed ON ddl_command_end EXECUTE FUNCTION s.watch();
CREATE EVENT TRIGGER case_gone ON sql_drop EXECUTE FUNCTION s.watch();
