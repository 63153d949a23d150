CREATE SCHEMA s;
CREATE ROLE case_reader;
CREATE TABLE s.t (a bigint);
CREATE VIEW s.v AS SELECT a FROM s.t;
COMMENT ON VIEW s.v IS 'kept';
GRANT SELECT ON s.v TO case_reader;
