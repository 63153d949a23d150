CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('glad', 'sad');
CREATE TABLE s.t (a s.mood DEFAULT 'sad');
