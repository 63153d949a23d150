-- Rows of the shop, with what is hard to keep: nulls, quotes, arrays, a row of a composite type, a gap in a sequence.
INSERT INTO shop.customers (email, name, home, updated_at) SELECT 'c' || i || '@x.org', 'O''Neill "' || i || '"', ROW('street, ' || i, NULL)::shop.addr, '2024-01-01' FROM generate_series(1, 5) i;
INSERT INTO shop.products (sku, price, tags) SELECT 's' || i, i / 3.0, CASE WHEN i % 2 = 0 THEN ARRAY['a,b', NULL, 'c"d'] END FROM generate_series(1, 4) i;
INSERT INTO shop.orders (customer_id, status, total, placed, note) SELECT 1 + i % 5, (ARRAY['new', 'paid', 'shipped'])[1 + i % 3]::shop.status, i * 10.55, date '2024-01-01' + i, CASE WHEN i % 3 > 0 THEN 'note \ ' || i END FROM generate_series(1, 9) i;
DELETE FROM shop.orders WHERE id = 9;
INSERT INTO shop.items SELECT i, 1 + i % 4, i FROM generate_series(1, 8) i;
INSERT INTO shop.events SELECT i, timestamptz '2024-11-01 00:00+00' + i * interval '20 days', CASE WHEN i % 2 = 0 THEN 'k' || i END FROM generate_series(1, 8) i;
SELECT nextval('shop.ticket'), nextval('shop.ticket');
