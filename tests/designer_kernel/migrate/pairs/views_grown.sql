-- before
CREATE TABLE items (id integer, name text, price integer);
CREATE VIEW shown AS SELECT id, name FROM items;
CREATE VIEW known AS SELECT id FROM shown;
CREATE VIEW priced AS SELECT id, price FROM items;
CREATE VIEW first AS SELECT id FROM items;
CREATE VIEW second AS SELECT id FROM first;
COMMENT ON VIEW shown IS 'what is shown';
-- after
CREATE TABLE items (id integer, name text, price integer);
CREATE VIEW shown AS SELECT id, name, price * 2 AS twice FROM items WHERE price > 0;
CREATE VIEW known AS SELECT id FROM shown;
CREATE VIEW priced AS SELECT id, price::text AS price FROM items;
CREATE VIEW second AS SELECT id FROM items;
CREATE VIEW first AS SELECT id FROM second;
COMMENT ON VIEW shown IS 'what is shown';
