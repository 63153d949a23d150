-- Expressions that a server tells in words which it would itself read as something else.
CREATE DOMAIN public.code AS varchar(10) CHECK (VALUE IN ('a', 'b''(', 'ANY ((ARRAY[''x''::character varying])::text[])'));
CREATE TABLE public.listed (
    id integer PRIMARY KEY,
    kind varchar(20) NOT NULL CHECK (kind IN ('small', 'large, or so', 'it''s')),
    state varchar DEFAULT 'new' CONSTRAINT states CHECK (state = ANY (ARRAY['new', 'old']) AND state NOT IN ('x', 'y')),
    code public.code CHECK (code IN ('a', 'c')),
    fixed char(3) CHECK (fixed IN ('abc', 'def')),
    label text CHECK (label IN ('a', 'b') OR label LIKE ANY (ARRAY['a%', 'b%'])),
    pattern varchar CHECK (pattern LIKE ANY (ARRAY['a%'::varchar, 'ANY ((ARRAY['::varchar]) OR pattern ~~* ALL (ARRAY['(%'::varchar])),
    address cidr CHECK (address IN ('10.0.0.0/8', '192.168.0.0/16')),
    small smallint CHECK (small IN (1, 2, 3)),
    big bigint CHECK (big IN (1, 2, 3)),
    amount numeric CHECK (amount BETWEEN 0 AND 100 AND amount <> 13),
    low integer,
    high integer,
    CHECK (low BETWEEN -1 AND high AND high IS NOT NULL AND id > 0),
    CHECK ((low NOT BETWEEN 5 AND 6 OR high = 7) AND low + 1 BETWEEN 1 AND 2 AND id > 1),
    CHECK (id > 0 AND low BETWEEN 1 AND 5),
    CHECK (low BETWEEN 1 AND 5 AND high BETWEEN 1 AND 5 AND id BETWEEN 1 AND 5),
    CHECK (low BETWEEN SYMMETRIC 1 AND 5 AND id > 2),
    CHECK (low >= 1 AND low <= 5 AND id > 3),
    CHECK ('(low >= 1) AND (low <= 5)) AND (' <> kind AND id > 4)
);
CREATE INDEX listed_few ON public.listed (low) WHERE kind IN ('small', 'large') AND low BETWEEN 1 AND 2;
CREATE INDEX listed_range ON public.listed (high) WHERE low BETWEEN 1 AND 2 AND high > 3;
CREATE VIEW public.listed_now AS
    SELECT l.id, l.kind IN ('small', 'large') AS is_sized, (l.amount BETWEEN 1 AND 2 AND l.low = 3) AS is_low
    FROM public.listed l JOIN public.listed o ON o.low BETWEEN l.low AND l.high AND o.id <> l.id
    WHERE l.low BETWEEN (SELECT min(low) FROM public.listed WHERE low BETWEEN 1 AND 9 AND id > 1) AND 5
        AND l.kind NOT IN ('huge', 'tiny') AND EXISTS (SELECT FROM public.listed);
CREATE POLICY few ON public.listed USING (state IN ('new', 'old') AND low BETWEEN 1 AND 2 AND high BETWEEN 3 AND 4);
CREATE FUNCTION public.is_listed(kind varchar, n integer) RETURNS boolean LANGUAGE sql
    BEGIN ATOMIC SELECT kind IN ('small', 'large') AND n BETWEEN 1 AND 2 OR n NOT BETWEEN 3 AND 4 OR n = 5; END;
CREATE FUNCTION public.quoted() RETURNS text LANGUAGE sql
    AS 'SELECT ''((a >= 1) AND (a <= 5)) AND ANY ((ARRAY[''''x''''::character varying])::text[])''';
CREATE RULE no_huge AS ON INSERT TO public.listed WHERE new.kind IN ('huge', 'tiny') AND new.low BETWEEN 1 AND 2 DO INSTEAD NOTHING;
