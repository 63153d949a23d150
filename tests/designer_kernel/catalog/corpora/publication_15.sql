-- needs: 15
-- Publications with column lists, row filters and schemas.
CREATE SCHEMA "Pub S"; CREATE SCHEMA other;
CREATE TABLE t (id integer PRIMARY KEY, a text, "B.b" integer, c date);
CREATE TABLE "Pub S"."Ta.ble" ("Id" integer PRIMARY KEY, x integer);
CREATE TABLE p (id integer PRIMARY KEY, x integer) PARTITION BY RANGE (id);
CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (1) TO (2);
CREATE PUBLICATION columns FOR TABLE t (id, "B.b", a);
CREATE PUBLICATION filtered FOR TABLE t WHERE (id > 0 AND "B.b" IS NOT NULL) WITH (publish = 'insert');
CREATE PUBLICATION narrowed FOR TABLE t (id, a) WHERE (id = 1), "Pub S"."Ta.ble" ("Id") WHERE ("Id" <> 2);
CREATE PUBLICATION schemas FOR TABLES IN SCHEMA "Pub S", other, public;
CREATE PUBLICATION mixed FOR TABLES IN SCHEMA other, TABLE t WHERE (a = 'it''s');
CREATE PUBLICATION rooted FOR TABLE p (id) WHERE (id > 5) WITH (publish_via_partition_root);
CREATE PUBLICATION of_partition FOR TABLE p_1 (id);
