CREATE SCHEMA s;
CREATE TYPE s.number;
CREATE FUNCTION s.number_in(cstring) RETURNS s.number LANGUAGE internal IMMUTABLE STRICT AS 'int4in';
CREATE FUNCTION s.number_out(s.number) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'int4out';
CREATE TYPE s.number (INPUT = s.number_in, OUTPUT = s.number_out, LIKE = int4);
