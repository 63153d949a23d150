-- common
CREATE SCHEMA app;
-- before
CREATE TABLE public.things (id int);
-- after
DROP SCHEMA public CASCADE;
CREATE TABLE app.things (id int);
