-- The schema public with another comment and other privileges.
-- needs: 14

COMMENT ON SCHEMA public IS 'Not for the public';
GRANT CREATE ON SCHEMA public TO PUBLIC;
CREATE TABLE t (a int);
