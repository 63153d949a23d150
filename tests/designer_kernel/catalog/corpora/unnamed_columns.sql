-- Columns without a name in subqueries of expressions: the server shows 'x' as 'x'::text, and would call it text.
-- And VALUES in brackets in unions.

CREATE TABLE place (id integer, name text);

CREATE VIEW subqueries AS
SELECT id, (SELECT 'x' LIMIT 1) AS scalar, ARRAY(SELECT 'é') AS list, 'z' IN (SELECT 'w') AS found,
    (SELECT 'q' COLLATE "C") AS collated
FROM place
WHERE EXISTS (SELECT 'x' FROM place AS other WHERE other.id = place.id)
    AND EXISTS (SELECT NULL, -1, name FROM place UNION SELECT 'a', 1.5, 'b')
    AND EXISTS (SELECT (SELECT 'x'), now() FROM (SELECT 'seen') AS t WHERE t IS NOT NULL);
CREATE VIEW with_names AS
WITH w (a) AS (SELECT 'q') SELECT w.a, t.b, u.* FROM w, (SELECT 'x' AS b) AS t, LATERAL (SELECT '2026-01-01'::date, t.b AS c) AS u;
CREATE MATERIALIZED VIEW stored AS SELECT EXISTS (SELECT 'x') AS there;
CREATE VIEW united AS SELECT 1 AS a UNION (SELECT 2 ORDER BY 1 LIMIT 1) UNION ALL (VALUES (3) UNION SELECT 4);

ALTER TABLE place ENABLE ROW LEVEL SECURITY;
CREATE POLICY known ON place USING (EXISTS (SELECT 'x' FROM stored WHERE there)) WITH CHECK (name = ANY (SELECT 'a'));
CREATE RULE copied AS ON INSERT TO place DO ALSO INSERT INTO place (name) SELECT 'copy' WHERE EXISTS (SELECT 'x');
