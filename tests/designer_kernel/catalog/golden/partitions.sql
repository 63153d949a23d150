-- What a partition has from its parent is the parent's; what it has of its own is kept.
CREATE TABLE public.event (
    id bigint NOT NULL,
    at timestamptz NOT NULL,
    region text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    CHECK (payload <> 'null'),
    PRIMARY KEY (id, at, region)
) PARTITION BY RANGE (at);
CREATE INDEX event_region ON public.event (region);
CREATE TABLE public.event_2026 PARTITION OF public.event FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') PARTITION BY LIST (region);
CREATE TABLE public.event_2026_north PARTITION OF public.event_2026 FOR VALUES IN ('no', 'it''s');
CREATE TABLE public.event_2026_rest PARTITION OF public.event_2026 DEFAULT;
CREATE TABLE public.event_default PARTITION OF public.event DEFAULT;
CREATE INDEX event_2026_north_payload ON public.event_2026_north USING gin (payload jsonb_path_ops);
ALTER TABLE public.event_default ADD CONSTRAINT only_here CHECK (id > 0);
COMMENT ON TABLE public.event_default IS 'what fits nowhere';
CREATE FUNCTION public.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER event_any AFTER INSERT ON public.event FOR EACH ROW EXECUTE FUNCTION public.nothing();
CREATE TRIGGER north_only AFTER DELETE ON public.event_2026_north FOR EACH STATEMENT EXECUTE FUNCTION public.nothing();
ALTER TABLE public.event_2026_north ENABLE ROW LEVEL SECURITY;
CREATE POLICY north ON public.event_2026_north USING (region = 'no');
CREATE TABLE public.bucket (id bigint, name text) PARTITION BY HASH (id, lower(name));
CREATE TABLE public.bucket_0 PARTITION OF public.bucket FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE public.bucket_1 PARTITION OF public.bucket FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE public.detail (event_id bigint, event_at timestamptz, event_region text,
    FOREIGN KEY (event_id, event_at, event_region) REFERENCES public.event (id, at, region));
