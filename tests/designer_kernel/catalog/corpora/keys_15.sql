-- needs: 15
-- Keys that take nulls for equal, and indexes that do.
CREATE TABLE public.nulls (a int, b int, c int,
    UNIQUE NULLS NOT DISTINCT (a, b) INCLUDE (c),
    CONSTRAINT "nulls u" UNIQUE NULLS NOT DISTINCT (b) WITH (fillfactor = 33) DEFERRABLE);
CREATE UNIQUE INDEX ON public.nulls (c) NULLS NOT DISTINCT WITH (fillfactor = 44) WHERE a > 0;
CREATE UNIQUE INDEX ON public.nulls (a, c) INCLUDE (b) NULLS NOT DISTINCT;
CREATE TABLE public.kept (a int, b int, c int, PRIMARY KEY (a, b));
CREATE TABLE public.pointing (a int DEFAULT 1, "B b" int, c int DEFAULT 3, d int,
    FOREIGN KEY (a, "B b") REFERENCES public.kept ON DELETE SET NULL ("B b") ON UPDATE CASCADE,
    FOREIGN KEY (c, d) REFERENCES public.kept ON DELETE SET DEFAULT (c),
    FOREIGN KEY (d, c) REFERENCES public.kept ON DELETE SET DEFAULT (c, d) ON UPDATE SET NULL);
