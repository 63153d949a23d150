CREATE TABLE days (day int NOT NULL, note text) PARTITION BY LIST (day);
CREATE TABLE monday PARTITION OF days FOR VALUES IN (1);
CREATE TABLE tuesday PARTITION OF days FOR VALUES IN (2);
CREATE INDEX by_note ON days (note);
CREATE INDEX by_day ON ONLY days (day);
CREATE INDEX one_day ON ONLY days (day, note);

-- after
CREATE TABLE days (day int NOT NULL, note text) PARTITION BY LIST (day);
CREATE TABLE monday PARTITION OF days FOR VALUES IN (1);
CREATE TABLE tuesday (day int NOT NULL, note text);
CREATE INDEX by_note ON ONLY days (note);
CREATE INDEX by_day ON days (day);
CREATE INDEX one_day ON ONLY days (day, note);
CREATE INDEX mondays ON monday (day, note);
ALTER INDEX one_day ATTACH PARTITION mondays;
