"""Shapes of tables as other people's schemas have them, filled: each once was refused, or looked silly."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from designer_kernel.sample import fill
from tests.designer_kernel.sample.databases import ask, create, one


def test_keys_of_one_letter_or_two(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE error_codes (code varchar(2) PRIMARY KEY, description text);
        CREATE TABLE bins (aisle char(1) CHECK (aisle BETWEEN 'A' AND 'Z'), rack smallint CHECK (rack BETWEEN 1 AND 40), shelf smallint CHECK (shelf BETWEEN 0 AND 9), PRIMARY KEY (aisle, rack, shelf));
        """,
    )
    fill(clean_url)
    assert one(clean_url, "SELECT count(*) FROM error_codes") == 26 * 26  # there are no more
    assert one(clean_url, "SELECT count(*) FROM bins") == 1000


def test_a_sequence_behind_text(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE SEQUENCE lot_numbers; CREATE TABLE lots (id serial PRIMARY KEY, lot_number text UNIQUE NOT NULL DEFAULT nextval('lot_numbers'::regclass)::text)",
    )
    fill(clean_url)
    create(clean_url, "INSERT INTO lots DEFAULT VALUES")
    assert one(clean_url, "SELECT count(*) FROM lots") == 1001


def test_a_time_beside_the_flag_that_it_belongs_to(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE flags (id serial PRIMARY KEY, archived boolean NOT NULL, archived_at timestamptz, CHECK (archived = false AND archived_at IS NULL OR archived = true AND archived_at IS NOT NULL));
        CREATE TABLE documents (id serial PRIMARY KEY, is_locked boolean NOT NULL, locked_at timestamptz);
        """,
    )
    fill(clean_url)
    assert ask(clean_url, "SELECT id FROM documents WHERE is_locked <> (locked_at IS NOT NULL)") == []
    assert one(clean_url, "SELECT count(*) FROM flags WHERE archived") > 0
