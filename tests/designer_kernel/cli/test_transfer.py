from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

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


@pytest.mark.parametrize("command", [["import", "library.sql"], ["new"]])
def test_a_design_is_not_written_where_no_command_would_read_it(designer, script, tmp_path, command):
    ran = designer(*command, "-o", "z.txt")
    assert ran.code == Exit.USAGE
    assert "z.design.yaml" in ran.err
    assert not (tmp_path / "z.txt").exists()


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


NOTATIONS = ("sql", "yaml", "json", "dbml", "mermaid", "svg", "sqlalchemy")


@pytest.fixture
def sources(designer, script, tmp_path, database_url):
    """The same two tables as a script, a database, a design, DBML and data; the script has a statement that fails."""
    with psycopg.connect(database_url) as connection:
        connection.execute(SCRIPT.rpartition("CREATE POLICY")[0])
    designer("import", database_url, "-o", "library.design.yaml")
    designer("export", "library.design.yaml", "--to", "dbml", "-o", "library.dbml")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "authors.csv").write_text("id,name\n1,Ada\n2,Bo\n3,Cy\n")
    (tmp_path / "data" / "books.csv").write_text("id,author_id\n1,1\n2,1\n3,2\n")
    return {
        "script": script, "database": database_url, "design": "library.design.yaml", "dbml": "library.dbml",
        "data": tmp_path / "data",
    }  # fmt: skip


@pytest.mark.parametrize("to", NOTATIONS)
def test_every_source_is_written_in_every_notation_with_all_that_became_of_it(designer, sources, tmp_path, to):
    for kind, source in sources.items():
        ran = designer("export", source, "--to", to, "--json", "-o", f"{kind}.{to}", "--report", f"{kind}-{to}.csv")
        assert ran.code == Exit.OK, (kind, ran.err)
        text = (tmp_path / f"{kind}.{to}").read_text()
        assert "authors" in text
        assert "books" in text
        report = pd.read_csv(tmp_path / f"{kind}-{to}.csv", keep_default_na=False)
        assert len(report) == len(ran.json["losses"])
        assert {"kept"} <= set(report["outcome"]) <= {"kept", "changed", "opaque", "refused"}
        assert (report["reason"] != "")[report["outcome"] != "kept"].all()
        names = " ".join(report["object"])
        assert "authors" in names
        assert "books" in names
        refused = report[report["outcome"] == "refused"]
        # What was lost when the source was read is lost in every notation.
        assert any("library_readers" in reason for reason in refused["reason"]) == (kind == "script")


def test_export_refuses_a_slip_before_it_reads(designer):
    ran = designer("export", "missing.sql", "--to", "xls")
    assert (ran.code, "no notation" in ran.err) == (Exit.REFUSED, True)


def test_a_report_of_an_unknown_kind_is_refused(designer, shop):
    assert designer("export", shop, "--to", "dbml", "--report", "losses.xls").code == Exit.USAGE


@pytest.mark.older
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
        connection.execute("CREATE SCHEMA sales; CREATE SCHEMA bare; CREATE TABLE sales.orders (id int)")
    ran = designer("import", database_url, "-o", "s.design.yaml", "--schema", "nope")
    assert ran.code == Exit.REFUSED
    assert "no schema 'nope'" in ran.err
    assert "bare, public, sales" in ran.err
    assert not (tmp_path / "s.design.yaml").exists()
    assert designer("import", database_url, "-o", "s.design.yaml", "--schema", "sales").code == Exit.OK
    ran = designer("import", database_url, "-o", "b.design.yaml", "--schema", "bare")
    assert (ran.code, (tmp_path / "b.design.yaml").exists()) == (Exit.DOCUMENT, False)
    assert "nothing that could be drawn" in ran.err


@pytest.mark.usefixtures("server")
@pytest.mark.parametrize("text", ["", "-- nothing", "CREATE TABEL t (a int);", "SELECT 1;"])
def test_an_import_of_nothing_fails_and_writes_nothing(designer, tmp_path, text):
    (tmp_path / "x.sql").write_text(text)
    ran = designer("import", "x.sql", "-o", "x.design.yaml")
    assert ran.code == Exit.DOCUMENT
    assert "the script defines nothing" in ran.err
    assert "where: x.sql" in ran.err
    assert "mend:" in ran.err
    assert not (tmp_path / "x.design.yaml").exists()


@pytest.mark.usefixtures("server")
def test_import_and_inspect_count_alike_and_list_mends(designer, script):
    inspected = designer("inspect", script, "--json").json
    imported = designer("import", script, "-o", "l.design.yaml", "--json").json
    assert inspected["summary"] == imported["summary"]
    assert f"{sum(inspected['objects'].values())} facts" in inspected["summary"]
    assert inspected["statements"] == imported["statements"] == {"ran": 2, "failed": 1}
    assert imported["mends"] == inspected["mends"]
    assert [one["id"] for one in imported["mends"]] == ["add-role:library_readers", "leave-out:readers"]
    said = designer("inspect", script)
    assert inspected["summary"] in said.out
    assert "--mend add-role:library_readers" in said.err
    again = designer("import", script, "-o", "m.design.yaml", "--mend", "add-role:library_readers", "--json").json
    assert again["statements"] == {"ran": 3, "mended": 1}
    assert again["mends"] == []


@pytest.mark.usefixtures("server")
def test_ones_own_dump_is_read_as_one_that_is_trusted(designer, tmp_path):
    (tmp_path / "own.sql").write_text("CREATE TABLE t (a int); CREATE PUBLICATION p FOR ALL TABLES;")
    assert "--trusted" in designer("import", "own.sql", "-o", "a.design.yaml").err
    ran = designer("import", "own.sql", "-o", "b.design.yaml", "--trusted", "--strict")
    assert ran.code == Exit.OK
    assert "publication" in designer("inspect", "own.sql", "--trusted").out


@pytest.mark.usefixtures("server")
def test_options_of_a_database_hold_for_a_script(designer, tmp_path):
    script = "CREATE ROLE ann; CREATE SCHEMA a; CREATE SCHEMA b; CREATE TABLE a.t (i int); CREATE TABLE b.u (i int);"
    (tmp_path / "s.sql").write_text(f"{script} ALTER TABLE a.t OWNER TO ann; GRANT SELECT ON a.t TO ann;")
    ran = designer("export", "s.sql", "--to", "sql", "--schema", "a", "--owners", "--no-privileges")
    assert "CREATE TABLE a.t" in ran.out
    assert "OWNER TO ann" in ran.out
    assert "GRANT" not in ran.out
    assert "b.u" not in ran.out
    assert "a, b" in designer("inspect", "s.sql", "--schema", "c").err


def test_what_helps_to_read_a_database_speaks_of_reading(designer, server):
    missing = designer("inspect", server.url("nowhere_at_all"))
    assert missing.code == Exit.SERVER
    assert "correct the database's name" in missing.err
    nobody = designer("inspect", server.url().replace("postgres@", "nobody_at_all@"))
    assert (nobody.code, "correct the user in the URL" in nobody.err) == (Exit.SERVER, True)
    assert "create" not in (missing.err + nobody.err).partition("mend:")[2]


@pytest.mark.usefixtures("server")
def test_a_slow_statement_is_named_and_can_be_interrupted(tmp_path, server):
    (tmp_path / "slow.sql").write_text("CREATE TABLE t (i int);\n\nDO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$;")
    command = [sys.executable, "-m", "designer_kernel.cli", "import", "slow.sql", "-o", "slow.design.yaml"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as running:
        # Under load, what comes before may take long enough to be told, too.
        said = next((line for line in running.stderr if "LOOP PERFORM 1" in line), "")
        running.send_signal(signal.SIGINT)
        rest = running.stderr.read()
        assert running.wait(timeout=120) == Exit.CANCELLED
    assert "1 of 2, line 3" in said
    assert "LOOP PERFORM 1" in said
    assert "cancelled" in rest
    assert not (tmp_path / "slow.design.yaml").exists()
    assert _ends(server, "DO $$ BEGIN LOOP PERFORM 1%")


def _ends(server, query):
    """Whether no session runs a query any more, or soon: the server ends one after its client has left."""
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for _ in range(300):
            running = "SELECT FROM pg_stat_activity WHERE state = 'active' AND query LIKE %s"
            if connection.execute(running, [query]).rowcount == 0:
                return True
            time.sleep(0.1)
    return False


ORDERS = "id,customer_id,paid,amount\n1,1,yes,5\n2,1,no,6\n3,2,no,N/A\n3,3,yes,7\n5,9,yes,8\n"


def test_import_of_data_shows_what_it_suggests_with_the_evidence(designer, tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "orders.csv").write_text(ORDERS)
    (tmp_path / "data" / "customers.csv").write_text("id,name\n1,a\n2,b\n3,c\n")
    ran = designer("import", "data", "-o", "o.design.yaml", "--report", "losses.csv")
    assert ran.code == Exit.OK
    accepted, _, rest = ran.err.partition("not accepted; the design is without it:")
    assert "customers.id: primary key → id: 3 rows, no two alike, none missing; its name is a key's" in accepted
    assert "orders.id: primary key → id: of 5 rows 1 repeat a value (3)" in rest
    assert "orders.customer_id: foreign key" in rest
    assert "not 'N/A'" in rest
    assert "--accept" in rest
    report = pd.read_csv(tmp_path / "losses.csv")
    (row,) = report[(report["outcome"] == "suggested") & (report["kind"] == "foreign key")].to_dict("records")
    assert (row["object"], row["reason"].endswith("not 9")) == ("orders.customer_id", True)
    assert "accepted" in set(report["outcome"])


def test_import_accepts_suggestions_by_their_ids(designer, tmp_path):
    (tmp_path / "orders.csv").write_text(ORDERS)
    ran = designer("import", "orders.csv", "-o", "o.design.yaml", "--json", "--accept", "orders.paid: conversion")
    assert ran.code == Exit.OK
    suggested = {one["suggestion"]: one["accepted"] for one in ran.json["suggestions"]}
    assert (suggested["orders.paid: conversion"], suggested["orders.id: primary key"]) == (True, False)
    assert document.load(tmp_path / "o.design.yaml").entity("orders").attribute("paid").type == "boolean"
    assert "no suggestion 'x'" in designer("import", "orders.csv", "-o", "p.design.yaml", "--accept", "x").err
    assert designer("import", "orders.csv", "-o", "all.design.yaml", "--accept", "all").code == Exit.OK
    (tmp_path / "a.dbml").write_text("Table a { id int }")
    assert "only data has suggestions" in designer("import", "a.dbml", "-o", "p.design.yaml", "--accept", "all").err


@pytest.mark.usefixtures("server")
def test_import_lists_what_can_only_be_left_out_with_the_reason(designer, tmp_path):
    (tmp_path / "g.sql").write_text("CREATE TABLE ok (a int);\nCREATE TABLE g (p geometry(Point,4326));\n")
    told = designer("import", "g.sql", "-o", "g.design.yaml").err
    assert "--mend leave-out:g   it needs the extension postgis, which this server does not have (line 2)" in told


def test_inspect_shows_what_data_suggest(designer, tmp_path):
    (tmp_path / "orders.csv").write_text(ORDERS)
    assert "orders.id: primary key → id: of 5 rows 1 repeat a value (3)" in designer("inspect", "orders.csv").err
