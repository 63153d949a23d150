-- needs: 16
-- Children and partitions whose columns are generated otherwise than their parents'.
CREATE TABLE made (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE made_otherwise (b integer GENERATED ALWAYS AS (a * 3) STORED, a integer);
ALTER TABLE made_otherwise INHERIT made;
CREATE TABLE made_local (b integer GENERATED ALWAYS AS (a * 4) STORED) INHERITS (made);
CREATE TABLE made_grandchild (c integer) INHERITS (made_local);

CREATE TABLE parted (a integer NOT NULL, b integer GENERATED ALWAYS AS (a * 2) STORED) PARTITION BY LIST (a);
CREATE TABLE parted_3 (b integer GENERATED ALWAYS AS (a * 3) STORED, a integer NOT NULL);
ALTER TABLE parted ATTACH PARTITION parted_3 FOR VALUES IN (3);
CREATE TABLE parted_4 (a integer NOT NULL, b integer GENERATED ALWAYS AS (a * 4) STORED);
ALTER TABLE parted ATTACH PARTITION parted_4 FOR VALUES IN (4);
CREATE TABLE parted_5 PARTITION OF parted (b GENERATED ALWAYS AS (a * 5) STORED) FOR VALUES IN (5);
