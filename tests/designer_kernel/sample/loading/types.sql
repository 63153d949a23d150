CREATE EXTENSION hstore;
CREATE EXTENSION citext;
CREATE EXTENSION ltree;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TYPE price_range AS RANGE (subtype = numeric);
CREATE TYPE word_range AS RANGE (subtype = text);
CREATE TYPE place AS (street text, city text, postal_code text, position point, moods mood[], since date);
CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE DOMAIN percents AS percent[];
CREATE DOMAIN code AS text CHECK (VALUE ~ '^[A-Z]{3}[0-9]{2}$');
CREATE DOMAIN home AS place;
CREATE TABLE zoo (
    id bigint PRIMARY KEY,
    si smallint, i integer, bi bigint, n numeric, n2 numeric(12, 2), n18 numeric(36, 18), n0 numeric(5, 0),
    nn numeric(6, -2), r real, d double precision, m money, b boolean, t text, vc varchar(10), c char(5), nm name,
    ch "char", by bytea, u uuid, da date, tz timestamptz, ts timestamp, ti time, ttz timetz, iv interval,
    ip inet, net cidr, mac macaddr, mac8 macaddr8, js json, jb jsonb, jp jsonpath,
    bt bit(5), bt70 bit(70), vb varbit(12), vbb varbit,
    pt point, ln line, ls lseg, bx box, pa path, po polygon, ci circle, tv tsvector, tq tsquery,
    lsn pg_lsn, o oid, rc regclass, rt regtype, rp regproc, rn regnamespace, xi xid, cd cid, td tid, sn pg_snapshot, x8 xid8,
    i4 int4range, i8 int8range, nr numrange, dr daterange, tsr tsrange, tzr tstzrange, pr price_range, wr word_range,
    i4m int4multirange, nrm nummultirange, drm datemultirange, tzm tstzmultirange, prm price_multirange,
    ia integer[], sa smallint[], ta text[], va varchar(8)[], na numeric[], na2 numeric(10, 3)[], ua uuid[], daa date[],
    tza timestamptz[], ba boolean[], fa double precision[], ra real[], ja jsonb[], ma mood[], pta point[], rga int4range[],
    iva interval[], bya bytea[], bta bit(3)[], ipa inet[], emails text[], pca percent[], pcs percents, ca code[],
    moa money[], poa polygon[], mra int4multirange[],
    pl place, pla place[], hm home, mo mood, co code, pc percent, h hstore, lt ltree, ct citext, hha hstore[], cta citext[],
    rcf refcursor, ttza timetz[], lta ltree[], tqa tsquery[]
);
