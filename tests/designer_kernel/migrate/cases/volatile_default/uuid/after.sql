CREATE SCHEMA s;
CREATE TABLE s.t (id int, key uuid DEFAULT gen_random_uuid());
