-- What is to be dropped with an extension that does not own it.
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE FUNCTION public.f(citext, hstore) RETURNS citext LANGUAGE sql AS 'SELECT $1';
ALTER FUNCTION public.f(citext, hstore) DEPENDS ON EXTENSION hstore;
CREATE PROCEDURE public."P"(IN integer, OUT integer) LANGUAGE sql AS 'SELECT 1';
ALTER PROCEDURE public."P"(IN integer, OUT integer) DEPENDS ON EXTENSION citext;
ALTER PROCEDURE public."P"(IN integer, OUT integer) DEPENDS ON EXTENSION hstore;
CREATE TABLE public.t (a integer, b text);
CREATE INDEX "Ix" ON public.t (b);
ALTER INDEX public."Ix" DEPENDS ON EXTENSION citext;
CREATE FUNCTION public.tf() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "T r" BEFORE INSERT ON public.t FOR EACH ROW EXECUTE FUNCTION public.tf();
ALTER TRIGGER "T r" ON public.t DEPENDS ON EXTENSION hstore;
CREATE MATERIALIZED VIEW public.mv AS SELECT 1 AS a;
ALTER MATERIALIZED VIEW public.mv DEPENDS ON EXTENSION hstore;
