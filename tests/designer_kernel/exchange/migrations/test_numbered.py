"""Plain files run by psql: they lead there and back, know where they are, and say what is wrong."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.errors import DesignerError
from designer_kernel.exchange.migrations import next_number, write_numbered
from designer_kernel.exchange.migrations.descriptions import described
from designer_kernel.exchange.migrations.numbered import slug_of
from designer_kernel.migrate import records
from designer_kernel.migrate.drift import drift
from designer_kernel.migrate.rollback import rollback, ways_back
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.exchange.migrations.conftest import MakeWay, Way, psql, way
from tests.designer_kernel.migrate.databases import ALTERATIONS, shop

MIXED = (
    "ALTER TABLE shop.orders ALTER note SET NOT NULL",
    "ALTER TABLE shop.customers ADD COLUMN phone text UNIQUE",
    "DROP VIEW shop.paid_big",
    r"COMMENT ON TABLE shop.orders IS 'it''s :x % \ $designer$ é'",
    "GRANT INSERT ON shop.orders TO shop_reader",
    "CREATE INDEX orders_note ON shop.orders (note)",
    "CREATE TABLE shop.remarks (id integer PRIMARY KEY, remark text)",  # TOAST, named by numbers of the server
)


def written(way: Way, folder: Path, **options: object) -> Path:
    write_numbered(way.migration, rehearsal=way.rehearsal, **options).save(folder)  # type: ignore[arg-type]
    return folder


def is_before(way: Way) -> bool:
    return differences(way.migration.before, way.now) == []


def is_after(way: Way) -> bool:
    return differences(way.migration.after, way.now) == []


def test_files_lead_there_and_back_and_know_where_they_are(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way(*MIXED)
    folder = written(way, tmp_path / "migrations")
    names = ["001_change_it.sql", "README.md", "rollback_001_change_it.sql", "verify_001_change_it.sql"]
    assert sorted(path.name for path in folder.iterdir()) == names
    up, _, down, verify = (folder / name for name in names)
    assert "column shop.customers.phone is not there instead of text" in psql(way.url, verify).err
    assert psql(way.url, verify).code == 3
    applied = psql(way.url, up)
    assert (applied.code, is_after(way)) == (0, True)
    assert "NOTICE:  001_change_it: done in" in applied.err
    assert psql(way.url, verify).code == 0
    again = psql(way.url, up)
    assert again.code == 3
    assert "this is not the database that the steps were written for" in again.err
    assert is_after(way)
    assert psql(way.url, down).code == 0
    assert is_before(way)


@pytest.mark.parametrize(
    ("name", "slug"), [("Größer, 'n schöner", "grosser_n_schoner"), ("été 2", "ete_2"), ("形", "migration")]
)
def test_names_of_files_keep_what_is_plain_of_a_letter(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@pytest.mark.older
def test_the_same_on_an_older_server(fresh_older_url: FreshUrl, tmp_path: Path) -> None:
    older = way(fresh_older_url, MIXED)
    folder = written(older, tmp_path, idempotent=True)
    for _ in range(2):
        assert psql(older.url, folder / "001_change_it.sql").code == 0
    assert is_after(older)
    assert psql(older.url, folder / "rollback_001_change_it.sql").code == 0
    assert is_before(older)


def test_another_version_of_the_server_is_refused(fresh_url: FreshUrl, make_way: MakeWay, tmp_path: Path) -> None:
    folder = written(make_way(*MIXED), tmp_path)
    text = (folder / "001_change_it.sql").read_text(encoding="utf-8").replace("<> 18 THEN", "<> 17 THEN")
    (folder / "001_change_it.sql").write_text(text, encoding="utf-8")
    assert "this was planned for PostgreSQL" in psql(fresh_url(), folder / "001_change_it.sql").err


def test_plain_files_need_no_psql(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way(*MIXED)
    folder = written(way, tmp_path)
    with psycopg.connect(way.url, autocommit=True) as connection:
        connection.execute((folder / "001_change_it.sql").read_bytes())
    assert is_after(way)


def test_what_fails_leaves_nothing(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way(*MIXED)
    folder = written(way, tmp_path)
    with psycopg.connect(way.url, autocommit=True) as connection:
        connection.execute("INSERT INTO shop.customers (email, name) VALUES ('a@b', 'a')")
        connection.execute("INSERT INTO shop.orders (customer_id) VALUES (1)")
    ran = psql(way.url, folder / "001_change_it.sql")
    assert (ran.code, is_before(way)) == (3, True)
    assert 'column "note" of relation "orders" contains null values' in ran.err


def test_idempotent_files_do_nothing_twice(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way(*MIXED)
    folder = written(way, tmp_path, idempotent=True)
    up, down = folder / "001_change_it.sql", folder / "rollback_001_change_it.sql"
    assert "done already" in psql(way.url, down).out
    assert (psql(way.url, up).out, is_after(way)) == ("", True)
    assert "done already, nothing was changed" in psql(way.url, up).out
    assert is_after(way)
    with psycopg.connect(way.url, autocommit=True) as connection:
        connection.execute("ALTER TABLE shop.customers DROP COLUMN phone")
    half = psql(way.url, up)
    assert half.code == 3
    assert "column shop.orders.note is text not null instead of text" in half.err
    with psycopg.connect(way.url, autocommit=True) as connection:
        connection.execute("ALTER TABLE shop.customers ADD COLUMN phone text UNIQUE")
    assert (psql(way.url, down).code, is_before(way)) == (0, True)


def test_the_history_knows_what_catalogs_cannot(make_way: MakeWay, tmp_path: Path) -> None:
    first = make_way("ALTER TABLE shop.orders ALTER note SET DEFAULT 'x'")
    second = make_way("ALTER TABLE shop.orders ALTER note SET DEFAULT 'x'", "ALTER TABLE shop.orders DROP COLUMN note")
    folder = written(first, tmp_path, idempotent=True, record=True)
    for _ in range(2):
        assert psql(first.url, folder / "000_history.sql").code == 0
    up, down = folder / "001_change_it.sql", folder / "rollback_001_change_it.sql"
    assert psql(first.url, up).code == 0
    with psycopg.connect(first.url, autocommit=True) as connection:
        connection.execute("ALTER TABLE shop.orders DROP COLUMN note")
    assert second.migration.after == first.now
    assert "done already" in psql(first.url, up).out
    with psycopg.connect(first.url, autocommit=True) as connection:
        connection.execute("ALTER TABLE shop.orders ADD COLUMN note text DEFAULT 'x'")
    assert psql(first.url, down).code == 0
    assert "done already" in psql(first.url, down).out
    with psycopg.connect(first.url, autocommit=True) as connection:
        up_record, down_record = records.history(connection)
    assert (up_record.name, up_record.direction, up_record.success) == ("001_change_it", "up", True)
    assert up_record.rolled_back_by == down_record.id
    assert down_record.direction == "down"
    assert up_record.plan_hash == first.migration.plan.hash


def test_what_was_recorded_by_a_file_is_rolled_back_like_any_other(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way("ALTER TABLE shop.orders ALTER note SET DEFAULT 'x'")
    folder = written(way, tmp_path, record=True)
    for name in ("000_history.sql", "001_change_it.sql"):
        assert psql(way.url, folder / name).code == 0
    assert drift(way.url).is_clean
    (back,) = ways_back(way.url, rehearsal=way.rehearsal)
    rollback(way.url, ways=[back])
    assert is_before(way)
    assert drift(way.url).is_clean


def test_a_history_of_somebody_else_is_not_written(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way("ALTER TABLE shop.orders ALTER note SET DEFAULT 'x'")
    folder = written(way, tmp_path, idempotent=True, record=True)
    assert psql(way.url, folder / "000_history.sql").code == 0
    with psycopg.connect(way.url, autocommit=True) as connection:
        connection.execute("ALTER TABLE schema_designer.schema_migrations OWNER TO shop_writer")
        assert psql(way.url, folder / "001_change_it.sql").code == 0
        assert connection.execute("SELECT count(*) FROM schema_designer.schema_migrations").fetchone() == (0,)


def test_stages_go_on_where_they_stopped(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way(*MIXED, "ALTER TABLE shop.items ADD CHECK (qty < 1000)", is_online=True)
    folder = written(way, tmp_path)
    up = folder / "001_change_it.sql"
    text = up.read_text(encoding="utf-8")
    count = text.count("-- Stage ")
    assert count > 3
    for number in range(2, count + 1):
        part = tmp_path / "part.sql"
        before, after = text.split(f"-- Stage {number} ")
        part.write_text(f"{before}\\quit\n{after}", encoding="utf-8")
        assert psql(way.url, part).code == 0
        assert not is_after(way)
    assert (psql(way.url, up).code, is_after(way)) == (0, True)
    assert "done already" in psql(way.url, up).out
    assert psql(way.url, folder / "verify_001_change_it.sql").code == 0
    assert (psql(way.url, folder / "rollback_001_change_it.sql").code, is_before(way)) == (0, True)


def test_an_invalid_index_is_cleared_away(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way("CREATE UNIQUE INDEX orders_placed_key ON shop.orders (placed)", is_online=True)
    folder = written(way, tmp_path)
    with psycopg.connect(way.url, autocommit=True) as connection:
        connection.execute("INSERT INTO shop.customers (email, name) VALUES ('a@b', 'a')")
        connection.execute("INSERT INTO shop.orders (customer_id) VALUES (1), (1)")
        assert psql(way.url, folder / "001_change_it.sql").code == 3
        invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
        assert connection.execute(invalid).fetchone() == (1,)
        connection.execute("DELETE FROM shop.orders WHERE id = 2")
        assert psql(way.url, folder / "001_change_it.sql").code == 0
        assert connection.execute(invalid).fetchone() == (0,)
    assert is_after(way)


def test_a_server_tells_all_alterations_apart(fresh_url: FreshUrl) -> None:
    url, _ = shop(fresh_url)
    told = 0
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET search_path = public")
        before = described(connection)
        for alteration in ALTERATIONS:
            with connection.transaction(force_rollback=True):
                connection.execute(alteration.encode())
                assert described(connection) != before, alteration
                told += 1
    assert told == len(ALTERATIONS)


def test_a_folder_keeps_its_other_migrations(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way("ALTER TABLE shop.orders ALTER note SET DEFAULT 'x'", name="Ünï: add | a 'default'!")
    assert next_number(tmp_path / "none") == 1
    written(way, tmp_path, number=2)
    (tmp_path / "README.md").write_text("# Ours\n\nkeep\n\n" + (tmp_path / "README.md").read_text("utf-8"), "utf-8")
    written(way, tmp_path, number=1, name="first")
    assert next_number(tmp_path) == 3
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert text.startswith("# Ours\n\nkeep\n")
    assert text.index("## 001_first") < text.index("## 002_uni_add_a_default")
    assert "Ünï: add \\| a 'default'\\!" in text
    with pytest.raises(DesignerError, match="there is a file of this name"):
        written(way, tmp_path, number=1, name="first")


@pytest.mark.parametrize("timeout", ["5s'; DROP TABLE x; --", "soon", "", "-1"])
def test_no_other_lock_timeout_is_written(timeout: str, make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way("ALTER TABLE shop.orders ALTER note SET DEFAULT 'x'")
    with pytest.raises(DesignerError, match="is no time"):
        written(way, tmp_path, lock_timeout=timeout)


def test_psql_of_the_readme_shows_times(make_way: MakeWay, tmp_path: Path) -> None:
    from designer_kernel.postgres import cluster

    way = make_way("ALTER TABLE shop.orders ALTER note SET DEFAULT 'x'")
    up = written(way, tmp_path) / "001_change_it.sql"
    program = cluster.binaries() / "psql"
    command = [program, "-X", "-v", "ON_ERROR_STOP=1", "-d", way.url, "-c", r"\timing on", "-f", up]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=cluster.environment(), check=True)
    assert "Time: " in done.stdout
