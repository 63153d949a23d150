CREATE TABLE days (day int, note text, PRIMARY KEY (day)) PARTITION BY RANGE (day);
CREATE TABLE early PARTITION OF days FOR VALUES FROM (0) TO (100);
CREATE TABLE middle PARTITION OF days FOR VALUES FROM (100) TO (200);
CREATE INDEX by_note ON days (note DESC, lower(note)) INCLUDE (day);
CREATE INDEX by_sum ON days ((day + 1)) WITH (fillfactor = 80);
INSERT INTO days SELECT n, 'n' FROM generate_series(1, 150) n;

-- after
CREATE TABLE days (day int, note text, PRIMARY KEY (day)) PARTITION BY RANGE (day);
CREATE TABLE early PARTITION OF days FOR VALUES FROM (0) TO (100);
CREATE TABLE middle PARTITION OF days FOR VALUES FROM (100) TO (200);
CREATE TABLE late PARTITION OF days FOR VALUES FROM (200) TO (300) PARTITION BY LIST (day);
CREATE TABLE last PARTITION OF late FOR VALUES IN (200);
CREATE INDEX by_note ON days (note DESC, lower(note)) INCLUDE (day);
CREATE INDEX by_sum ON days ((day + 1)) WITH (fillfactor = 80);
ALTER INDEX early_pkey RENAME TO early_key;
ALTER INDEX early_note_lower_day_idx RENAME TO early_note;
ALTER INDEX last_note_lower_day_idx RENAME TO last_note;
ALTER INDEX early_expr_idx SET (fillfactor = 60);
COMMENT ON INDEX early_expr_idx IS 'of early days';
