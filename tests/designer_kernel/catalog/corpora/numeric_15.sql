-- Numbers that are rounded before the point, and such with more digits behind it than they keep.
-- needs: 15

CREATE DOMAIN thousands AS numeric(10,-3);
CREATE TYPE measured AS (mass numeric(3,5), far numeric(4,-2)[]);
CREATE TABLE numbers (rounded numeric(10,-2) DEFAULT 1200 CHECK (rounded > 0), small numeric(3,5), part thousands);
