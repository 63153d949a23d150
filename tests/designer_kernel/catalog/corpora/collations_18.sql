-- The provider that PostgreSQL itself is.
-- needs: 17

CREATE COLLATION built_in (PROVIDER = builtin, LOCALE = 'C.UTF-8');
CREATE COLLATION "Plain" (PROVIDER = builtin, LOCALE = 'C');
CREATE TABLE t (a text COLLATE built_in);
