-- programs
-- Creates 2 schemas, 5 types, 10 functions, 2 tables, 1 index, 4 views, 4 triggers.
-- One transaction: psql -v ON_ERROR_STOP=1 -f FILE

BEGIN;

SET LOCAL client_encoding = 'UTF8';
SET LOCAL standard_conforming_strings = on;
SET LOCAL default_tablespace = '';
SET LOCAL default_table_access_method = heap;
SET LOCAL xmloption = content;
SET LOCAL check_function_bodies = off;
SET LOCAL search_path = public;


-- Schemas -----------------------------------------------------------------------------------------

CREATE SCHEMA IF NOT EXISTS app;


-- Types -------------------------------------------------------------------------------------------

CREATE TYPE app.z_mood AS ENUM (
    'sad',
    'it''s ok',
    E'back\\slash',
    'happy',
    'a label that is long enough for a line of its own',
    'ünïcode'
);

CREATE DOMAIN app.y_positive AS integer
    DEFAULT 1
    NOT NULL
    CONSTRAINT is_positive CHECK (VALUE > 0)
    CONSTRAINT is_small CHECK (VALUE < 1000);

CREATE DOMAIN app.a_even AS app.y_positive
    DEFAULT 1
    CONSTRAINT a_even_check CHECK (((VALUE)::integer % 2) = 0);

CREATE TYPE app.nothing AS ();


-- Functions ---------------------------------------------------------------------------------------

CREATE FUNCTION app.a_quadruple(text)
 RETURNS text
 LANGUAGE sql
BEGIN ATOMIC
 SELECT ($1 || $1);
 SELECT 'x'::text AS x;
END;

CREATE PROCEDURE app.clean(INOUT n int, VARIADIC names text[])
    LANGUAGE plpgsql SECURITY DEFINER SET search_path TO '' SET statement_timeout TO "5s"
AS $$BEGIN n := n + 1; END$$;

CREATE FUNCTION app.happy()
    RETURNS TABLE (id int, mood app.z_mood)
    LANGUAGE plpgsql
AS $$
BEGIN
    RETURN QUERY SELECT p.id::integer, p.mood FROM app.person p; -- a comment of the author's
END
$$;

CREATE FUNCTION app.touch()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$$;

CREATE FUNCTION app.z_double(x integer, factor integer DEFAULT 2)
 RETURNS integer
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE STRICT
RETURN (x * factor);

CREATE FUNCTION app.a_quadruple(int)
    RETURNS int
    LANGUAGE sql STABLE
AS $$ SELECT app.z_double(app.z_double($1)) $$;


-- Tables ------------------------------------------------------------------------------------------

CREATE TABLE app.person (
    id         app.y_positive           NOT NULL,
    mood       app.z_mood               DEFAULT 'sad'::app.z_mood NOT NULL,
    moods      app.z_mood[],
    twice      integer                  GENERATED ALWAYS AS (app.z_double((id)::integer)) STORED,
    note       text                     DEFAULT app.a_quadruple('a'::text),
    updated_at timestamp with time zone,
    CONSTRAINT person_pkey PRIMARY KEY (id),
    CONSTRAINT person_check CHECK (app.z_double((id)::integer) > 0)
);


-- Types -------------------------------------------------------------------------------------------

CREATE TYPE app.a_address AS (
    street      text,
    "post code" character varying(10),
    mood        app.z_mood,
    of          app.person
);
COMMENT ON TYPE app.a_address IS 'where someone lives';


-- Functions ---------------------------------------------------------------------------------------

CREATE FUNCTION app.a_person_count()
    RETURNS bigint
    LANGUAGE sql STABLE
AS $$SELECT count(*) FROM app.person$$;

CREATE FUNCTION app.a_street(app.a_address)
    RETURNS text
    LANGUAGE sql IMMUTABLE
AS $$SELECT ($1).street$$;

CREATE FUNCTION app.label(person app.person)
    RETURNS text
    LANGUAGE sql IMMUTABLE
AS $body$ SELECT person.note || '$$' $body$;


-- Tables ------------------------------------------------------------------------------------------

CREATE TABLE app.a_home (
    address app.a_address NOT NULL,
    CONSTRAINT a_home_address_check CHECK (app.a_street(address) <> ''::text)
);


-- Constraints -------------------------------------------------------------------------------------

ALTER TABLE app.person
    ADD CONSTRAINT labelled CHECK (app.label(person.*) <> ''::text);


-- Views -------------------------------------------------------------------------------------------

CREATE VIEW app.z_happy WITH (security_invoker) AS
SELECT id,
    mood
   FROM app.person
  WHERE (mood = 'happy'::app.z_mood);

CREATE MATERIALIZED VIEW app.m_moods AS
SELECT mood,
    count(*) AS n
   FROM app.z_happy
  GROUP BY mood
WITH NO DATA;

CREATE VIEW app.a_happier WITH (security_barrier) AS
WITH RECURSIVE person AS (
         SELECT (z_happy.id)::integer AS id
           FROM app.z_happy
        UNION ALL
         SELECT (person.id + 1)
           FROM person
          WHERE (person.id < 10)
        )
 SELECT id,
    app.a_quadruple(id) AS four,
    row_number() OVER (ORDER BY id DESC) AS place
   FROM person p;

CREATE VIEW app.a_top AS
SELECT mood
   FROM app.m_moods
  ORDER BY n DESC
 LIMIT 1;


-- Functions ---------------------------------------------------------------------------------------

CREATE FUNCTION app.a_reads_view()
    RETURNS SETOF app.a_top
    LANGUAGE sql
AS $$SELECT * FROM app.a_top$$;


-- Indexes -----------------------------------------------------------------------------------------

CREATE UNIQUE INDEX m_moods_key ON app.m_moods (mood);


-- Triggers ----------------------------------------------------------------------------------------

CREATE TRIGGER emptied
    AFTER TRUNCATE ON app.person
    FOR EACH STATEMENT
    EXECUTE FUNCTION app.touch();

CREATE TRIGGER "odd WHEN ( name"
    AFTER UPDATE ON app.person
    FOR EACH ROW
    WHEN ((old.note IS DISTINCT FROM new.note) AND (new.note <> ') EXECUTE FUNCTION ('::text))
    EXECUTE FUNCTION app.touch();

CREATE TRIGGER touch
    BEFORE INSERT OR UPDATE OF mood, note OR DELETE ON app.person
    FOR EACH ROW
    WHEN (pg_trigger_depth() = 0)
    EXECUTE FUNCTION app.touch('a', 'it''s', E'back\\slash', '');

CREATE TRIGGER no_write
    INSTEAD OF INSERT ON app.z_happy
    FOR EACH ROW
    EXECUTE FUNCTION app.touch();

COMMIT;
