-- needs: 15
-- security_invoker, which decides whose rights apply when a view is read; losing it opens what was closed.
CREATE TABLE t (id integer PRIMARY KEY, a text);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE VIEW invoker WITH (security_invoker) AS SELECT id FROM t;
CREATE VIEW invoker_true WITH (security_invoker = true) AS SELECT id FROM t;
CREATE VIEW invoker_off WITH (security_invoker = off) AS SELECT id FROM t;
CREATE VIEW both_flags WITH (security_barrier, security_invoker) AS SELECT id FROM t WHERE id > 0 WITH CHECK OPTION;
CREATE VIEW both_turned WITH (security_invoker, security_barrier = true) AS SELECT id FROM t;
CREATE VIEW three WITH (check_option = cascaded, security_invoker = 1, security_barrier = no) AS SELECT id FROM t;
CREATE VIEW late AS SELECT id FROM t;
ALTER VIEW late SET (security_invoker = yes);
CREATE VIEW reset WITH (security_invoker) AS SELECT id FROM t;
ALTER VIEW reset RESET (security_invoker);
