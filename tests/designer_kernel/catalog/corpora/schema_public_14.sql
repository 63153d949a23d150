-- The schema public where nobody but its owner may create objects: before 15 that is not so in a new database.
-- needs: 14

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'corpus_reader') THEN
        CREATE ROLE corpus_reader;
    END IF;
END $$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO corpus_reader;
CREATE TABLE public.t (a int);
