-- partitions
-- Creates 1 schema, 1 function, 9 tables, 2 indexes, 2 triggers, 1 policy.
-- One transaction: psql -v ON_ERROR_STOP=1 -f FILE

BEGIN;

SET LOCAL client_encoding = 'UTF8';
SET LOCAL standard_conforming_strings = on;
SET LOCAL default_tablespace = '';
SET LOCAL default_table_access_method = heap;
SET LOCAL xmloption = content;
SET LOCAL check_function_bodies = off;
SET LOCAL search_path = public;


-- Functions ---------------------------------------------------------------------------------------

CREATE FUNCTION public.nothing()
    RETURNS trigger
    LANGUAGE plpgsql
AS $$BEGIN RETURN NULL; END$$;


-- Tables ------------------------------------------------------------------------------------------

CREATE TABLE public.bucket (
    id   bigint,
    name text
) PARTITION BY HASH (id, lower(name));

CREATE TABLE public.bucket_0 PARTITION OF public.bucket
    FOR VALUES WITH (modulus 2, remainder 0);

CREATE TABLE public.bucket_1 PARTITION OF public.bucket
    FOR VALUES WITH (modulus 2, remainder 1);

CREATE TABLE public.event (
    id      bigint                   NOT NULL,
    at      timestamp with time zone NOT NULL,
    region  text                     NOT NULL,
    payload jsonb                    DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT event_pkey PRIMARY KEY (id, at, region),
    CONSTRAINT event_payload_check CHECK (payload <> 'null'::jsonb)
) PARTITION BY RANGE (at);

CREATE TABLE public.event_2026 PARTITION OF public.event
    FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2027-01-01 00:00:00+00') PARTITION BY LIST (region);

CREATE TABLE public.event_2026_north PARTITION OF public.event_2026
    FOR VALUES IN ('no', 'it''s');
ALTER TABLE public.event_2026_north ENABLE ROW LEVEL SECURITY;

CREATE TABLE public.event_2026_rest PARTITION OF public.event_2026
    DEFAULT;

CREATE TABLE public.event_default PARTITION OF public.event (
    CONSTRAINT only_here CHECK (id > 0)
)
    DEFAULT;
COMMENT ON TABLE public.event_default IS 'what fits nowhere';

CREATE TABLE public.detail (
    event_id     bigint,
    event_at     timestamp with time zone,
    event_region text,
    CONSTRAINT detail_event_id_event_at_event_region_fkey FOREIGN KEY (event_id, event_at, event_region) REFERENCES public.event (id, at, region)
);


-- Indexes -----------------------------------------------------------------------------------------

CREATE INDEX event_region ON public.event (region);
CREATE INDEX event_2026_north_payload ON public.event_2026_north USING gin (payload jsonb_path_ops);


-- Triggers ----------------------------------------------------------------------------------------

CREATE TRIGGER event_any
    AFTER INSERT ON public.event
    FOR EACH ROW
    EXECUTE FUNCTION public.nothing();

CREATE TRIGGER north_only
    AFTER DELETE ON public.event_2026_north
    FOR EACH STATEMENT
    EXECUTE FUNCTION public.nothing();


-- Policies ----------------------------------------------------------------------------------------

CREATE POLICY north ON public.event_2026_north
    USING (region = 'no'::text);

COMMIT;
