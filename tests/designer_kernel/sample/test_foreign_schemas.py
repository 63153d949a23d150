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


def test_columns_that_many_schemas_have(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE stations (id serial PRIMARY KEY, name text NOT NULL, active integer NOT NULL, created_at text NOT NULL, closed_on varchar(10), seen_ts bigint NOT NULL);
        CREATE TABLE patients (id serial PRIMARY KEY, first_name text, height_cm numeric(5,1) CHECK (height_cm BETWEEN 30 AND 250), weight_kg numeric(5,2), died_on date);
        CREATE TABLE rates (id serial PRIMARY KEY, vat_rate numeric(4,3) NOT NULL CHECK (vat_rate BETWEEN 0 AND 1), commission_pct numeric(2,2), net numeric(10,2) NOT NULL, vat numeric(10,2) NOT NULL, gross numeric(10,2) NOT NULL, CHECK (gross = net + vat));
        CREATE TABLE films (id serial PRIMARY KEY, title text NOT NULL);
        """,
    )
    fill(clean_url)
    assert one(clean_url, "SELECT count(*) FROM stations WHERE active NOT IN (0, 1)") == 0
    assert (
        one(
            clean_url,
            "SELECT count(*) FROM stations WHERE created_at::timestamptz NOT BETWEEN '2015-01-01' AND '2040-01-01'",
        )
        == 0
    )
    assert one(clean_url, "SELECT count(*) FROM stations WHERE closed_on::date < created_at::date") == 0
    assert (
        one(
            clean_url,
            "SELECT count(*) FROM stations WHERE to_timestamp(seen_ts / 1000) < created_at::timestamptz - interval '1 second'",
        )
        == 0
    )
    assert one(clean_url, "SELECT count(*) FROM patients WHERE height_cm < 140 OR weight_kg < 40") == 0
    assert one(clean_url, "SELECT count(*) < 100 FROM patients WHERE died_on IS NOT NULL")
    assert one(clean_url, "SELECT count(*) FROM rates WHERE vat_rate > 0.3 OR commission_pct < 0 OR vat > net") == 0
    assert one(clean_url, "SELECT count(*) FROM films WHERE title !~ '^The [A-Z][a-z]+ [A-Z][a-z]+$'") == 0


def test_a_partitioned_table_without_partitions_stays_empty(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE TABLE jobs (queue text, id int, PRIMARY KEY (queue, id)) PARTITION BY LIST (queue); CREATE TABLE queues (name text PRIMARY KEY)",
    )
    fill(clean_url)
    assert one(clean_url, "SELECT count(*) FROM queues") > 0
    assert one(clean_url, "SELECT count(*) FROM jobs") == 0


def test_a_row_is_not_its_own_parent_though_its_key_has_a_form(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE TABLE locales (code varchar(10) PRIMARY KEY CHECK (code ~ '^[a-z]{2,3}(-[A-Z]{2})?$'), fallback varchar(10) REFERENCES locales, CHECK (fallback <> code))",
    )
    fill(clean_url)
    assert one(clean_url, "SELECT count(*) FROM locales WHERE fallback IS NOT NULL") > 0


def test_two_references_that_are_distinct_from_each_other(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE players (id serial PRIMARY KEY, name text);
        CREATE TABLE pairings (round int, board int, white int REFERENCES players, black int REFERENCES players, PRIMARY KEY (round, board), CHECK (white IS DISTINCT FROM black));
        """,
    )
    fill(clean_url)
    assert one(clean_url, "SELECT count(*) FROM pairings") > 0


def test_rows_are_added_where_references_wait_for_the_end(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE TABLE calendars (id serial PRIMARY KEY, name text);
        CREATE TABLE events (id serial PRIMARY KEY, calendar_id int REFERENCES calendars DEFERRABLE INITIALLY DEFERRED, uid text UNIQUE);
        CREATE TABLE alarms (id serial PRIMARY KEY, event_id int NOT NULL REFERENCES events DEFERRABLE INITIALLY DEFERRED);
        """,
    )
    fill(clean_url, scale=0.1)
    before = one(clean_url, "SELECT count(*) FROM alarms")
    fill(clean_url, mode="append", seed=1)
    assert one(clean_url, "SELECT count(*) FROM alarms") > before
