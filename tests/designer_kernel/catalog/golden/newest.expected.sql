-- newest
-- Creates 1 schema, 1 extension, 2 tables.
-- One transaction: psql -v ON_ERROR_STOP=1 -f FILE

BEGIN;

SET LOCAL client_encoding = 'UTF8';
SET LOCAL standard_conforming_strings = on;
SET LOCAL default_tablespace = '';
SET LOCAL default_table_access_method = heap;
SET LOCAL xmloption = content;
SET LOCAL check_function_bodies = off;
SET LOCAL search_path = public;


-- Extensions --------------------------------------------------------------------------------------

CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;


-- Tables ------------------------------------------------------------------------------------------

CREATE TABLE public.stay (
    room   integer   NOT NULL,
    during daterange NOT NULL,
    price  numeric   CONSTRAINT price_is_set NOT NULL,
    taxed  numeric   GENERATED ALWAYS AS (price * 1.2) VIRTUAL,
    CONSTRAINT stay_pkey PRIMARY KEY (room, during WITHOUT OVERLAPS)
);

CREATE TABLE public.guest (
    name   text,
    room   integer,
    during daterange,
    CONSTRAINT guest_once UNIQUE (name, during WITHOUT OVERLAPS),
    CONSTRAINT guest_stay FOREIGN KEY (room, PERIOD during) REFERENCES public.stay (room, PERIOD during)
);

COMMIT;
