-- Publications as PostgreSQL 14 knows them.
CREATE SCHEMA "Pub S";
CREATE TABLE t (id integer PRIMARY KEY, a text); CREATE TABLE u (id integer PRIMARY KEY);
CREATE TABLE "Pub S"."Ta.ble" ("Id" integer PRIMARY KEY);
CREATE TABLE p (id integer, day date) PARTITION BY RANGE (day);
CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE PUBLICATION nothing;
CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION a_few FOR TABLE t, ONLY u, "Pub S"."Ta.ble" WITH (publish = 'insert, delete');
CREATE PUBLICATION "Pub.li""cation" FOR TABLE p_1 WITH (publish = 'update');
CREATE PUBLICATION rooted FOR TABLE p WITH (publish_via_partition_root = true, publish = '');
COMMENT ON PUBLICATION a_few IS 'some';
