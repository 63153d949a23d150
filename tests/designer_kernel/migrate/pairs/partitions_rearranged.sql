-- before
CREATE TABLE logs (at bigint, kind integer, line text) PARTITION BY RANGE (at);
CREATE TABLE logs_old PARTITION OF logs FOR VALUES FROM (0) TO (100);
CREATE TABLE logs_new (kind integer, line text, at bigint);
ALTER TABLE logs ATTACH PARTITION logs_new FOR VALUES FROM (100) TO (200);
CREATE INDEX logs_kind ON logs (kind);
-- after
CREATE TABLE logs (at bigint, kind integer, line text, level integer) PARTITION BY RANGE (at);
CREATE TABLE logs_old PARTITION OF logs FOR VALUES FROM (0) TO (100) PARTITION BY LIST (kind);
CREATE TABLE logs_old_rest PARTITION OF logs_old DEFAULT;
CREATE TABLE logs_new (kind integer, line text, at bigint, level integer);
ALTER TABLE logs ATTACH PARTITION logs_new FOR VALUES FROM (100) TO (200);
CREATE INDEX logs_kind ON logs (kind);
ALTER INDEX logs_new_kind_idx RENAME TO newest;
