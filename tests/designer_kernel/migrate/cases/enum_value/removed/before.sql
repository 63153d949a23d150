CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE s.t (a s.mood);
