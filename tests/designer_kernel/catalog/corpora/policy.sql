-- Policies: every command, permissive and restrictive, roles, expressions with subqueries, on partitions.
CREATE SCHEMA "P S";
CREATE TABLE t (id integer PRIMARY KEY, owner text, tenant integer);
CREATE TABLE members (tenant integer, name text);
CREATE TABLE "P S"."Ta.ble" ("using" integer);
CREATE FUNCTION allowed(integer) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
ALTER TABLE "P S"."Ta.ble" ENABLE ROW LEVEL SECURITY;
CREATE POLICY everything ON t;
CREATE POLICY plain ON t USING (owner = CURRENT_USER);
CREATE POLICY both_sides ON t AS PERMISSIVE FOR ALL TO PUBLIC USING (allowed(tenant)) WITH CHECK (owner IS NOT NULL);
CREATE POLICY restrictive ON t AS RESTRICTIVE USING (tenant > 0);
CREATE POLICY reading ON t FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY inserting ON t FOR INSERT WITH CHECK (tenant IN (SELECT m.tenant FROM members m WHERE m.name = t.owner));
CREATE POLICY updating ON t FOR UPDATE TO pg_monitor, pg_read_all_settings USING ((SELECT max(tenant) FROM members) > id)
    WITH CHECK (EXISTS (SELECT FROM t other WHERE other.id < t.id));
CREATE POLICY deleting ON t AS RESTRICTIVE FOR DELETE TO pg_monitor USING (owner LIKE '%)%' || current_setting('app.x', true));
CREATE POLICY check_only ON t FOR ALL WITH CHECK (((id, tenant) = (1, 2)));
CREATE POLICY "Po.li""cy" ON "P S"."Ta.ble" USING ("using" = ANY (ARRAY[1, 2]));
COMMENT ON POLICY plain ON t IS 'a policy'; COMMENT ON POLICY "Po.li""cy" ON "P S"."Ta.ble" IS 'odd';
CREATE TABLE p (id integer, day date) PARTITION BY RANGE (day);
CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
ALTER TABLE p ENABLE ROW LEVEL SECURITY; ALTER TABLE p_1 ENABLE ROW LEVEL SECURITY; ALTER TABLE p_1 FORCE ROW LEVEL SECURITY;
CREATE POLICY above ON p USING (id > 0); CREATE POLICY below ON p_1 FOR SELECT USING (id > 1);
CREATE POLICY without_security ON members USING (name = SESSION_USER);
