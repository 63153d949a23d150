-- A shop for many tenants, written in the order in which its author thought of things. Run as it is, 17 of its 68
-- statements fail: some stand before what they need, some miss a role or an extension, some split tables that are not
-- partitioned.

create table tenants (
    id uuid primary key default gen_random_uuid(),
    name varchar(255) not null,
    domain varchar(255) unique not null,
    status varchar(50) default 'active',
    settings jsonb default '{}',
    created_at timestamp default current_timestamp
);
create table tenant_users ( -- users comes later
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null references tenants(id) on delete cascade,
    user_id uuid not null references users(id) on delete cascade,
    role varchar(50) default 'user',
    unique (tenant_id, user_id)
);
alter table products enable row level security;
alter table orders enable row level security;
alter table payments enable row level security;
create policy tenant_isolation_products on products for all to signed_in_shopper
    using (tenant_id = current_setting('app.current_tenant_id')::uuid);
create policy tenant_isolation_orders on orders for all to signed_in_shopper
    using (tenant_id = current_setting('app.current_tenant_id')::uuid);
create policy tenant_isolation_payments on payments for all to signed_in_shopper
    using (tenant_id = current_setting('app.current_tenant_id')::uuid);

create table users (
    id uuid primary key default gen_random_uuid(),
    email varchar(255) unique not null,
    password_hash varchar(255) not null,
    phone varchar(20),
    created_at timestamp default current_timestamp,
    metadata jsonb default '{}'
);
create table user_addresses (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users(id) on delete cascade,
    type varchar(50) default 'shipping', -- or billing
    city varchar(100) not null,
    phone varchar(20)
);
create table user_sessions (
    id uuid primary key default gen_random_uuid(),
    user_id uuid not null references users(id) on delete cascade,
    session_token varchar(255) unique not null,
    ip_address inet,
    expires_at timestamp not null
);
create table categories (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null references tenants(id) on delete cascade,
    name varchar(255) not null,
    slug varchar(255) not null,
    parent_id uuid references categories(id),
    unique (tenant_id, slug)
);
create table products (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null references tenants(id) on delete cascade,
    sku varchar(100) not null,
    name varchar(255) not null,
    slug varchar(255) not null,
    category_id uuid references categories(id),
    weight decimal(10,3),
    dimensions jsonb default '{}', -- {length, width, height}
    is_active boolean default true,
    unique (tenant_id, sku),
    unique (tenant_id, slug)
);
create table product_variants (
    id uuid primary key default gen_random_uuid(),
    product_id uuid not null references products(id) on delete cascade,
    sku varchar(100) not null,
    price decimal(10,2) not null,
    unique (product_id, sku)
);
create table product_images (
    id uuid primary key default gen_random_uuid(),
    product_id uuid not null references products(id) on delete cascade,
    variant_id uuid references product_variants(id) on delete cascade,
    url varchar(500) not null
);
create table product_inventory (
    id uuid primary key default gen_random_uuid(),
    variant_id uuid not null references product_variants(id) on delete cascade,
    quantity integer not null default 0,
    reserved_quantity integer not null default 0,
    available_quantity integer generated always as (quantity - reserved_quantity) stored,
    unique (variant_id)
);
create table orders (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null references tenants(id) on delete cascade,
    order_number varchar(50) not null,
    user_id uuid not null references users(id),
    status varchar(50) default 'pending',
    total_amount decimal(10,2) not null,
    created_at timestamp default current_timestamp,
    unique (tenant_id, order_number)
);
create table order_items (
    id uuid primary key default gen_random_uuid(),
    order_id uuid not null references orders(id) on delete cascade,
    product_id uuid not null references products(id),
    variant_id uuid references product_variants(id),
    quantity integer not null
);
create table order_status_history (
    id uuid primary key default gen_random_uuid(),
    order_id uuid not null references orders(id) on delete cascade,
    status varchar(50) not null,
    created_by uuid references users(id)
);
create table payments (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null references tenants(id) on delete cascade,
    order_id uuid not null references orders(id),
    amount decimal(10,2) not null,
    gateway_response jsonb default '{}'
);
create table payment_transactions (
    id uuid primary key default gen_random_uuid(),
    payment_id uuid not null references payments(id) on delete cascade,
    transaction_type varchar(50) not null, -- charge, refund, void
    amount decimal(10,2) not null
);
create table events (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null references tenants(id) on delete cascade,
    user_id uuid references users(id),
    event_type varchar(100) not null,
    event_data jsonb default '{}',
    created_at timestamp default current_timestamp
);
create table page_views (
    id uuid primary key default gen_random_uuid(),
    tenant_id uuid not null references tenants(id) on delete cascade,
    user_id uuid references users(id),
    page_url varchar(500) not null,
    created_at timestamp default current_timestamp
);

create unique index idx_users_email on users (email);
create unique index idx_tenants_domain on tenants (domain);
create unique index idx_products_tenant_sku on products (tenant_id, sku);
create unique index idx_orders_tenant_number on orders (tenant_id, order_number);
create index idx_products_tenant_id on products (tenant_id);
create index idx_products_category_id on products (category_id);
create index idx_orders_user_id on orders (user_id);
create index idx_orders_tenant_id on orders (tenant_id);
create index idx_order_items_order_id on order_items (order_id);
create index idx_payments_order_id on payments (order_id);
create index idx_products_active on products (is_active) where is_active = true;
create index idx_products_tenant_active on products (tenant_id, is_active);
create index idx_orders_status on orders (status);
create index idx_orders_created_at on orders (created_at);
create index idx_events_tenant_type on events (tenant_id, event_type);
create index idx_events_created_at on events (created_at);
create index idx_products_tenant_category_active on products (tenant_id, category_id, is_active);
create index idx_orders_user_status_created on orders (user_id, status, created_at);
create index idx_events_tenant_user_created on events (tenant_id, user_id, created_at);
create index idx_page_views_tenant on page_views (tenant_id);

create table events_2024_01 partition of events for values from ('2024-01-01') to ('2024-02-01');
create table events_2024_02 partition of events for values from ('2024-02-01') to ('2024-03-01');
create table page_views_2024_01 partition of page_views for values from ('2024-01-01') to ('2024-02-01');
create table products_tenant_1 partition of products for values in ('tenant-1-uuid');
create table products_tenant_2 partition of products for values in ('tenant-2-uuid');
create table orders_archive (like orders including all);
create table events_archive (like events including all);
create table page_views_archive (like page_views including all);

alter table products enable row level security;
alter table orders enable row level security;
alter table payments enable row level security;
alter table events enable row level security;
alter table page_views enable row level security;
create policy tenant_isolation_products on products for all to signed_in_shopper
    using (tenant_id = current_setting('app.current_tenant_id')::uuid);
create policy tenant_isolation_orders on orders for all to signed_in_shopper
    using (tenant_id = current_setting('app.current_tenant_id')::uuid);

create extension if not exists pgcrypto;
alter table users add column encrypted_phone bytea;
alter table user_addresses add column encrypted_phone bytea;
create or replace function encrypt_phone(phone varchar) returns bytea as $$
begin
    return pgp_sym_encrypt(phone, current_setting('app.encryption_key'));
end;
$$ language plpgsql;
create or replace function decrypt_phone(encrypted_phone bytea) returns varchar as $$
begin
    return pgp_sym_decrypt(encrypted_phone, current_setting('app.encryption_key'));
end;
$$ language plpgsql;

create materialized view product_analytics as
select p.tenant_id, p.category_id, c.name as category_name, count(*) as product_count, avg(pv.price) as avg_price
from products p
join categories c on p.category_id = c.id
join product_variants pv on p.id = pv.product_id
where p.is_active = true
group by p.tenant_id, p.category_id, c.name;
create index idx_product_analytics_tenant on product_analytics (tenant_id);
refresh materialized view concurrently product_analytics;

create view slow_queries as
select query, calls, total_time, mean_time, rows
from pg_stat_statements
where mean_time > 1000
order by mean_time desc;
create view table_sizes as
select schemaname, tablename, pg_size_pretty(pg_total_relation_size(schemaname || '.' || tablename)) as size
from pg_tables
where schemaname = 'public';
