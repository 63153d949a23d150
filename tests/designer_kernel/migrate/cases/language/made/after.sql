CREATE SCHEMA s;
CREATE LANGUAGE case_language HANDLER plpgsql_call_handler;
