-- Parsers, templates, dictionaries with options, configurations with dictionaries in their order.
-- needs: 14

CREATE SCHEMA "Text ""search""";
COMMENT ON SCHEMA "Text ""search""" IS 'of words';
CREATE TEXT SEARCH PARSER "Text ""search"""."Parser" (
    START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, HEADLINE = prsd_headline, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH PARSER "Text ""search"""."plain" (
    START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE "Text ""search"""."Template" (INIT = dsimple_init, LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH TEMPLATE "Text ""search"""."no init" (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY "Text ""search"""."Dictionary" (TEMPLATE = "Text ""search"""."Template", ACCEPT = false);
CREATE TEXT SEARCH DICTIONARY public.english_stem (TEMPLATE = snowball, LANGUAGE = english, STOPWORDS = english);
CREATE TEXT SEARCH DICTIONARY public.russian_stem (TEMPLATE = pg_catalog.snowball, LANGUAGE = 'russian');
CREATE TEXT SEARCH DICTIONARY public.synonyms (TEMPLATE = synonym, SYNONYMS = synonym_sample, CASESENSITIVE = 1);
CREATE TEXT SEARCH DICTIONARY public.thesaurus (
    TEMPLATE = thesaurus, DICTFILE = thesaurus_sample, DICTIONARY = public.english_stem);
CREATE TEXT SEARCH DICTIONARY public.spell (TEMPLATE = ispell, DICTFILE = ispell_sample, AFFFILE = ispell_sample);
CREATE TEXT SEARCH CONFIGURATION public.empty (PARSER = "default");
CREATE TEXT SEARCH CONFIGURATION "Text ""search"""."Configuration" (PARSER = "Text ""search""".plain);
CREATE TEXT SEARCH CONFIGURATION public.copied (COPY = pg_catalog.russian);
ALTER TEXT SEARCH CONFIGURATION "Text ""search"""."Configuration"
    ADD MAPPING FOR asciiword, word, hword_asciipart
    WITH public.synonyms, "Text ""search"""."Dictionary", public.spell, public.english_stem;
ALTER TEXT SEARCH CONFIGURATION "Text ""search"""."Configuration" ADD MAPPING FOR email, url_path WITH simple;
ALTER TEXT SEARCH CONFIGURATION public.copied ALTER MAPPING FOR word REPLACE russian_stem WITH public.russian_stem;
ALTER TEXT SEARCH CONFIGURATION public.copied DROP MAPPING FOR int, uint;
COMMENT ON TEXT SEARCH PARSER "Text ""search""".plain IS 'a parser';
COMMENT ON TEXT SEARCH TEMPLATE "Text ""search"""."Template" IS 'a template';
COMMENT ON TEXT SEARCH DICTIONARY "Text ""search"""."Dictionary" IS 'a dictionary';
COMMENT ON TEXT SEARCH CONFIGURATION public.copied IS 'a configuration';
CREATE TABLE public.document (
    body text,
    words tsvector GENERATED ALWAYS AS (to_tsvector('public.copied'::regconfig, body)) STORED);
CREATE INDEX ON public.document USING gin (to_tsvector('"Text ""search"""."Configuration"'::regconfig, body));
