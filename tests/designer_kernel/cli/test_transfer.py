from __future__ import annotations

import json

import pandas as pd
import psycopg
import pytest

from designer_kernel.cli.outcome import Exit
from designer_kernel.design import document

SCRIPT = """
CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE books (id int PRIMARY KEY, author_id int NOT NULL REFERENCES authors);
CREATE POLICY readers ON books TO library_readers USING (true);
"""


@pytest.fixture
def script(designer, tmp_path):
    """A script with a statement that needs a role, which a mend adds."""
    path = tmp_path / "library.sql"
    path.write_text(SCRIPT)
    return path


@pytest.mark.usefixtures("server")
def test_import_makes_a_design_and_tells_what_was_refused(designer, script, tmp_path):
    ran = designer("import", script, "-o", "library.design.yaml", "--report", "losses.csv")
    assert (ran.code, ran.out) == (Exit.OK, "")
    assert "2 entities" in ran.err
    assert 'role "library_readers" does not exist' in ran.err
    assert "--mend all" in ran.err
    assert {e.name for e in document.load(tmp_path / "library.design.yaml").entities} == {"authors", "books"}
    losses = pd.read_csv(tmp_path / "losses.csv")
    assert set(losses["outcome"]) >= {"kept", "refused"}
    again = designer("import", script, "-o", "library.design.yaml")
    assert again.code == Exit.REFUSED
    assert "already" in again.err
    assert designer("import", script, "-o", "strict.design.yaml", "--strict").code == Exit.REFUSED


@pytest.mark.usefixtures("server")
def test_import_applies_mends(designer, script, tmp_path):
    ran = designer("import", script, "-o", "m.design.yaml", "--mend", "all", "--json")
    assert ran.code == Exit.OK
    assert {entry["outcome"] for entry in ran.json["losses"]} <= {"kept", "opaque", "changed"}
    (told,) = (entry for entry in ran.json["losses"] if entry["outcome"] == "changed")
    assert (told["object"], told["kind"]) == ("role library_readers", "mend")
    assert "add the role library_readers" in told["reason"]
    design = document.load(tmp_path / "m.design.yaml")
    assert [policy.name for policy in design.entity("books").policies] == ["readers"]


@pytest.mark.parametrize(
    ("to", "suffix", "begins"),
    [
        ("sql", ".sql", "-- "),
        ("yaml", ".yaml", ""),
        ("json", ".json", "{"),
        ("dbml", ".dbml", "Project"),
        ("mermaid", ".mmd", "erDiagram"),
        ("svg", ".svg", "<svg"),
        ("sqlalchemy", ".py", '"""'),
    ],
)
def test_export_writes_every_notation(designer, shop, tmp_path, to, suffix, begins):
    ran = designer("export", shop, "--to", to, "-o", f"out{suffix}", "--report", "losses.md")
    assert (ran.code, ran.out) == (Exit.OK, "")
    text = (tmp_path / f"out{suffix}").read_text()
    assert text.startswith(begins)
    assert "posts" in text
    assert (tmp_path / "losses.md").read_text().startswith("| object | kind | outcome | reason |")
    assert designer("export", shop, "--to", to).out.rstrip("\n") == text.rstrip("\n")


def test_export_refuses_a_slip_before_it_reads(designer):
    ran = designer("export", "missing.sql", "--to", "xls")
    assert (ran.code, "no notation" in ran.err) == (Exit.REFUSED, True)


def test_a_report_of_an_unknown_kind_is_refused(designer, shop):
    assert designer("export", shop, "--to", "dbml", "--report", "losses.xls").code == Exit.USAGE


def test_inspect_counts_a_database_and_export_builds_it_again(designer, database_url, older_url):
    with psycopg.connect(database_url) as connection:
        connection.execute(SCRIPT.rpartition("CREATE POLICY")[0])
    ran = designer("inspect", database_url, "--json")
    assert (ran.code, ran.json["objects"]["table"]) == (Exit.OK, 2)
    assert {entry["outcome"] for entry in ran.json["losses"]} == {"kept"}
    assert "      2  table" in designer("inspect", database_url).out
    sql = designer("export", database_url, "--to", "sql").out
    with psycopg.connect(older_url, autocommit=True) as connection:
        connection.execute(sql)
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (2,)


def test_import_reads_data_and_dbml(designer, tmp_path):
    (tmp_path / "cities.csv").write_text("code,name\n01,Rome\n02,Oslo\n")
    assert designer("import", "cities.csv", "-o", "c.design.yaml").code == Exit.OK
    assert [a.type for a in document.load(tmp_path / "c.design.yaml").entity("cities").attributes] == ["text", "text"]
    (tmp_path / "bad.dbml").write_text("Table t {\n  id int [pk\n}")
    ran = designer("import", "bad.dbml", "-o", "d.design.yaml", "--json")
    assert ran.code == Exit.DOCUMENT
    assert json.loads(ran.out)["error"]["where"] == "bad.dbml:3:1"


def test_import_names_what_is_not_there(designer):
    ran = designer("import", "nothing.sql", "-o", "n.design.yaml")
    assert (ran.code, "no such file" in ran.err) == (Exit.DOCUMENT, True)


def test_a_directory_of_data_is_one_source(designer, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "cities.csv").write_text("id;name\n" + "".join(f"{n};c {n}\n" for n in range(1, 31)))
    (tmp_path / "data" / "shops.tsv").write_text("id\tcity_id\n" + "".join(f"{n}\t{n % 30 + 1}\n" for n in range(60)))
    ran = designer("export", "data", "--to", "dbml")
    assert ran.code == Exit.OK
    assert "Ref: shops.city_id > cities.id" in ran.out


@pytest.mark.parametrize("force", [(), ("--force",)])
def test_what_is_read_is_never_written_over(designer, shop, tmp_path, force):
    before = shop.read_bytes()
    ran = designer("export", shop, "--to", "sql", "-o", shop, *force)
    assert (ran.code, "this file is what is read" in ran.err) == (Exit.REFUSED, True)
    assert designer("import", shop, "-o", shop, *force).code == Exit.REFUSED
    assert shop.read_bytes() == before
    (tmp_path / "data").mkdir()
    keep = tmp_path / "data" / "keep.csv"
    keep.write_text("id\n1\n")
    for source in ("data", "data/keep.csv"):
        ran = designer("import", source, "-o", "n.design.yaml", "--report", keep, *force)
        assert (ran.code, "this file is what is read" in ran.err) == (Exit.REFUSED, True)
    assert keep.read_text() == "id\n1\n"
    assert not (tmp_path / "n.design.yaml").exists()


def test_a_file_that_is_there_is_replaced_only_if_it_may_be(designer, shop, tmp_path):
    for name in ("out.sql", "keep.csv"):
        (tmp_path / name).write_text("mine")
    for wanted in (("-o", "out.sql"), ("-o", "new.sql", "--report", "keep.csv")):
        ran = designer("export", shop, "--to", "sql", *wanted)
        assert (ran.code, "--force" in ran.err) == (Exit.REFUSED, True)
    assert [(tmp_path / name).read_text() for name in ("out.sql", "keep.csv")] == ["mine", "mine"]
    assert not (tmp_path / "new.sql").exists()
    assert designer("export", shop, "--to", "sql", "-o", "one.csv", "--report", "one.csv").code == Exit.REFUSED
    ran = designer("export", shop, "--to", "sql", "-o", "out.sql", "--report", "keep.csv", "--force")
    assert ran.code == Exit.OK
    assert (tmp_path / "out.sql").read_text().startswith("-- ")
    assert (tmp_path / "keep.csv").read_text().startswith("object,")


def test_a_report_of_an_unknown_kind_is_refused_before_anything_is_read(designer, tmp_path):
    ran = designer("import", "missing.sql", "-o", "n.design.yaml", "--report", "r.xml")
    assert (ran.code, "no format of a report" in ran.err) == (Exit.USAGE, True)


def test_a_schema_that_is_not_there_is_answered_with_those_there_are(designer, database_url, tmp_path):
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE SCHEMA sales")
    ran = designer("import", database_url, "-o", "s.design.yaml", "--schema", "nope")
    assert ran.code == Exit.REFUSED
    assert "no schema 'nope'" in ran.err
    assert "public, sales" in ran.err
    assert not (tmp_path / "s.design.yaml").exists()
    assert designer("import", database_url, "-o", "s.design.yaml", "--schema", "sales").code == Exit.OK
