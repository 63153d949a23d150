CREATE SCHEMA s;
CREATE TYPE s.span AS RANGE (subtype = integer, multirange_type_name = s.stretches);
CREATE TABLE s.t (a s.stretches DEFAULT s.stretches(s.span(1, 2)));
