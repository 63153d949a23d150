CREATE SCHEMA s;
CREATE TEXT SEARCH DICTIONARY s.changed (TEMPLATE = simple, Accept = false);
