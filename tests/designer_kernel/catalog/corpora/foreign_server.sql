-- Foreign-data wrappers, servers and user mappings, without secrets.
CREATE SCHEMA "F S";
CREATE EXTENSION postgres_fdw;
CREATE FOREIGN DATA WRAPPER dummy;
CREATE FOREIGN DATA WRAPPER "Du.m""my" NO HANDLER NO VALIDATOR OPTIONS (debug 'true', "Odd key" 'it''s', empty '', back E'a\\b', eq 'a=b=c');
CREATE FOREIGN DATA WRAPPER handled HANDLER postgres_fdw_handler VALIDATOR postgres_fdw_validator;
CREATE FOREIGN DATA WRAPPER validated VALIDATOR postgresql_fdw_validator;
CREATE SERVER plain FOREIGN DATA WRAPPER dummy;
CREATE SERVER "Se.rv""er" TYPE 'ty''pe' VERSION '1.0 "beta"' FOREIGN DATA WRAPPER "Du.m""my" OPTIONS (host 'a=b', "Port" '1');
CREATE SERVER remote FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'example.org', dbname 'x', fetch_size '100');
CREATE SERVER of_handled VERSION '2' FOREIGN DATA WRAPPER handled OPTIONS (use_remote_estimate 'true');
CREATE USER MAPPING FOR PUBLIC SERVER plain;
CREATE USER MAPPING FOR CURRENT_USER SERVER plain OPTIONS (username 'x', "Odd" 'y=z');
CREATE USER MAPPING FOR pg_monitor SERVER remote OPTIONS (user 'it''s');
CREATE USER MAPPING FOR PUBLIC SERVER "Se.rv""er" OPTIONS (a '', b E'\\');
COMMENT ON FOREIGN DATA WRAPPER "Du.m""my" IS 'dummy'; COMMENT ON SERVER "Se.rv""er" IS 'server';
GRANT USAGE ON FOREIGN SERVER remote TO pg_monitor; GRANT USAGE ON FOREIGN DATA WRAPPER dummy TO pg_monitor;
