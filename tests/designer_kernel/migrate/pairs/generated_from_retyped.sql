CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TABLE posts (id bigint PRIMARY KEY, title varchar(200) NOT NULL, body text, search tsvector GENERATED ALWAYS AS (to_tsvector('english', title)) STORED);
CREATE INDEX ON posts USING gin (search);
CREATE TRIGGER t BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch();
-- after
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TABLE posts (id bigint PRIMARY KEY, title varchar(300) NOT NULL, body text, search tsvector GENERATED ALWAYS AS (to_tsvector('english', title)) STORED);
CREATE INDEX ON posts USING gin (search);
CREATE TRIGGER t BEFORE UPDATE ON posts FOR EACH ROW EXECUTE FUNCTION touch();
