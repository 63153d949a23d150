-- before
CREATE TYPE tier AS ENUM ('low', 'high');
CREATE TABLE posts (tier tier, body text) PARTITION BY LIST (tier);
CREATE TABLE posts_low PARTITION OF posts FOR VALUES IN ('low');
-- after
CREATE TYPE tier AS ENUM ('low', 'middle', 'high');
CREATE TABLE posts (tier tier, body text) PARTITION BY LIST (tier);
CREATE TABLE posts_low PARTITION OF posts FOR VALUES IN ('low');
CREATE TABLE posts_middle PARTITION OF posts FOR VALUES IN ('middle');
