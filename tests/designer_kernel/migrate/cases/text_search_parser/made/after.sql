CREATE SCHEMA s;
CREATE TEXT SEARCH PARSER s.pars (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
