"""The names that the server chooses by itself, as we foretell them."""

from __future__ import annotations

import psycopg

from designer_kernel.catalog.identifiers import quote
from designer_kernel.migrate.online.names import chosen_name, index_columns

KEYS = (
    ("a",), ('"B c"', "a"), ("lower(b)",), ("lower(b)", "lower(b)", "upper(b)"), ("(a + 1)",), ("(b::integer)",),
    ("COALESCE(b, 'x')", "a"), ("(CASE WHEN a > 1 THEN 2 END)",), ('b COLLATE "C"', "a DESC NULLS LAST"),
)  # fmt: skip
TABLES = (
    "t",
    "a_table_with_a_name_that_is_as_long_as_the_server_keeps_it_for_us",
    "täfelchen_mit_längerem_namen_für_uns",
)


def test_names_of_indexes_and_constraints_are_foretold(database_url: str) -> None:
    found, told = [], []
    with psycopg.connect(database_url) as connection:
        for table in TABLES:
            name = table[:63]
            connection.execute(f'CREATE TABLE {quote(name)} (a int, b text, "B c" int)'.encode())
            for keys in KEYS:
                connection.execute("SAVEPOINT one")
                connection.execute(f"CREATE INDEX ON {quote(name)} ({', '.join(keys)})".encode())
                rows = connection.execute(
                    "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass", [quote(name)]
                )
                found += [row[0].strip('"') for row in rows]
                connection.execute("ROLLBACK TO one")
                told.append(chosen_name(name, index_columns(keys), "idx"))
            connection.execute(f"ALTER TABLE {quote(name)} ADD UNIQUE (a, b), ADD CHECK (a > 0)".encode())
            rows = connection.execute("SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass", [quote(name)])
            found += sorted(row[0] for row in rows)
            told += sorted([chosen_name(name, "a_b", "key"), chosen_name(name, "a", "check")])
    assert told == found
