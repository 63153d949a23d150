CREATE SCHEMA s;
CREATE AGGREGATE s.total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '1');
CREATE AGGREGATE s.most(int) (SFUNC = int4larger, STYPE = int);
