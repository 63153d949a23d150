-- The schema public, dropped and created again: without its comment, and nobody may use it.
-- needs: 14

DROP SCHEMA public;
CREATE SCHEMA public;
CREATE TABLE public.t (a int);
