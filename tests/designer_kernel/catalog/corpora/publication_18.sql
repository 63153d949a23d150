-- needs: 18
-- Publications of generated columns.
CREATE TABLE t (id integer PRIMARY KEY, a text, g text GENERATED ALWAYS AS (upper(a)) STORED);
CREATE PUBLICATION stored FOR TABLE t WITH (publish_generated_columns = stored);
CREATE PUBLICATION none FOR TABLE t WITH (publish_generated_columns = none);
CREATE PUBLICATION listed FOR TABLE t (id, g);
