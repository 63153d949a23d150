-- What authors of constraints get wrong, and what they get right.

CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN percentage AS numeric(5, 2) CONSTRAINT in_percent CHECK (VALUE BETWEEN 0 AND 100);
CREATE FUNCTION is_even(n int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT n % 2 = 0';

CREATE TABLE tenants (id int PRIMARY KEY, name varchar(10) NOT NULL, code char(3) NOT NULL CONSTRAINT code_form CHECK (code ~ '^[A-Z]{3}$'));
CREATE TABLE users (
  id int PRIMARY KEY, tenant_id int REFERENCES tenants, email text NOT NULL CONSTRAINT email_once UNIQUE, login text NOT NULL, role text, age int CONSTRAINT adult CHECK (age >= 18),
  share percentage, mood mood NOT NULL, status text NOT NULL, level text CONSTRAINT with_null CHECK (level IN ('low', 'high', NULL)),
  CONSTRAINT always CHECK (status <> 'new' OR status <> 'old'), CONSTRAINT per_tenant UNIQUE (tenant_id, role), CONSTRAINT whole_key UNIQUE (tenant_id, id)
);
CREATE UNIQUE INDEX login_once ON users (lower(login));
CREATE TABLE orders (
  id int PRIMARY KEY, tenant_id int, user_id int NOT NULL, total numeric(10, 2) NOT NULL CONSTRAINT total_positive CHECK (total > 0), starts date NOT NULL, ends date NOT NULL, CONSTRAINT span CHECK (ends > starts),
  kind text, amount int, CONSTRAINT free_or_paid CHECK (kind = 'free' OR amount > 0), pieces int NOT NULL CONSTRAINT pairs CHECK (is_even(pieces)), status text NOT NULL CONSTRAINT known CHECK (status IN ('new', 'paid')),
  CONSTRAINT half FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)
);
ALTER TABLE orders ADD CONSTRAINT later CHECK (id > 0) NOT VALID;
CREATE UNIQUE INDEX one_new ON orders (user_id) WHERE status = 'new';
CREATE TABLE impossible (id int PRIMARY KEY, x int NOT NULL, CONSTRAINT contradiction CHECK (x > 5 AND x < 3));
CREATE TABLE of_impossible (id int PRIMARY KEY, impossible_id int NOT NULL REFERENCES impossible);
CREATE TABLE rooms (id int PRIMARY KEY, during tsrange NOT NULL CONSTRAINT some_time CHECK (NOT isempty(during)), CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&));
CREATE TABLE maybe_rooms (id int PRIMARY KEY, during tsrange, CONSTRAINT maybe_overlap EXCLUDE USING gist (during WITH &&));
CREATE TABLE parts (id int NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE parts_2025 PARTITION OF parts FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE tree (id int PRIMARY KEY, parent_id int CONSTRAINT parent REFERENCES tree, CONSTRAINT not_itself CHECK (parent_id <> id));
CREATE TABLE healed (id int PRIMARY KEY, note text NOT NULL);
CREATE FUNCTION heal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.note := coalesce(NEW.note, 'none'); RETURN NEW; END $$;
CREATE TRIGGER heals BEFORE INSERT ON healed FOR EACH ROW EXECUTE FUNCTION heal();
CREATE TABLE append_only (id int PRIMARY KEY, what text NOT NULL);
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'append-only'; END $$;
CREATE TRIGGER keeps BEFORE DELETE OR UPDATE ON append_only FOR EACH ROW EXECUTE FUNCTION keep();
CREATE TABLE unchecked (id int PRIMARY KEY, tenant_id int NOT NULL CONSTRAINT switched_off REFERENCES tenants);
