"""Commands take ``team:workspace/project`` wherever they take a design, and ``connection:NAME`` for a database."""

from __future__ import annotations

import psycopg
import pytest

import designer_kernel as dk
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.team import opening
from designer_kernel.studio.team.working import Connections

SCRIPT = """
CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers, total numeric(12, 2));
"""

pytestmark = pytest.mark.usefixtures("no_store_yet")


@pytest.fixture
def legacy(designer, tmp_path):
    """A project of a team, made of a script; its name is new in each test."""
    (tmp_path / "legacy.sql").write_text(SCRIPT)
    name = f"team:Mine/{tmp_path.name}"
    made = designer("import", "legacy.sql", "-o", name, "--json")
    assert made.code == 0, made.err
    assert made.json["file"] == name
    return name


def test_looking_at_a_teams_project(designer, legacy):
    assert designer("check", legacy).code == 0
    assert "CREATE TABLE" in designer("ddl", legacy).out
    assert "orders" in designer("erd", legacy).out
    assert "customer_id" in designer("export", legacy, "--to", "dbml").out
    assert designer("inspect", legacy, "--json").json["objects"]["table"] == 2
    assert "nothing was filled yet" in designer("fills", legacy).err
    missing = designer("check", "team:Mine/there is none")
    assert (missing.code, "there is no project" in missing.err) == (1, True)
    assert "designer new -o 'team:Mine/there is none' makes it" in missing.err
    assert designer("check", "team:nowhere").code == 1
    assert "designer login URL NAME" in designer("check", "team:nowhere/shop").err


def test_versions_and_plans_of_a_teams_project(designer, legacy, tmp_path):
    assert designer("versions", legacy, "--save", "first").out.split()[-1] == "first"
    assert designer("plan", f"{legacy}@1", legacy).code == 0
    (tmp_path / "next.sql").write_text(SCRIPT.replace("email text", "email text, name text"))
    assert designer("import", "next.sql", "-o", legacy).code == 1, "it is there"
    assert designer("import", "next.sql", "-o", legacy, "--force").code == 0
    assert len(designer("versions", legacy, "--json").json) == 1
    changed = designer("plan", f"{legacy}@1", legacy)
    assert (changed.code, "name" in changed.out) == (2, True)
    assert designer("versions", legacy, "--set-back", "1").code == 0
    assert designer("plan", f"{legacy}@1", legacy).code == 0


def test_a_file_goes_to_a_team_and_back_with_its_versions(designer, shop, tmp_path):
    assert designer("versions", shop, "--save", "first", "--who", "eve").code == 0
    name = f"team:Mine/{tmp_path.name}"
    made = designer("import", shop, "-o", name)
    assert (made.code, "with 1 version" in made.err) == (0, True)
    assert "eve (brought by" in designer("versions", name).out
    assert designer("import", name, "-o", "back.design.yaml", "--json").json["versions"] == 1
    back, first = ProjectSession(tmp_path / "back.design.yaml"), ProjectSession(shop)
    assert back.design.entities == first.design.entities
    assert [one.who for one in back.versions] == ["eve"]
    assert designer("new", "-o", name).code == 1
    assert designer("new", "-o", f"{name} 2", "--template", "blog", "--json").json["entities"] > 2


def test_a_history_of_migrations_becomes_a_teams_project(designer, tmp_path):
    (tmp_path / "001_first.sql").write_text("CREATE TABLE a (id int PRIMARY KEY);")
    (tmp_path / "002_second.sql").write_text("ALTER TABLE a ADD COLUMN name text;")
    name = f"team:Mine/{tmp_path.name}"
    made = designer("import-migrations", tmp_path, "-o", name, "--who", "eve")
    assert made.code == 0, made.err
    assert [one["message"] for one in designer("versions", name, "--json").json] == ["first", "second"]
    assert designer("plan", f"{name}@1", name).code == 2
    assert designer("import-migrations", tmp_path, "-o", name).code == 1


def test_a_database_that_was_changed_comes_into_a_teams_project(designer, legacy, database_url):
    assert designer("deploy", legacy, database_url, "--yes").code == 0
    assert designer("plan", database_url, legacy).code == 0
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE customers ADD COLUMN since date")
    assert designer("drift", database_url, legacy).code == 1
    unnamed = designer("drift", legacy)
    assert (unnamed.code, f"designer drift URL {legacy}" in unnamed.err) == (1, True)
    adopted = designer("drift", database_url, legacy, "--adopt", "--yes")
    assert adopted.code == 0, adopted.err
    assert "since" in designer("ddl", legacy).out


def test_deploying_where_the_team_has_its_databases(designer, legacy, tmp_path):
    assert designer("history", legacy).err.startswith("nothing")
    refused = designer("deploy", legacy)
    assert (refused.code, "nobody was asked" in refused.err) == (1, True)
    done = designer("deploy", legacy, "--yes", "--json")
    assert done.code == 0, done.err
    assert len(done.json["statements"]) >= 2
    assert "nothing to do" in designer("deploy", legacy, "--yes").err
    assert "as revision 1 was deployed" in designer("drift", legacy).out
    assert designer("drift", legacy, "--ignore", "all").code == 1
    schema = done.json["schema"]
    with psycopg.connect(opening.sessions_here().team.store.url) as connection:
        connection.execute(f'ALTER TABLE "{schema}".orders ADD COLUMN seen date, DROP COLUMN total')
    changed = designer("drift", legacy, "--json")
    assert changed.code == 1
    assert [(one["change"], one["object"].rpartition(".")[2]) for one in changed.json["differences"]] == [
        ("missing", "total"),
        ("extra", "seen"),
    ]
    project = dk.open(legacy)
    assert (len(project.team.drift()), "missing" in project.team.drift()._repr_html_()) == (2, True)
    assert designer("deploy", legacy, "--yes", "--allow", "orders.seen").code == 0
    assert not project.team.drift()
    (told,) = designer("history", legacy, "--json").json["deployments"]
    assert (told["status"], told["to_revision"]) == ("applied", 1)
    filled = designer("fill", legacy, "--rows", "orders=20", "--json")
    assert filled.code == 0, filled.err
    assert (filled.json["status"], filled.json["counts"]["orders"]) == ("completed", 20)
    again = designer("fill", legacy, "--rows", "orders=20", "--replace")
    assert (again.code, "--yes" in again.err) == (1, True)
    assert designer("fill", legacy, "--rows", "orders=10", "--replace", "--yes").out.endswith("in 2 tables\n")
    assert [one["rows"] for one in designer("fills", legacy, "--json").json][1:] == [filled.json["rows"]]
    assert "completed" in designer("fills", legacy).out
    assert designer("fill", legacy, "--verify").code == 2, "for a database that is named"
    (tmp_path / "less.sql").write_text(SCRIPT.replace(", total numeric(12, 2)", ""))
    assert designer("import", "less.sql", "-o", legacy, "--force").code == 0
    lossy = designer("deploy", legacy, "--yes")
    assert (lossy.code, "--allow" in lossy.err) == (1, True)
    assert designer("deploy", legacy, "--yes", "--allow", "orders.total").code == 0
    assert len(designer("history", legacy).out.splitlines()) == 2
    assert designer("deploy", "file.design.yaml").code == 2, "a file has no database of its own"


def test_a_connection_stands_for_its_database(designer, legacy, shop, database_url, tmp_path):
    name = f"live {tmp_path.name}"
    there = Connections.of_name("Mine", opening.sessions_here())
    there.add(name, f"{database_url}&application_name=seen-nowhere", "read-write")
    done = designer("deploy", legacy, f"connection:{name}", "--yes")
    assert done.code == 0, done.err
    filled = designer("fill", legacy, f"connection:{name}", "--rows", "customers=5")
    assert filled.code == 0, filled.err
    assert f"connection {name}" in done.err
    for told in (done, filled):
        assert "seen-nowhere" not in told.out + told.err
        assert "host=" not in told.out + told.err
    assert len(there.query(name, "SELECT * FROM customers")) == 5
    assert designer("drift", f"connection:{name}", legacy).code == 0
    assert designer("plan", f"connection:{name}", legacy).code == 0
    read = designer("import", f"connection:{name}", "-o", f"{legacy} read", "--json")
    assert (read.code, read.json["name"]) == (0, name), read.err
    assert "customers" in designer("ddl", f"{legacy} read").out
    assert designer("inspect", f"connection:Mine/{name}", "--json").json["objects"]["table"] == 2
    alone = designer("inspect", f"connection:{name}")
    assert (alone.code, f"write connection:WORKSPACE/{name}" in alone.err) == (1, True)
    (tmp_path / "next.sql").write_text(SCRIPT.replace("(12, 2)", "(12, 2), note text"))
    assert designer("import", "next.sql", "-o", legacy, "--force").code == 0
    planned = designer("plan", f"connection:{name}", legacy, "--save", "x.plan.json")
    assert (planned.code, f"--on 'connection:Mine/{name}'" in planned.err) == (2, True), planned.err
    proved = designer("prove", "x.plan.json", "--on", f"connection:Mine/{name}", "--rows", "2", "--json")
    applied = designer("apply", "x.plan.json", f"connection:Mine/{name}", "--proof", proved.json["hash"], "--yes")
    assert applied.code == 0, applied.err
    for told in (planned, applied, read):
        assert not any(secret in told.out + told.err for secret in ("host=", ".connection.invalid", "seen-nowhere"))
    assert len(designer("history", f"connection:Mine/{name}", "--json").json["records"]) == 2
    assert designer("drift", f"connection:Mine/{name}").code == 0
    there.remove(name)
    there.add(name, database_url)
    assert designer("drift", f"connection:{name}", legacy).code == 0, "for reading only is enough"
    assert designer("apply", "x.plan.json", f"connection:Mine/{name}", "--proof", "x", "--yes").code == 1
    assert designer("deploy", legacy, "connection:other", "--yes").code == 1
    assert designer("deploy", shop, f"connection:{name}", "--yes").code == 1, "a file belongs to no workspace"
