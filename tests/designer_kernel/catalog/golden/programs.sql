-- Types, functions, views and triggers, named so that the alphabet is the wrong order.
-- needs: 15
CREATE SCHEMA app;
CREATE TYPE app.z_mood AS ENUM ('sad', 'it''s ok', E'back\\slash', 'happy', 'a label that is long enough for a line of its own', 'ünïcode');
CREATE DOMAIN app.y_positive AS integer DEFAULT 1 NOT NULL CONSTRAINT is_positive CHECK (VALUE > 0) CONSTRAINT is_small CHECK (VALUE < 1000);
CREATE DOMAIN app.a_even AS app.y_positive CHECK (VALUE % 2 = 0);
CREATE FUNCTION app.z_double(x integer, factor integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE RETURN x * factor;
CREATE FUNCTION app.a_quadruple(integer) RETURNS integer LANGUAGE sql STABLE AS $$ SELECT app.z_double(app.z_double($1)) $$;
CREATE FUNCTION app.a_quadruple(text) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT $1 || $1; SELECT 'x' AS x; END;
CREATE TABLE app.person (
    id app.y_positive PRIMARY KEY,
    mood app.z_mood NOT NULL DEFAULT 'sad',
    moods app.z_mood[],
    twice integer GENERATED ALWAYS AS (app.z_double(id::integer)) STORED,
    note text DEFAULT app.a_quadruple('a'::text),
    updated_at timestamptz,
    CONSTRAINT person_check CHECK (app.z_double(id::integer) > 0)
);
CREATE FUNCTION app.a_person_count() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM app.person';
CREATE FUNCTION app.label(person app.person) RETURNS text LANGUAGE sql IMMUTABLE AS $body$ SELECT person.note || '$$' $body$;
ALTER TABLE app.person ADD CONSTRAINT labelled CHECK (app.label(person.*) <> '');
CREATE FUNCTION app.happy() RETURNS TABLE (id integer, mood app.z_mood) LANGUAGE plpgsql AS $x$
BEGIN
    RETURN QUERY SELECT p.id::integer, p.mood FROM app.person p; -- a comment of the author's
END
$x$;
CREATE PROCEDURE app.clean(INOUT n integer, VARIADIC names text[]) LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' SET statement_timeout = '5s' AS $$BEGIN n := n + 1; END$$;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER touch BEFORE INSERT OR DELETE OR UPDATE OF mood, note ON app.person FOR EACH ROW
    WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION app.touch('a', 'it''s', 'back\slash', '');
CREATE TRIGGER "odd WHEN ( name" AFTER UPDATE ON app.person FOR EACH ROW
    WHEN (OLD.note IS DISTINCT FROM NEW.note AND NEW.note <> ') EXECUTE FUNCTION (') EXECUTE FUNCTION app.touch();
CREATE TRIGGER emptied AFTER TRUNCATE ON app.person EXECUTE FUNCTION app.touch();
CREATE VIEW app.z_happy WITH (security_invoker = true) AS SELECT id, mood FROM app.person WHERE mood = 'happy';
CREATE VIEW app.a_happier WITH (security_barrier) AS
    WITH RECURSIVE person AS (SELECT id::integer FROM app.z_happy UNION ALL SELECT id + 1 FROM person WHERE id < 10)
    SELECT p.id, app.a_quadruple(p.id) AS four, row_number() OVER (ORDER BY p.id DESC) AS place FROM person p;
CREATE MATERIALIZED VIEW app.m_moods AS SELECT mood, count(*) AS n FROM app.z_happy GROUP BY mood;
CREATE UNIQUE INDEX m_moods_key ON app.m_moods (mood);
CREATE VIEW app.a_top AS SELECT mood FROM app.m_moods ORDER BY n DESC LIMIT 1;
CREATE TRIGGER no_write INSTEAD OF INSERT ON app.z_happy FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE FUNCTION app.a_reads_view() RETURNS SETOF app.a_top LANGUAGE sql AS 'SELECT * FROM app.a_top';
CREATE TYPE app.a_address AS (street text, "post code" varchar(10), mood app.z_mood, of app.person);
COMMENT ON TYPE app.a_address IS 'where someone lives';
CREATE FUNCTION app.a_street(app.a_address) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ($1).street';
CREATE TABLE app.a_home (address app.a_address NOT NULL, CHECK (app.a_street(address) <> ''));
CREATE TYPE app.nothing AS ();
