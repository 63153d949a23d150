CREATE SCHEMA s;
CREATE TYPE s.span AS RANGE (subtype = integer, multirange_type_name = s.spans);
CREATE TABLE s.t (a s.spans DEFAULT s.spans(s.span(1, 2)));
