"""Histories of other tools come in as versions, in their order, with identity along renames."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.design.lower import lower
from designer_kernel.errors import DocumentError
from designer_kernel.exchange.migrations import read_history, write_numbered
from designer_kernel.exchange.migrations.alembic import write_revision
from designer_kernel.exchange.migrations.alembic_history import PythonWouldRun, read_alembic
from designer_kernel.exchange.migrations.folders import read_folder
from designer_kernel.migrate.identity import renames
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.postgres import shadow
from designer_kernel.studio.histories import import_history
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.exchange.migrations.conftest import MakeWay
from tests.designer_kernel.exchange.migrations.test_alembic import ENV
from tests.designer_kernel.migrate.databases import read, version

FIRST = "CREATE TABLE people (id int PRIMARY KEY, name text);\n"
SECOND = "ALTER TABLE people ADD COLUMN phone text;\n"
DOWN = "ALTER TABLE people DROP COLUMN phone;\n"

FOLDERS = {
    "numbered": {"001_first.sql": FIRST, "010_second.sql": SECOND, "rollback_010_second.sql": DOWN, "README.md": "x"},
    "flyway": {"V1__first.sql": FIRST, "V1.10__second.sql": SECOND, "U1.10__second.sql": DOWN},
    "golang-migrate": {
        "1_first.up.sql": FIRST,
        "1_first.down.sql": "DROP TABLE people;",
        "20_second.up.sql": SECOND,
        "20_second.down.sql": DOWN,
    },
    "dbmate": {
        "20240101_first.sql": f"-- migrate:up\n{FIRST}\n-- migrate:down\nDROP TABLE people;",
        "20240102_second.sql": f"-- migrate:up transaction:false\n{SECOND}\n-- migrate:down\n{DOWN}",
    },
    "goose": {
        "00001_first.sql": f"-- +goose Up\n-- +goose StatementBegin\n{FIRST}-- +goose StatementEnd\n",
        "00002_second.sql": f"-- +goose Down\n{DOWN}\n-- +goose Up\n{SECOND}",
    },
    "prisma": {
        "20240101_first/migration.sql": FIRST,
        "20240102_second/migration.sql": SECOND,
        "migration_lock.toml": "",
    },
}


def folder(place: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, encoding="utf-8")
    return place


@pytest.mark.parametrize("tool", FOLDERS)
def test_the_folders_of_other_tools_are_read_in_their_order(tool: str, tmp_path: Path, server: object) -> None:
    versions = read_history(folder(tmp_path / "people", FOLDERS[tool]))
    assert [one.file.message for one in versions] == ["first", "second"]
    columns = [[a.name for a in one.design.entities[0].attributes] for one in versions]
    assert columns == [["id", "name"], ["id", "name", "phone"]]
    assert {one.design.name for one in versions} == {"people"}
    first, second = versions
    assert first.design.id == second.design.id
    assert renames(first.design, second.design) == {}


def test_what_is_repeated_comes_last_and_numbers_are_numbers(tmp_path: Path) -> None:
    names = ("V10__c.sql", "V9__b.sql", "V1.2__a.sql", "R__view.sql", "V10.1__d.sql")
    found = read_folder(folder(tmp_path, dict.fromkeys(names, "")))
    assert [one.message for one in found] == ["a", "b", "c", "d", "view"]


def test_renames_keep_their_identity(tmp_path: Path, server: object) -> None:
    place = folder(
        tmp_path,
        {
            "1_a.sql": "CREATE SCHEMA old; CREATE TYPE old.mood AS ENUM ('a');"
            " CREATE TABLE old.people (id int PRIMARY KEY, name text, m old.mood);"
            " CREATE TABLE other (id int); CREATE TABLE a (id int); CREATE TABLE b (id int);",
            "2_b.sql": "ALTER TABLE old.people RENAME name TO full_name; ALTER TABLE old.people RENAME TO persons;"
            " ALTER TYPE old.mood RENAME TO feeling; DROP TABLE other;",
            "3_c.sql": "ALTER SCHEMA old RENAME TO new; CREATE TABLE people (id int); CREATE TABLE other (id int);",
        },
    )
    first, second, third = (one.design for one in read_history(place))
    told = {str(old): str(new) for old, new in renames(first, second).items()}
    assert told == {
        "relation old.people": "relation old.persons",
        "column old.people.name": "column old.persons.full_name",
        "type old.mood": "type old.feeling",
    }
    assert {str(old): str(new) for old, new in renames(second, third).items()} == {"schema old": "schema new"}


def test_a_statement_that_fails_is_named_with_its_file(tmp_path: Path, server: object) -> None:
    bad = f"-- migrate:up\n{SECOND}\nALTER TABLE nobody ADD x int;\n"
    place = folder(tmp_path, {"1_first.sql": FIRST, "2_second.sql": bad})
    with pytest.raises(DocumentError, match='relation "nobody" does not exist: ALTER TABLE nobody ADD x int') as caught:
        read_history(place)
    assert caught.value.where == f"{place / '2_second.sql'}:4"


def test_a_migration_does_not_see_later_ones(tmp_path: Path, server: object) -> None:
    with pytest.raises(DocumentError, match="does not exist"):
        read_history(folder(tmp_path, {"1_b.sql": SECOND, "2_a.sql": FIRST}))


def test_what_is_left_out_is_told(tmp_path: Path, server: object) -> None:
    (one,) = read_history(folder(tmp_path, {"1_a.sql": FIRST + "INSERT INTO people VALUES (1, 'Ada');"}))
    assert any(loss.kind == "data" and "1 row was skipped" in loss.reason for loss in one.losses)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "no migration is in this folder"),
        ({"README.md": ""}, "no migration is in this folder"),
        ({"1_a.sql": "", "01_b.sql": ""}, "two migrations have the number 1: 01_b.sql and 1_a.sql"),
    ],
    ids=["empty", "none", "twice"],
)
def test_a_folder_that_says_nothing_is_refused(files: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=message):
        read_folder(folder(tmp_path, files))
    with pytest.raises(DocumentError, match="this is no folder"):
        read_folder(tmp_path / "none")


@pytest.mark.parametrize("idempotent", [False, True])
def test_a_folder_that_was_written_comes_back(idempotent: bool, fresh_url: FreshUrl, tmp_path: Path) -> None:
    stages = ["", FIRST, SECOND, "CREATE INDEX people_name ON people (name); COMMENT ON TABLE people IS 'us';"]
    url, catalogs = fresh_url(), []
    for sql in stages:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.encode())
        catalogs.append(read(url))
    rehearsal = Rehearsal()
    for number, (before, after) in enumerate(pairwise(catalogs), 1):
        made = plan(before, after, version=version(url), shadow=rehearsal)
        files = write_numbered(
            Migration(f"step {number}", made, before, after), rehearsal=rehearsal, number=number, idempotent=idempotent
        )
        files.save(tmp_path)
    history = import_history(tmp_path, tmp_path / "people.design.yaml", who="Ada")
    assert [(one.number, one.message, one.who) for one in history.versions] == [
        (1, "step 1", "Ada"), (2, "step 2", "Ada"), (3, "step 3", "Ada"),
    ]  # fmt: skip
    for one, after in zip(history.versions, catalogs[1:], strict=True):
        assert differences(after, shadow.normalise(lower(one.design))) == []


def alembic_project(place: Path, *revisions: str) -> Path:
    """Write the files of an Alembic project."""
    files = {f"alembic/versions/r{number}.py": revision for number, revision in enumerate(revisions)}
    ini = "[alembic]\nscript_location = alembic\nsqlalchemy.url = postgresql+psycopg://nobody@/nothing\n"
    return folder(place, {"alembic.ini": ini, "alembic/env.py": ENV, **files})


def test_alembic_is_read_by_alembic_and_only_with_consent(make_way: MakeWay, tmp_path: Path) -> None:
    way = make_way("ALTER TABLE shop.orders ALTER note SET NOT NULL")
    first = """
from alembic import op
import sqlalchemy as sa
revision, down_revision = "a1", None

def upgrade():
    op.create_table("people", sa.Column("id", sa.Integer, primary_key=True))
"""
    second = f"""'''Add a phone: to people'''
from pathlib import Path
from alembic import op
revision, down_revision = "b2", "a1"
Path({str(tmp_path / "ran")!r}).write_text("")

def upgrade():
    op.execute("ALTER TABLE people ADD COLUMN phone text")
"""
    place = alembic_project(tmp_path / "project", first, second)
    with pytest.raises(PythonWouldRun, match="would run with your rights"):
        read_history(place)
    assert not (tmp_path / "ran").exists()
    versions = read_history(place / "alembic.ini", run_python=True, python=sys.executable)
    assert (tmp_path / "ran").exists()
    assert [(one.file.number, one.file.message) for one in versions] == [("a1", "a1"), ("b2", "Add a phone: to people")]
    assert [entity.name for entity in versions[-1].design.entities] == ["people"]
    assert [a.name for a in versions[-1].design.entities[0].attributes] == ["id", "phone"]
    assert way.migration.plan.up  # what we write is read as well
    ours = alembic_project(tmp_path / "ours", write_revision(way.migration, revision="c3"))
    (file,) = read_alembic(ours, run_python=True)
    assert file.message == "change it"
    assert "ALTER COLUMN note SET NOT NULL" in file.sql


def test_an_alembic_project_that_fails_says_so(tmp_path: Path) -> None:
    place = alembic_project(
        tmp_path, "revision, down_revision = 'a', None\ndef upgrade():\n    raise ValueError('no')\n"
    )
    with pytest.raises(DocumentError, match="ValueError: no"):
        read_alembic(place, run_python=True)
    with pytest.raises(DocumentError, match=r"there is no alembic\.ini"):
        read_alembic(tmp_path / "none", run_python=True)
