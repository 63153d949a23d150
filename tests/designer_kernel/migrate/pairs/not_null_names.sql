-- before
CREATE TABLE rows (a integer CONSTRAINT filled NOT NULL, b integer NOT NULL, c integer NOT NULL);
CREATE TABLE above (a integer CONSTRAINT set NOT NULL, b integer NOT NULL);
CREATE TABLE below () INHERITS (above);
CREATE TABLE whole (a integer CONSTRAINT here NOT NULL, b integer) PARTITION BY LIST (b);
CREATE TABLE part (a integer CONSTRAINT there NOT NULL, b integer);
-- after
CREATE TABLE rows (a integer NOT NULL, b integer CONSTRAINT filled NOT NULL, c integer CONSTRAINT more NOT NULL);
CREATE TABLE above (a integer NOT NULL, b integer);
CREATE TABLE below () INHERITS (above);
CREATE TABLE whole (a integer CONSTRAINT here NOT NULL, b integer) PARTITION BY LIST (b);
CREATE TABLE part PARTITION OF whole DEFAULT;
