CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('sad', 'glad');
CREATE TABLE s.t (a s.mood DEFAULT 'sad');
