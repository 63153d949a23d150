CREATE SCHEMA s;
CREATE FOREIGN DATA WRAPPER case_fdw;
CREATE SERVER case_server FOREIGN DATA WRAPPER case_fdw;
CREATE FOREIGN TABLE s.changed (id int) SERVER case_server OPTIONS (a '2');
CREATE FOREIGN TABLE s.come (id int) SERVER case_server;
