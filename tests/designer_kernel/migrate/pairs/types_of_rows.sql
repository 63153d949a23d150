-- before
CREATE TYPE spot AS (x integer, label text);
CREATE TYPE span AS RANGE (SUBTYPE = integer);
CREATE DOMAIN code AS text CHECK (length(VALUE) < 9);
CREATE TABLE pins (at spot, old spot[], codes code[], code code);
CREATE TABLE spans (over span);
CREATE TABLE typed OF spot;
-- after
CREATE TYPE spot AS (label text, depth integer, x bigint);
CREATE TYPE span AS RANGE (SUBTYPE = bigint);
CREATE DOMAIN code AS text CHECK (length(VALUE) < 99) CONSTRAINT filled CHECK (VALUE <> '');
CREATE TABLE pins (at spot, codes code[], code code);
CREATE TABLE spans (over span);
CREATE TABLE typed OF spot (x DEFAULT 4);
