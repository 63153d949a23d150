-- Views and materialized views with every option that PostgreSQL 14 knows; see view_15.sql for security_invoker.
CREATE SCHEMA "Odd.Schema""s"; CREATE SCHEMA app;
CREATE TABLE app.t (id integer PRIMARY KEY, a text, b numeric(10, 2), "Select" timestamptz, d integer[]);
CREATE TABLE "Odd.Schema""s"."ta""ble.x" ("group" integer, "A b" varchar(3), "x.y" char(4));
CREATE SEQUENCE app.numbers;

CREATE VIEW app.plain AS SELECT id, a FROM app.t;
CREATE VIEW app.barrier WITH (security_barrier) AS SELECT id, a FROM app.t WHERE id > 0;
CREATE VIEW app.barrier_off WITH (security_barrier = false) AS SELECT id FROM app.t;
CREATE VIEW app.barrier_on WITH (security_barrier = on) AS SELECT id FROM app.t;
CREATE VIEW app.local_check AS SELECT id, a FROM app.t WHERE id > 0 WITH LOCAL CHECK OPTION;
CREATE VIEW app.cascaded_check WITH (security_barrier) AS SELECT id FROM app.local_check WHERE id < 10
    WITH CASCADED CHECK OPTION;
CREATE VIEW app.check_in_options WITH (check_option = local, security_barrier = true) AS SELECT id FROM app.plain;
CREATE VIEW app.named (first, "Second", "third.col") AS SELECT id, a, b FROM app.t;
ALTER VIEW app.named RENAME COLUMN first TO "renamed ""it""";
CREATE RECURSIVE VIEW app.counted (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM counted WHERE n < 10;
CREATE VIEW app.over_view AS SELECT v.n, w."Second" FROM app.counted v CROSS JOIN app.named w;
CREATE VIEW app.starred AS SELECT * FROM app.t;
CREATE VIEW app.constants AS
    SELECT 'text' AS plain, NULL AS nothing, 1.5 AS number, '{}'::text[] AS list, 'x'::varchar(5) AS short,
           '2020-01-01'::date AS day, ROW(1, 'a') IS NULL AS test, 'a' COLLATE "C" AS c, B'101' AS bits,
           interval '1 day' AS span, E'back\\slash and ''quote''' AS odd;
CREATE VIEW app.bare (a, "B ""b", "select") AS VALUES (1, 'one', ')'), (2, 'two', '"*VALUES*"');
CREATE VIEW app.bare_partly (a) AS VALUES (1, 'x'); CREATE VIEW app.bare_unnamed AS VALUES (1, 2);
CREATE MATERIALIZED VIEW app.bare_stored (a, b) AS VALUES (1, ARRAY[1, 2]);
CREATE VIEW app.bare_sorted (x, y) AS VALUES (1, 2), (3, 4) ORDER BY 2 LIMIT 1;
CREATE VIEW app.nested AS SELECT s.a FROM (VALUES (1), (2)) s(a) UNION VALUES (3);
CREATE VIEW app.no_columns AS SELECT FROM app.t;
CREATE VIEW app.joined AS
    SELECT x.id, y.a AS ya, z."group" FROM app.t x LEFT JOIN app.t y USING (id)
    JOIN "Odd.Schema""s"."ta""ble.x" z ON z."group" = x.id
    WHERE EXISTS (SELECT 1 FROM app.t q WHERE q.id = x.id) ORDER BY x.id LIMIT 5 OFFSET 1;
CREATE VIEW app.modern AS
    WITH m AS MATERIALIZED (SELECT id, b FROM app.t), n AS NOT MATERIALIZED (SELECT 1 AS one)
    SELECT m.id, sum(m.b) OVER w AS running, count(*) FILTER (WHERE m.b > 0) OVER w AS positive,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY s.b) AS median, extract(year FROM now()) AS year
    FROM m, n, LATERAL (SELECT t.b FROM app.t WHERE t.id = m.id) s
    GROUP BY m.id, m.b WINDOW w AS (PARTITION BY m.id ORDER BY m.b ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
CREATE VIEW app.grouped AS SELECT id, a, count(*) FROM app.t GROUP BY id;
CREATE VIEW app.sets AS SELECT a, id, count(*) FROM app.t GROUP BY GROUPING SETS ((a), (id), ROLLUP (a, id));
CREATE VIEW app.sampled AS SELECT * FROM app.t TABLESAMPLE bernoulli (10) REPEATABLE (1);
CREATE VIEW app.functions AS
    SELECT u.n, u.o, g.a AS ga FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY['a'])) WITH ORDINALITY u (n, v, o),
           jsonb_to_record('{"a": 1}') AS g (a integer);
CREATE VIEW app.defaulted AS SELECT id, a, b AS "B" FROM app.t;
ALTER VIEW app.defaulted ALTER COLUMN id SET DEFAULT nextval('app.numbers');
ALTER VIEW app.defaulted ALTER COLUMN "B" SET DEFAULT 1.5;
ALTER VIEW app.defaulted ALTER COLUMN a SET DEFAULT 'it''s' || 'so';
CREATE VIEW "Odd.Schema""s"."Vi""ew" AS SELECT "group" AS "order", "A b", "x.y" FROM "Odd.Schema""s"."ta""ble.x";
COMMENT ON VIEW app.plain IS 'a view'; COMMENT ON COLUMN app.plain.a IS 'its column';
COMMENT ON COLUMN "Odd.Schema""s"."Vi""ew"."x.y" IS 'odd';
GRANT SELECT (a) ON app.plain TO PUBLIC;

-- A view that a function returns rows of, and that calls another function of it.
CREATE FUNCTION app.number() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE VIEW app.row_of AS SELECT app.number() AS n, 'a'::text COLLATE "C" AS c, ARRAY[1] AS l;
CREATE FUNCTION app.takes(app.row_of) RETURNS integer LANGUAGE sql AS 'SELECT $1.n';
CREATE FUNCTION app.gives() RETURNS SETOF app.row_of LANGUAGE sql AS 'SELECT * FROM app.row_of';
CREATE VIEW app.of_rows AS SELECT g.n, app.takes(g.*) AS taken FROM app.gives() g;
-- A circle: the view calls the function that takes its rows.
CREATE VIEW app.circle AS SELECT 1 AS n, 'x'::text COLLATE "C" AS "C";
CREATE FUNCTION app.of_circle(app.circle) RETURNS integer LANGUAGE sql AS 'SELECT $1.n';
CREATE OR REPLACE VIEW app.circle AS SELECT 1 AS n, app.of_circle(NULL)::text COLLATE "C" AS "C";

CREATE MATERIALIZED VIEW app.stored AS SELECT id, a, b FROM app.t;
CREATE MATERIALIZED VIEW app.unpopulated AS SELECT id AS "Id" FROM app.t WITH NO DATA;
CREATE MATERIALIZED VIEW app.chained AS SELECT count(*) AS n FROM app.stored;
CREATE MATERIALIZED VIEW app.fails AS SELECT 1 / id AS x FROM app.t WITH NO DATA;
CREATE MATERIALIZED VIEW app.tuned USING heap
    WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = off, parallel_workers = 2)
    AS SELECT a, b FROM app.t WITH NO DATA;
CREATE MATERIALIZED VIEW app.renamed (x, "Y") AS SELECT id, a FROM app.t;
CREATE MATERIALIZED VIEW "Odd.Schema""s"."mat.view" AS SELECT 1 AS "select";
CREATE UNIQUE INDEX stored_id ON app.stored (id);
CREATE INDEX stored_a ON app.stored (lower(a)) WHERE b > 0;
COMMENT ON MATERIALIZED VIEW app.stored IS 'stored'; COMMENT ON COLUMN app.stored.a IS 'a';
REFRESH MATERIALIZED VIEW app.stored;

-- Views in circles, which only a view that is replaced can close.
CREATE VIEW public.circle_first AS SELECT 1 AS a, 'x'::text COLLATE "C" AS "B c";
CREATE VIEW public.circle_second AS SELECT a, "B c" FROM public.circle_first;
CREATE VIEW public.circle_third AS SELECT s.a, f."B c" FROM public.circle_second s JOIN public.circle_first f USING (a);
CREATE OR REPLACE VIEW public.circle_first AS SELECT a, "B c" FROM public.circle_third;
CREATE VIEW public.upon_circle AS SELECT a FROM public.circle_first;
