-- needs: 18
-- Keys over periods, and foreign keys that nobody enforces.
CREATE EXTENSION btree_gist;
CREATE TABLE public.price (item int, version int, valid daterange,
    CONSTRAINT price_pk PRIMARY KEY (item, valid WITHOUT OVERLAPS),
    UNIQUE (version, item, valid WITHOUT OVERLAPS) INCLUDE (version) WITH (fillfactor = 66));
CREATE TABLE public.sale (item int, "When" daterange, id int PRIMARY KEY, up int,
    CONSTRAINT sale_price FOREIGN KEY (item, PERIOD "When") REFERENCES public.price (item, PERIOD valid),
    CONSTRAINT said FOREIGN KEY (up) REFERENCES public.sale (id) ON DELETE CASCADE NOT ENFORCED,
    CONSTRAINT said_later FOREIGN KEY (up) REFERENCES public.sale (id) DEFERRABLE INITIALLY DEFERRED NOT ENFORCED);
ALTER TABLE public.sale ADD CONSTRAINT unproven FOREIGN KEY (up) REFERENCES public.sale NOT VALID;
COMMENT ON CONSTRAINT said ON public.sale IS 'said';
CREATE TABLE public.spans (room int, during tsrange, PRIMARY KEY (room, during WITHOUT OVERLAPS)) PARTITION BY LIST (room);
CREATE TABLE public.spans_1 PARTITION OF public.spans FOR VALUES IN (1);
CREATE TABLE public.spans_2 PARTITION OF public.spans FOR VALUES IN (2);
COMMENT ON INDEX public.spans_2_pkey IS 'of the second';
CREATE TABLE public.excluding (room int, during tsrange, EXCLUDE USING gist (room WITH =, during WITH &&)) PARTITION BY LIST (room);
CREATE TABLE public.excluding_1 PARTITION OF public.excluding FOR VALUES IN (1);
CREATE TABLE public.other (room int, during tsrange, CONSTRAINT other_x EXCLUDE USING gist (room WITH =, during WITH &&)) PARTITION BY LIST (room);
CREATE TABLE public.other_1 PARTITION OF public.other FOR VALUES IN (1);
ALTER TABLE public.other_1 RENAME CONSTRAINT other_1_room_during_excl TO "Other";
CREATE TABLE public.pointing (id int, sale int) PARTITION BY LIST (id);
CREATE TABLE public.pointing_1 PARTITION OF public.pointing FOR VALUES IN (1);
ALTER TABLE public.pointing ADD FOREIGN KEY (sale) REFERENCES public.sale NOT VALID;
