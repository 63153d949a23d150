-- before
CREATE TABLE visits (id integer PRIMARY KEY, place text DEFAULT 'here', number serial);
CREATE INDEX visits_place ON visits (place);
CREATE VIEW seen AS SELECT id, place FROM visits;
CREATE TABLE remarks (visit integer REFERENCES visits);
COMMENT ON TABLE visits IS 'who came';
-- after
CREATE TABLE visits (id integer PRIMARY KEY, place text DEFAULT 'here', number serial) PARTITION BY HASH (id);
CREATE TABLE visits_0 PARTITION OF visits FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE visits_1 PARTITION OF visits FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE INDEX visits_place ON visits (place);
CREATE VIEW seen AS SELECT id, place FROM visits;
CREATE TABLE remarks (visit integer REFERENCES visits);
COMMENT ON TABLE visits IS 'who came';
