-- needs: 17
-- Names and comments of the NOT NULL constraints of domains.
CREATE DOMAIN public.usual AS integer NOT NULL;
CREATE DOMAIN public."Named" AS integer CONSTRAINT "may not be null" NOT NULL CHECK (VALUE > 0);
CREATE DOMAIN public.described AS text NOT NULL;
CREATE DOMAIN public.later AS text;
ALTER DOMAIN public.later ADD CONSTRAINT "from now on" NOT NULL;
CREATE DOMAIN public.dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd AS text NOT NULL;
