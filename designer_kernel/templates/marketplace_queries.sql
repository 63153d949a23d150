-- What sold best
SELECT t.name AS tenant, p.name AS product, sum(i.quantity) AS sold, sum(i.total_price) AS revenue
FROM order_items AS i
JOIN orders AS o ON o.tenant_id = i.tenant_id AND o.id = i.order_id
JOIN products AS p ON p.tenant_id = i.tenant_id AND p.id = i.product_id
JOIN tenants AS t ON t.id = i.tenant_id
WHERE o.status NOT IN ('cancelled', 'refunded')
GROUP BY t.id, t.name, p.id, p.name
ORDER BY revenue DESC, product
LIMIT 10;

-- Revenue by month
SELECT date_trunc('month', o.created_at AT TIME ZONE 'UTC')::date AS month, o.currency,
       count(*) AS orders,
       count(DISTINCT (o.tenant_id, o.user_id)) AS customers,
       sum(o.total_amount) AS revenue,
       round(avg(o.total_amount), 2) AS average_order
FROM orders AS o
WHERE o.status NOT IN ('cancelled', 'refunded')
GROUP BY month, o.currency
ORDER BY month DESC, o.currency
LIMIT 12;

-- What has to be reordered
SELECT t.name AS tenant, p.name AS product, v.sku, s.available_quantity AS available, s.reorder_point
FROM product_inventory AS s
JOIN product_variants AS v ON v.tenant_id = s.tenant_id AND v.id = s.variant_id
JOIN live_products AS p ON p.tenant_id = v.tenant_id AND p.id = v.product_id
JOIN tenants AS t ON t.id = s.tenant_id
WHERE s.available_quantity <= s.reorder_point AND p.is_active AND v.is_active
ORDER BY available, tenant, product, v.sku
LIMIT 10;
