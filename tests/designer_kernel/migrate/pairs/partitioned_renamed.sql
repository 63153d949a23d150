CREATE TABLE days (day date NOT NULL PRIMARY KEY, n int CONSTRAINT days_n_check CHECK (n > 0)) PARTITION BY RANGE (day);
CREATE TABLE days_1 PARTITION OF days FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE visits (id bigint PRIMARY KEY, day date, CONSTRAINT visits_day_fkey FOREIGN KEY (day) REFERENCES days);
-- after
CREATE TABLE dates (day date NOT NULL, n int CONSTRAINT dates_n_check CHECK (n > 0), CONSTRAINT dates_pkey PRIMARY KEY (day)) PARTITION BY RANGE (day);
CREATE TABLE days_1 PARTITION OF dates FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE stays (id bigint CONSTRAINT stays_pkey PRIMARY KEY, day date, CONSTRAINT stays_day_fkey FOREIGN KEY (day) REFERENCES dates);
