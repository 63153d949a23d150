-- before
CREATE TABLE inns (id integer PRIMARY KEY, code integer NOT NULL UNIQUE);
CREATE TABLE beds (inn integer REFERENCES inns, code integer CONSTRAINT bed_code REFERENCES inns (code) DEFERRABLE,
                   CONSTRAINT one UNIQUE (inn), CONSTRAINT two UNIQUE (code));
CREATE INDEX left_index ON beds (inn);
CREATE INDEX right_index ON beds (code);
CREATE UNLOGGED TABLE notes (id serial PRIMARY KEY);
CREATE UNLOGGED TABLE replies (note integer REFERENCES notes);
-- after
CREATE TABLE inns (id text PRIMARY KEY, code integer NOT NULL UNIQUE);
CREATE TABLE beds (inn text REFERENCES inns, code integer CONSTRAINT bed_code REFERENCES inns (code),
                   CONSTRAINT two UNIQUE (inn), CONSTRAINT one UNIQUE (code));
CREATE INDEX right_index ON beds (inn);
CREATE INDEX left_index ON beds (code);
CREATE TABLE notes (id serial PRIMARY KEY);
CREATE TABLE replies (note integer REFERENCES notes);
