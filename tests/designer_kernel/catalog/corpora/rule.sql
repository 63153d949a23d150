-- Rules: every event, ALSO and INSTEAD, conditions, several commands, states; on tables, views and partitions.
CREATE SCHEMA "R S";
CREATE TABLE t (id integer PRIMARY KEY, a text, b integer DEFAULT 1);
CREATE TABLE log (at timestamptz DEFAULT now(), what text, id integer);
CREATE TABLE "R S"."ON UPDATE TO t" ("where" integer, "do" text);
CREATE VIEW v AS SELECT id, a FROM t;
CREATE FUNCTION positive(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';

CREATE RULE nothing AS ON DELETE TO t DO INSTEAD NOTHING;
CREATE RULE also_nothing AS ON INSERT TO t DO ALSO NOTHING;
CREATE RULE logged AS ON INSERT TO t WHERE positive(new.id) DO ALSO INSERT INTO log (what, id) VALUES ('insert', new.id);
CREATE RULE several AS ON UPDATE TO t WHERE old.a IS DISTINCT FROM new.a DO ALSO (
    INSERT INTO log (what, id) VALUES ('it''s; an "update"', new.id);
    UPDATE log SET what = 'old' WHERE log.id = old.id;
    DELETE FROM log WHERE log.id IS NULL);
CREATE RULE notified AS ON DELETE TO log DO ALSO (NOTIFY changed, 'it''s'; SELECT 1; NOTIFY "Other.channel");
CREATE RULE view_insert AS ON INSERT TO v DO INSTEAD INSERT INTO t (id, a) VALUES (new.id, new.a) RETURNING id, a;
CREATE RULE view_update AS ON UPDATE TO v DO INSTEAD UPDATE t SET a = new.a WHERE t.id = old.id RETURNING t.id, t.a;
CREATE RULE view_delete AS ON DELETE TO v DO INSTEAD DELETE FROM t WHERE t.id = old.id RETURNING old.id, old.a;
CREATE RULE "Ru.le ON UPDATE TO public.t" AS ON UPDATE TO "R S"."ON UPDATE TO t" WHERE new."where" <> old."where"
    DO INSTEAD SELECT (SELECT max(l.id) FROM log l), new."do";
CREATE RULE conflict AS ON INSERT TO "R S"."ON UPDATE TO t" DO INSTEAD
    INSERT INTO t VALUES (new."where", new."do") ON CONFLICT (id) DO UPDATE SET a = excluded.a WHERE t.b > 0;
CREATE RULE with_query AS ON DELETE TO "R S"."ON UPDATE TO t" DO ALSO
    WITH gone AS (DELETE FROM log RETURNING id) INSERT INTO t (id) SELECT id FROM gone;

CREATE TABLE p (id integer, day date) PARTITION BY RANGE (day);
CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (id);
CREATE TABLE p_1_1 PARTITION OF p_1 FOR VALUES IN (1);
CREATE TABLE child (extra text) INHERITS (t);
CREATE RULE on_partitioned AS ON INSERT TO p DO ALSO INSERT INTO log (what) VALUES ('partitioned');
CREATE RULE on_middle AS ON DELETE TO p_1 DO INSTEAD NOTHING;
CREATE RULE on_partition AS ON UPDATE TO p_1_1 DO ALSO INSERT INTO log (what, id) VALUES ('partition', old.id);
CREATE RULE on_child AS ON INSERT TO child DO INSTEAD INSERT INTO log (what, id) VALUES (new.extra, new.id);

CREATE RULE off AS ON UPDATE TO log DO INSTEAD NOTHING; ALTER TABLE log DISABLE RULE off;
CREATE RULE replica AS ON DELETE TO log DO INSTEAD NOTHING; ALTER TABLE log ENABLE REPLICA RULE replica;
CREATE RULE always AS ON INSERT TO child DO ALSO NOTHING; ALTER TABLE child ENABLE ALWAYS RULE always;
ALTER TABLE p_1_1 DISABLE RULE on_partition;
COMMENT ON RULE nothing ON t IS 'a rule'; COMMENT ON RULE "Ru.le ON UPDATE TO public.t" ON "R S"."ON UPDATE TO t" IS 'odd';

-- Rules that point at each other's tables, and a rule over a view over its table.
CREATE TABLE x (a integer); CREATE TABLE y (a integer);
CREATE RULE x_to_y AS ON INSERT TO x DO INSTEAD INSERT INTO y VALUES (new.a);
CREATE RULE y_to_x AS ON DELETE TO y DO INSTEAD DELETE FROM x;
CREATE VIEW over_x AS SELECT a FROM x;
CREATE RULE x_to_view AS ON DELETE TO x DO ALSO DELETE FROM over_x WHERE false;
CREATE RULE over_x_in AS ON INSERT TO over_x DO INSTEAD INSERT INTO x VALUES (new.a);
