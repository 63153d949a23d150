CREATE TABLE guests (id int);
INSERT INTO guests VALUES (1), (2);

-- after
CREATE TABLE guests (
    id int,
    age int NOT NULL DEFAULT 30 CHECK (age > 0),
    tags text[] NOT NULL DEFAULT '{}',
    number serial,
    twice int GENERATED ALWAYS AS (age * 2) STORED,
    noted timestamptz NOT NULL DEFAULT now()
);
