-- What only PostgreSQL 18 has.
CREATE EXTENSION btree_gist SCHEMA public;
CREATE TABLE public.stay (
    room integer,
    during daterange,
    price numeric,
    taxed numeric GENERATED ALWAYS AS (price * 1.2),
    CONSTRAINT stay_pkey PRIMARY KEY (room, during WITHOUT OVERLAPS),
    CONSTRAINT price_is_set NOT NULL price
);
CREATE TABLE public.guest (
    name text,
    room integer,
    during daterange,
    CONSTRAINT guest_once UNIQUE (name, during WITHOUT OVERLAPS),
    CONSTRAINT guest_stay FOREIGN KEY (room, PERIOD during) REFERENCES public.stay (room, PERIOD during)
);
