-- needs: 17
-- The event trigger at login.
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER at_login ON login EXECUTE FUNCTION f();
