-- Checks as they are found in real schemas, in one database. Each table is filled, and the server validates all of it.

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE severity AS ENUM ('low', 'medium', 'high', 'critical');

CREATE FUNCTION is_luhn(number text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT number ~ '^[0-9]+$' AND sum(CASE WHEN (length(number) - i) % 2 = 1 THEN (d * 2) / 10 + (d * 2) % 10 ELSE d END) % 10 = 0
  FROM (SELECT i, CASE WHEN substr(number, i, 1) ~ '[0-9]' THEN substr(number, i, 1)::int ELSE 0 END AS d FROM generate_series(1, length(number)) AS i) AS digits
$$;
CREATE FUNCTION is_isbn13(code text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE total int := 0;
BEGIN
  IF code !~ '^97[89][0-9]{10}$' THEN RETURN false; END IF;
  FOR i IN 1..13 LOOP total := total + substr(code, i, 1)::int * CASE WHEN i % 2 = 1 THEN 1 ELSE 3 END; END LOOP;
  RETURN total % 10 = 0;
END $$;
CREATE FUNCTION is_working_day(day date) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT extract(isodow FROM day) < 6 $$;
CREATE FUNCTION all_positive(numbers int[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT coalesce(bool_and(n > 0), true) FROM unnest(numbers) AS n $$;
CREATE FUNCTION reject_odd(n int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN IF n % 2 = 1 THEN RAISE EXCEPTION 'odd: %', n; END IF; RETURN true; END $$;

CREATE DOMAIN email AS text CHECK (VALUE ~* '^[a-z0-9._%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}$');
CREATE DOMAIN us_postal_code AS text CHECK (VALUE ~ '^\d{5}$' OR VALUE ~ '^\d{5}-\d{4}$');
CREATE DOMAIN percentage AS numeric(5, 2) CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN slug AS varchar(60) CHECK (VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$') NOT NULL;
CREATE DOMAIN hex_colour AS char(7) CHECK (VALUE ~ '^#[0-9a-fA-F]{6}$');
CREATE DOMAIN even AS integer CHECK (VALUE % 2 = 0);
CREATE DOMAIN even_and_large AS even CHECK (VALUE > 100);
CREATE DOMAIN strong AS text CHECK (VALUE ~ '^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9]).{8,}$');
CREATE DOMAIN year AS integer CONSTRAINT year_check CHECK (VALUE >= 1901 AND VALUE <= 2155);

-- money
CREATE TABLE accounts (
  id bigint PRIMARY KEY, currency char(3) NOT NULL CHECK (currency = upper(currency) AND length(currency) = 3),
  balance numeric(14, 2) NOT NULL CHECK (balance >= 0 OR overdraft), overdraft boolean NOT NULL DEFAULT false,
  credit_limit numeric(14, 2) CHECK (credit_limit IS NULL OR credit_limit > 0),
  iban text CHECK (length(replace(iban, ' ', '')) BETWEEN 15 AND 34 AND iban ~ '^[A-Z]{2}[0-9]{2}'),
  bic text CHECK (bic ~ '^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$')
);
CREATE TABLE entries (
  id bigint PRIMARY KEY, debit numeric(12, 2), credit numeric(12, 2), rate numeric(9, 6) CHECK (rate > 0 AND rate < 1),
  CONSTRAINT one_side CHECK ((debit IS NULL) <> (credit IS NULL)), CONSTRAINT amounts CHECK (coalesce(debit, credit) > 0),
  cents bigint NOT NULL CHECK (cents % 5 = 0), rounded numeric(10, 4) NOT NULL CHECK (rounded = round(rounded, 2)),
  step numeric(8, 3) CHECK (mod(step, 0.25) = 0)
);
CREATE TABLE invoices (
  id int PRIMARY KEY, net numeric(10, 2) NOT NULL, tax numeric(10, 2) NOT NULL, gross numeric(10, 2) NOT NULL, discount numeric(10, 2) NOT NULL,
  CHECK (gross = net + tax - discount), CHECK (discount <= net), CHECK (net >= 0 AND tax >= 0 AND discount >= 0),
  issued date NOT NULL, due date NOT NULL, paid date, CHECK (due >= issued), CHECK (due - issued <= 90), CHECK (paid IS NULL OR paid >= issued),
  status text NOT NULL CHECK (status IN ('draft', 'sent', 'paid', 'void')), CHECK ((status = 'paid') = (paid IS NOT NULL))
);
CREATE TABLE prices (
  id int PRIMARY KEY, price numeric(10, 2) CHECK (price > 0), sale_price numeric(10, 2), CHECK (sale_price < price),
  cost numeric(10, 2) NOT NULL CHECK (cost > 0), margin numeric(6, 3) GENERATED ALWAYS AS ((price - cost) / cost) STORED, CHECK (margin >= 0),
  min_quantity int NOT NULL DEFAULT 1, max_quantity int, CHECK (min_quantity > 0), CHECK (max_quantity IS NULL OR max_quantity >= min_quantity),
  CHECK (price * min_quantity <= 100000)
);
CREATE TABLE cards (
  number text PRIMARY KEY CHECK (is_luhn(number) AND length(number) BETWEEN 12 AND 19), month int NOT NULL CHECK (month BETWEEN 1 AND 12),
  year int NOT NULL CHECK (year >= 2020), last_four char(4) NOT NULL CHECK (last_four ~ '^\d{4}$'), brand text CHECK (brand = ANY ('{visa,amex,"master card"}'::text[])),
  cvv text CHECK (brand <> 'amex' AND cvv ~ '^[0-9]{3}$' OR brand = 'amex' AND cvv ~ '^[0-9]{4}$')
);

-- people and the web
CREATE TABLE users (
  id bigint PRIMARY KEY, login text NOT NULL UNIQUE CHECK (login ~ '^[a-z][a-z0-9_]{2,29}$'), email email NOT NULL UNIQUE, password strong NOT NULL,
  backup_email text CHECK (backup_email LIKE '%_@__%.__%'), phone text CHECK (phone ~ '^\+[1-9]\d{1,14}$'), age smallint CHECK (age BETWEEN 13 AND 120),
  born date CHECK (born > DATE '1900-01-01' AND born < CURRENT_DATE), nickname text CHECK (char_length(trim(nickname)) > 0),
  bio text CHECK (octet_length(bio) <= 400), locale text CHECK (locale SIMILAR TO '[a-z]{2}(_[A-Z]{2})?'), timezone text CHECK (timezone ~ '^[A-Z][a-z]+/[A-Z][a-z_]+$'),
  CHECK (email <> backup_email)
);
CREATE TABLE profiles (
  id int PRIMARY KEY, website text CHECK (website ~* '^https?://[^\s/$.?#]+\.[^\s]*$'), handle text CHECK (handle ~ '^@\w{1,15}$'),
  colour hex_colour, mood mood NOT NULL CHECK (mood > 'sad'), worst mood, CHECK (worst <= mood), slug slug,
  gender char(1) CHECK (gender IN ('m', 'f', 'x')), initials text CHECK (initials = upper(initials) AND length(initials) <= 3),
  code text CHECK (left(code, 2) = 'AB' AND right(code, 1) = 'Z'), tag text CHECK (position('-' in tag) > 1), ip inet CHECK (family(ip) = 4)
);
CREATE TABLE tokens (
  id uuid PRIMARY KEY, digest bytea NOT NULL CHECK (octet_length(digest) = 16), hash text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'), prefix text CHECK (starts_with(prefix, 'tok_')),
  issued timestamptz NOT NULL, expires timestamptz NOT NULL, revoked timestamptz, CHECK (expires > issued), CHECK (expires <= issued + interval '30 days'),
  CHECK (revoked IS NULL OR revoked BETWEEN issued AND expires), scopes text[] NOT NULL CHECK (cardinality(scopes) > 0), CHECK (scopes <@ ARRAY['read', 'write', 'admin']),
  CHECK (array_position(scopes, NULL) IS NULL)
);
CREATE TABLE versions (
  id int PRIMARY KEY, version text NOT NULL CHECK (version ~ '^\d+\.\d+\.\d+(-[a-z0-9.]+)?$'), major int NOT NULL, minor int NOT NULL, CHECK (ROW(major, minor) >= ROW(1, 5)),
  checksum char(32) CHECK (checksum ~ '^[a-f0-9]+$'), path text CHECK (path LIKE '/%' AND path NOT LIKE '%/'), file text CHECK (lower(file) ~ '\.(png|jpe?g|gif)$'),
  mime text CHECK (mime ~ '^(image|video)/[a-z0-9.+-]+$'), size bigint CHECK (size BETWEEN 1 AND 5 * 1024 * 1024), parts text CHECK (split_part(parts, ':', 2) <> '')
);

-- exclusive arcs and polymorphic references
CREATE TABLE owners_a (id int PRIMARY KEY);
CREATE TABLE owners_b (id int PRIMARY KEY);
CREATE TABLE comments (
  id int PRIMARY KEY, a_id int REFERENCES owners_a, b_id int REFERENCES owners_b, CHECK (num_nonnulls(a_id, b_id) = 1), body text NOT NULL CHECK (body <> '')
);
CREATE TABLE attachments (
  id int PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('a', 'b', 'none')), a_id int REFERENCES owners_a, b_id int REFERENCES owners_b,
  CONSTRAINT target CHECK (CASE kind WHEN 'a' THEN a_id IS NOT NULL AND b_id IS NULL WHEN 'b' THEN b_id IS NOT NULL AND a_id IS NULL ELSE a_id IS NULL AND b_id IS NULL END)
);
CREATE TABLE likes (
  id int PRIMARY KEY, target text NOT NULL, a_id int REFERENCES owners_a, b_id int REFERENCES owners_b,
  CHECK ((target = 'a' AND a_id IS NOT NULL AND b_id IS NULL) OR (target = 'b' AND a_id IS NULL AND b_id IS NOT NULL))
);
CREATE TABLE links (
  id int PRIMARY KEY, from_id int NOT NULL REFERENCES owners_a, to_id int NOT NULL REFERENCES owners_b, weight int NOT NULL DEFAULT 1 CHECK (weight > 0 AND weight & 1 = 0),
  CHECK ((a IS NULL)::int + (b IS NULL)::int + (c IS NULL)::int = 2), a int, b text, c date
);

-- time
CREATE TABLE events (
  id int PRIMARY KEY, starts timestamptz NOT NULL, ends timestamptz, CHECK (ends IS NULL OR ends > starts), CHECK (ends - starts < interval '12 hours'),
  day date NOT NULL CHECK (is_working_day(day)), hour int CHECK (hour >= 0 AND hour < 24), opens time NOT NULL, closes time NOT NULL, CHECK (closes > opens),
  month date NOT NULL CHECK (date_trunc('month', month) = month), monday date NOT NULL CHECK (extract(dow FROM monday) = 1), slot timestamptz NOT NULL CHECK (extract(minute FROM slot) IN (0, 30) AND extract(second FROM slot) = 0),
  duration interval NOT NULL CHECK (duration > interval '0' AND duration <= interval '8 hours'), period tstzrange CHECK (NOT isempty(period)),
  days text[] CHECK (days <@ ARRAY['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']::text[] AND array_length(days, 1) BETWEEN 1 AND 7)
);
CREATE TABLE stays (
  id int PRIMARY KEY, arrival date NOT NULL, departure date NOT NULL, nights int GENERATED ALWAYS AS (departure - arrival) STORED, CHECK (nights BETWEEN 1 AND 28),
  adults int NOT NULL CHECK (adults >= 1), children int NOT NULL CHECK (children >= 0), CHECK (adults + children <= 6), checked_in timestamptz, checked_out timestamptz,
  CHECK (checked_out IS NULL OR checked_in IS NOT NULL), CHECK (checked_out > checked_in)
);
CREATE TABLE shifts (
  id int PRIMARY KEY, weekday int NOT NULL CHECK (weekday = ANY (ARRAY[1, 2, 3, 4, 5])), begins int NOT NULL, finishes int NOT NULL, CHECK (0 <= begins AND begins < finishes AND finishes <= 1440),
  CHECK ((finishes - begins) % 15 = 0), pause int NOT NULL CHECK (pause BETWEEN 0 AND 120), CHECK (pause < finishes - begins),
  quarter int CHECK (quarter IN (1, 2, 3, 4)), half int, CHECK (half = (quarter + 1) / 2), iso_week text CHECK (iso_week ~ '^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$')
);
CREATE TABLE history (
  id int PRIMARY KEY, valid_from timestamptz NOT NULL, valid_to timestamptz NOT NULL DEFAULT 'infinity', CHECK (valid_from < valid_to), sys_from timestamp, sys_to timestamp,
  CHECK ((sys_from IS NULL) = (sys_to IS NULL)), CHECK (sys_to >= sys_from + interval '1 day'), created_at timestamptz NOT NULL, updated_at timestamptz, CHECK (updated_at >= created_at), deleted_at timestamptz, is_deleted boolean NOT NULL,
  CHECK (is_deleted = (deleted_at IS NOT NULL)), CHECK (created_at >= '2015-01-01')
);

-- places
CREATE TABLE places (
  id int PRIMARY KEY, latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90), longitude double precision NOT NULL CHECK (longitude >= -180 AND longitude <= 180),
  elevation real CHECK (elevation > -500 AND elevation < 9000), zip us_postal_code, country char(2) NOT NULL CHECK (country ~ '^[A-Z]{2}$'), state text CHECK (country <> 'US' OR state IS NOT NULL),
  plus_code text CHECK (plus_code ~ '^[23456789CFGHJMPQRVWX]{8}\+[23456789CFGHJMPQRVWX]{2}$'), srid int NOT NULL CHECK (srid IN (4326, 3857)), bearing numeric(5, 2) CHECK (bearing >= 0 AND bearing < 360),
  north numeric(8, 5), south numeric(8, 5), CHECK (north > south AND north - south <= 10)
);
CREATE TABLE sensors (
  id int PRIMARY KEY, low numeric(6, 2) NOT NULL, high numeric(6, 2) NOT NULL, target numeric(6, 2) NOT NULL, CHECK (low < target AND target < high), CHECK (abs(high - low) <= 50),
  humidity percentage, reading double precision CHECK (reading <> 'NaN'), unit text NOT NULL CHECK (unit IN ('C', 'F', 'K')), value numeric(8, 2) NOT NULL,
  CHECK (CASE WHEN unit = 'K' THEN value >= 0 WHEN unit = 'C' THEN value >= -273.15 ELSE value >= -459.67 END), ratio numeric(5, 4) CHECK (ratio * 100 <= 50), share numeric(4, 3) CHECK (share > 0 AND 1 / share <= 10),
  mask bit(4), flags int NOT NULL CHECK (flags & ~15 = 0), power int CHECK (power > 0 AND power & (power - 1) = 0), level smallint CHECK (sign(level) = 1)
);

-- documents
CREATE TABLE documents (
  id int PRIMARY KEY, settings jsonb NOT NULL CHECK (jsonb_typeof(settings) = 'object'), tags jsonb CHECK (jsonb_typeof(tags) = 'array'), address jsonb CHECK (address ? 'street' AND address ? 'city'),
  person jsonb NOT NULL CHECK (person ?& ARRAY['name', 'age'] AND (person ->> 'age')::int BETWEEN 0 AND 150 AND jsonb_typeof(person -> 'name') = 'string'),
  payload jsonb CHECK (payload ->> 'type' IN ('created', 'updated') AND (payload ->> 'version')::int > 0), extra jsonb CHECK (extra IS NULL OR extra <> '{}'::jsonb), raw json CHECK (json_typeof(raw) = 'object'),
  list jsonb CHECK (jsonb_array_length(list) <= 3), price jsonb CHECK (jsonb_typeof(price -> 'amount') = 'number' AND price ->> 'currency' ~ '^[A-Z]{3}$'), path jsonb CHECK (path #>> '{a,b}' IS NOT NULL),
  small jsonb CHECK (pg_column_size(small) < 2000)
);
CREATE TABLE arrays (
  id int PRIMARY KEY, tags text[] CHECK (array_length(tags, 1) <= 5), emails email[], numbers int[] NOT NULL CHECK (all_positive(numbers)), pair int[] NOT NULL CHECK (array_length(pair, 1) = 2 AND pair[1] < pair[2]),
  colours text[] CHECK ('red' = ANY (colours)), distinct_ones int[] CHECK (cardinality(distinct_ones) >= 2), matrix int[] CHECK (array_ndims(matrix) = 1), CHECK (array_length(tags, 1) IS NULL OR tags[1] <> ''),
  evens even[] NOT NULL CHECK (array_length(evens, 1) = 3)
);

-- logic with NULL, implications, states
CREATE TABLE orders (
  id int PRIMARY KEY, status text NOT NULL CHECK (status IN ('new', 'paid', 'shipped', 'cancelled')), paid_at timestamptz, shipped_at timestamptz, cancelled_at timestamptz, reason text,
  CHECK (status <> 'paid' OR paid_at IS NOT NULL), CHECK (status <> 'shipped' OR (paid_at IS NOT NULL AND shipped_at IS NOT NULL)), CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)), CHECK (shipped_at >= paid_at),
  CHECK (cancelled_at IS NULL OR reason IS NOT NULL), priority int NOT NULL DEFAULT 0 CHECK (priority BETWEEN 0 AND 9 AND priority <> 4), weight numeric(8, 3), unit text, CHECK ((weight IS NULL AND unit IS NULL) OR (weight IS NOT NULL AND unit IN ('kg', 'lb')))
);
CREATE TABLE flags (
  id int PRIMARY KEY, is_admin boolean NOT NULL, is_active boolean NOT NULL, is_guest boolean NOT NULL, CHECK (NOT (is_admin AND is_guest)), CHECK (is_active OR NOT is_admin), CHECK (is_admin::int + is_guest::int <= 1),
  agreed boolean NOT NULL CHECK (agreed), declined boolean CHECK (declined IS NOT TRUE), a int, b int, CHECK (a IS DISTINCT FROM b), c int, d int, CHECK (c IS NOT DISTINCT FROM d), e int, f int, CHECK (e IS NULL OR f IS NULL), CHECK (e IS NOT NULL OR f IS NOT NULL),
  g int, h int, i int, CHECK (num_nulls(g, h, i) IN (0, 3)), CHECK (g < h AND h < i), j int, CHECK (nullif(j, 0) IS NOT NULL), k int CHECK (greatest(k, 10) = k), CHECK (least(g, h) = g)
);
CREATE TABLE tickets (
  id int PRIMARY KEY, severity severity NOT NULL, assignee text, CHECK (severity < 'high' OR assignee IS NOT NULL), sla_hours int NOT NULL,
  CHECK (sla_hours <= CASE severity WHEN 'critical' THEN 4 WHEN 'high' THEN 24 ELSE 72 END AND sla_hours > 0), opened date NOT NULL, closed date, resolution text, CHECK ((closed IS NULL) = (resolution IS NULL)), CHECK (closed >= opened), CHECK (closed - opened < 400),
  number text NOT NULL UNIQUE CHECK (number ~ '^TCK-[0-9]{6}$'), parent int, CHECK (parent <> id), points int CHECK (points IN (1, 2, 3, 5, 8, 13)), CHECK (resolution IS NULL OR length(btrim(resolution)) >= 5)
);
CREATE TABLE products (
  id int PRIMARY KEY, sku text NOT NULL UNIQUE CHECK (sku ~ '^[A-Z]{3}-\d{4}$'), isbn text UNIQUE CHECK (is_isbn13(isbn)), ean text CHECK (length(ean) IN (8, 13) AND ean !~ '\D'), name text NOT NULL CHECK (name = btrim(name) AND name <> ''),
  weight_g int CHECK (weight_g > 0), length_mm int, width_mm int, height_mm int, CHECK (length_mm * width_mm * height_mm <= 1000000000), CHECK (length_mm >= width_mm), stock int NOT NULL CHECK (stock >= 0), reserved int NOT NULL CHECK (reserved >= 0), CHECK (reserved <= stock),
  rating numeric(2, 1) CHECK (rating BETWEEN 1 AND 5 AND rating * 2 = floor(rating * 2)), even even_and_large, odd int CHECK (odd % 2 <> 0), exact int CHECK (reject_odd(exact)), kind varchar(10) NOT NULL CHECK (kind::text = ANY (ARRAY['a'::varchar, 'b'::varchar]::text[])), title text CHECK (title ~ '[A-Z]' AND title !~ '[0-9]' AND length(title) < 80)
);
CREATE TABLE films (
  film_id int PRIMARY KEY, title varchar(255) NOT NULL, release_year year, rental_duration smallint NOT NULL CHECK (rental_duration BETWEEN 1 AND 14), rental_rate numeric(4, 2) NOT NULL CHECK (rental_rate > 0), length smallint CHECK (length > 0),
  replacement_cost numeric(5, 2) NOT NULL CHECK (replacement_cost >= rental_rate * 2), rating text CHECK (rating = '' OR rating IN ('G', 'PG', 'PG-13', 'R', 'NC-17')), special_features text[] CHECK (special_features <@ ARRAY['Trailers', 'Commentaries', 'Deleted Scenes'])
);

-- not for old rows, not for children, on partitions
CREATE TABLE legacy (id int PRIMARY KEY, code text, amount int);
ALTER TABLE legacy ADD CONSTRAINT code_later CHECK (code ~ '^L[0-9]{3}$') NOT VALID;
ALTER TABLE legacy ADD CONSTRAINT here_only CHECK (amount BETWEEN 5 AND 9) NO INHERIT;
CREATE TABLE measurements (id int NOT NULL, region text NOT NULL, value int NOT NULL, CHECK (value >= 0)) PARTITION BY LIST (region);
CREATE TABLE measurements_north PARTITION OF measurements FOR VALUES IN ('north');
CREATE TABLE measurements_south PARTITION OF measurements FOR VALUES IN ('south', 'east');
ALTER TABLE measurements_south ADD CONSTRAINT south_is_warm CHECK (value >= 20);
CREATE TABLE readings (id int NOT NULL, day date NOT NULL, value numeric(6, 2) NOT NULL CHECK (value <> 0)) PARTITION BY RANGE (day);
CREATE TABLE readings_2024 PARTITION OF readings FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE readings_2025 PARTITION OF readings FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE readings_2025 ADD CONSTRAINT only_small CHECK (value < 50 AND mod(value, 0.5) = 0);
