"""Plan, prove, apply, roll back from the shell, on a real server."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import psycopg
import pytest

from designer_kernel.cli.apply import changing
from designer_kernel.cli.outcome import Exit
from designer_kernel.errors import Cancelled
from designer_kernel.postgres.introspect import introspect

BEFORE = """
CREATE TABLE people (id bigint PRIMARY KEY, name text, note text);
CREATE VIEW names AS SELECT name FROM people;
"""
AFTER = """
CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, phone bigint UNIQUE);
CREATE VIEW names AS SELECT name FROM people;
"""


@pytest.fixture
def sides(tmp_path):
    """Two scripts."""
    (tmp_path / "before.sql").write_text(BEFORE)
    (tmp_path / "after.sql").write_text(AFTER)
    return "before.sql", "after.sql"


@pytest.fixture
def filled(database_url):
    """A database that is as the first script, with a row."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(BEFORE)
        connection.execute("INSERT INTO people VALUES (1, 'Ada', 'first')")
    return database_url


def held(url):
    with psycopg.connect(url) as connection:
        return introspect(connection)


def ask(url, query):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def test_the_exit_code_says_whether_there_are_changes(designer, sides, server):
    before, after = sides
    assert designer("plan", before, before).code == 0
    ran = designer("plan", before, after)
    assert (ran.code, ran.err) == (Exit.CHANGES, "")
    assert "ALTER COLUMN name SET NOT NULL" in ran.out
    assert "ACCESS EXCLUSIVE on public.people, reads and writes wait, read from end to end" in ran.out
    assert "data loss: column public.people.note: its values go" in ran.out
    assert "--allow 'column public.people.note'" in ran.out
    assert "may fail: column public.people.name" in ran.out
    assert "asks: SELECT" in ran.out


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("before.sql",),
        ("before.sql", "after.sql", "--nothing"),
        ("before.sql", "after.sql", "--number", "x"),
        ("before.sql", "after.sql", "--rename", "x"),
        ("before.sql", "after.sql", "--rename", "nobody=x"),
        ("before.sql", "after.sql", "--using", "people.nothing=1"),
        ("before.sql", "after.sql", "--keep-others"),
        ("before.sql", "after.sql", "--up", "before.sql"),
        ("before.sql", "none.sql"),
        ("none.design.yaml@3", "after.sql"),
        ("before.sql", "broken.design.yaml"),
        ("postgresql://me@127.0.0.1:1/x", "after.sql"),
        ("no_such_database_here", "after.sql"),
        ("h:5432", "after.sql"),
    ],
    ids=str,
)
def test_no_mistake_looks_like_changes(designer, sides, server, tmp_path, arguments):
    (tmp_path / "broken.design.yaml").write_text("{")
    ran = designer("plan", *arguments)
    assert (ran.code, ran.out) == (1, "")
    assert ran.err


def test_mistakes_are_json_too(designer, sides, server):
    ran = designer("plan", "before.sql", "none.sql", "--json")
    assert ran.code == 1
    assert set(ran.json["error"]) >= {"what", "where", "mend"}


def test_json_tells_all_of_a_plan(designer, sides, filled):
    ran = designer("plan", filled, "after.sql", "--json", "--name", "phones")
    assert ran.code == 2
    plan = ran.json
    assert set(plan) == {
        "from", "to", "changes", "name", "hash", "version", "mode", "before", "after", "up", "down", "losses", "proof",
        "salvage", "questions", "notes", "unmanaged",
    }  # fmt: skip
    assert (plan["changes"], plan["name"], plan["mode"], plan["version"]) == (True, "phones", "transaction", 18)
    assert {"name": "column public.people.note", "reason": "its values go"} in plan["losses"]
    steps = {step["title"]: step for step in plan["up"]}
    step = next(step for title, step in steps.items() if title.startswith("alter column public.people.name"))
    assert step["effects"] == [
        {"relation": ["public", "people"], "lock": "ACCESS_EXCLUSIVE", "rewrites": False, "scans": True}
    ]
    assert any(hazard["name"] == "may_fail" and hazard["query"] for hazard in step["hazards"])
    nothing = designer("plan", filled, "before.sql", "--json")
    assert (nothing.code, nothing.json["changes"], nothing.json["up"]) == (0, False, [])


def test_scripts_lead_there_and_back(designer, sides, filled):
    before = held(filled)
    ran = designer("plan", filled, "after.sql", "--salvage", "--up", "up.sql", "--down", "down.sql")
    assert (ran.code, "nothing of it is kept" in ran.out) == (2, False)
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute(Path("up.sql").read_bytes())
    assert designer("plan", filled, "after.sql").code == 0
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute(Path("down.sql").read_bytes())
    assert held(filled) == before
    assert ask(filled, "SELECT note FROM people") == [("first",)]
    piped = designer("plan", filled, "after.sql", "--up", "-")
    assert piped.out.startswith("-- ")
    assert "drop column public.people.note" in piped.err
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute(piped.out.encode())
    assert designer("plan", filled, "after.sql", "--up", "-", "--json").code == 1


def test_a_script_leaves_nothing_of_ours_behind_unless_told_to(designer, sides, filled):
    ran = designer("plan", filled, "after.sql", "--up", "up.sql", "--down", "down.sql")
    assert (ran.code, "--salvage keeps it" in ran.out) == (2, True)
    with psycopg.connect(filled, autocommit=True) as connection:
        for way in ("up.sql", "down.sql"):
            connection.execute(Path(way).read_bytes())
            assert connection.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ 'designer'").fetchall() == []
    assert ask(filled, "SELECT note FROM people") == [(None,)]
    kept = designer("plan", filled, "before.sql", "--json")
    assert (kept.code, kept.json["salvage"]) == (0, False)
    assert designer("plan", filled, "after.sql", "--save", "kept.plan.json", "--json").json["salvage"] is True


def test_files_are_written_for_psql_and_for_alembic(designer, sides, filled):
    ran = designer("plan", filled, "after.sql", "--name", "add phone", "--files", "migrations", "--record")
    assert ran.code == 2
    there = sorted(path.name for path in Path("migrations").iterdir())
    assert there == [
        "000_history.sql", "001_add_phone.sql", "README.md", "rollback_001_add_phone.sql", "verify_001_add_phone.sql",
    ]  # fmt: skip
    assert designer("plan", filled, "after.sql", "--name", "again", "--files", "migrations").code == 2
    assert Path("migrations/002_again.sql").exists()
    assert designer("plan", filled, "after.sql", "--alembic", "r.py", "--down-revision", "abc").code == 2
    assert "down_revision = 'abc'" in Path("r.py").read_text()
    assert designer("plan", filled, "after.sql", "--alembic", "r.py").code == 1


def test_online_plans_are_in_stages(designer, sides, filled):
    ran = designer("plan", filled, "after.sql", "--online")
    assert ran.code == 2
    assert "in stages, while others work" in ran.out
    assert "stage 1, " in ran.out
    assert "CONCURRENTLY" in ran.out


@pytest.fixture
def asked(monkeypatch):
    """Let the shell be a terminal."""
    from designer_kernel.cli import apply, plan

    class Stdin:
        @staticmethod
        def isatty():
            return True

        def __getattr__(self, name):
            return getattr(sys.stdin, name)

    class System:
        stdin = Stdin()

        def __getattr__(self, name):
            return getattr(sys, name)

    monkeypatch.setattr(plan, "sys", System())
    monkeypatch.setattr(apply, "sys", System())


def proved(designer, *arguments, on=()):
    """Plan, prove, and return the hash of the proof."""
    assert designer("plan", *arguments, "--save", "x.plan.json", "--force").code == 2
    ran = designer("prove", "x.plan.json", "--json", *on)
    assert (ran.code, ran.json["holds"]) == (0, True)
    return ran.json["hash"]


def test_a_plan_is_proved_applied_and_rolled_back(designer, sides, filled):
    before = held(filled)
    proof = proved(designer, filled, "after.sql", "--name", "phones")
    shown = designer("prove", "x.plan.json")
    assert f"the plan is proved: {proof}" in shown.out
    refused = designer("apply", "x.plan.json", filled, "--proof", proof, "--yes")
    assert refused.code == 1
    assert "--allow 'column public.people.note'" in refused.err
    allow = ("--allow", "column public.people.note")
    assert "nobody was asked" in designer("apply", "x.plan.json", filled, "--proof", proof, *allow).err
    assert designer("apply", "x.plan.json", filled, "--proof", "0" * 64, *allow, "--yes").code == 1
    assert "nothing is applied without the hash" in designer("apply", "x.plan.json", filled, *allow, "--yes").err
    assert held(filled) == before
    done = designer("apply", "x.plan.json", filled, "--proof", proof, *allow, "--yes", "--json", "--by", "Ada")
    assert (done.code, done.json["name"]) == (0, "phones")
    assert designer("plan", filled, "after.sql").code == 0
    (record,) = designer("history", filled, "--json").json["records"]
    assert (record["name"], record["by"], record["success"]) == ("phones", "Ada", True)
    assert "phones: applied" in designer("history", filled).out
    again = designer("apply", "x.plan.json", filled, "--proof", proof, *allow, "--yes")
    assert again.code == 1

    back = designer("rollback", filled, "--json").json
    assert back["changes"]
    assert "nothing was changed" in designer("rollback", filled).err
    names = [option for loss in back["losses"] for option in ("--allow", loss["name"])]
    ran = designer("rollback", filled, "--proof", back["proof"]["hash"], *names, "--yes")
    assert (ran.code, ran.out) == (0, "")
    assert held(filled) == before
    assert ask(filled, "SELECT name, note FROM people") == [("Ada", "first")]
    assert ", rolled back 2" in designer("history", filled).out
    assert "nothing to roll back" in designer("rollback", filled).err


def test_a_person_is_asked_before_anything_is_changed(designer, sides, filled, asked):
    before = held(filled)
    proof = proved(designer, filled, "after.sql")
    command = ("apply", "x.plan.json", filled, "--proof", proof, "--allow", "public.people.note")
    ran = designer(*command, stdin="n\n")
    assert (ran.code, held(filled)) == (Exit.CANCELLED, before)
    assert "Change this database?" in ran.err
    assert designer(*command, stdin="y\n").code == 0
    assert held(filled) != before


def test_a_rename_is_asked_for_and_never_taken_without_a_yes(designer, filled, tmp_path, asked):
    (tmp_path / "renamed.sql").write_text(BEFORE.replace("note", "remark"))
    taken = designer("plan", filled, "renamed.sql", stdin="y\n")
    assert "RENAME COLUMN note TO remark" in taken.out
    assert "was column public.people.note renamed to remark?" in taken.err
    refused = designer("plan", filled, "renamed.sql", stdin="n\n")
    assert "RENAME" not in refused.out
    assert "data loss: column public.people.note" in refused.out
    assert designer("plan", filled, "renamed.sql", "--json").json["questions"][0]["option"] == "renames"
    assert designer("plan", filled, "renamed.sql", "--rename", "public.people.note=remark").err == ""


def test_a_plan_with_open_questions_is_not_kept(designer, filled, tmp_path):
    (tmp_path / "renamed.sql").write_text(BEFORE.replace("note", "remark"))
    shown = designer("plan", filled, "renamed.sql")
    assert shown.code == 2
    assert "answer: --rename public.people.note=remark or --rename public.people.note=no" in shown.err
    ran = designer("plan", filled, "renamed.sql", "--save", "x.plan.json")
    assert ran.code == 1
    assert "mend:  answer it: --rename public.people.note=remark" in ran.err
    assert not Path("x.plan.json").exists()
    for value in ("remark", "no"):
        ran = designer(
            "plan", filled, "renamed.sql", "--save", f"{value}.plan.json", "--rename", f"people.note={value}"
        )
        assert ran.code == 2


def test_what_was_changed_behind_our_back_is_told(designer, sides, filled):
    assert "no migration was ever applied here" in designer("drift", filled).err
    proof = proved(designer, filled, "after.sql")
    name = "public.people.note"
    assert designer("apply", "x.plan.json", filled, "--proof", proof, "--allow", name, "--yes").code == 0
    assert designer("drift", filled).code == 0
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("ALTER TABLE people ADD COLUMN age int")
    ran = designer("drift", filled, "--json")
    assert (ran.code, ran.json["is_clean"]) == (1, False)
    assert [difference["path"] for difference in ran.json["differences"]] == [["public", "people", "age"]]
    assert designer("drift", filled, "--revert", "back.plan.json").code == 1
    assert json.loads(Path("back.plan.json").read_text())["plan"]["up"]
    assert designer("drift", filled, "--ignore", "public.people.age").code == 1
    assert designer("drift", filled, "--ignore", "public.people.age", "--yes").code == 0
    assert designer("drift", filled, "--heed", "public.people.age", "--yes").code == 1


def test_versions_are_kept_and_planned_between(designer, shop, database_url):
    assert "there is no version yet" in designer("versions", shop).err
    assert designer("versions", shop, "--save", "first", "--who", "Ada").code == 0
    (version,) = designer("versions", shop, "--json").json
    assert (version["number"], version["message"], version["who"]) == (1, "first", "Ada")
    assert designer("plan", f"{shop}@1", shop).code == 0
    text = shop.read_text()
    shop.write_text(text.replace("authors", "writers"))
    renamed = designer("plan", f"{shop}@1", shop)
    assert (renamed.code, renamed.err) == (2, "")
    assert "RENAME TO writers" in renamed.out
    assert designer("versions", shop, "--set-back", "1").code == 0
    assert designer("plan", f"{shop}@1", shop).code == 0
    assert designer("plan", f"{shop}@7", shop).code == 1


def test_a_design_leads_from_nothing_to_a_database(designer, shop, database_url):
    assert designer("plan", database_url, shop).code == 2
    proof = proved(designer, database_url, shop)
    assert designer("apply", "x.plan.json", database_url, "--proof", proof, "--yes").code == 0
    assert designer("plan", database_url, shop).code == 0
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE theirs (id int)")
    assert "DROP TABLE public.theirs" in designer("plan", database_url, shop).out
    ran = designer("plan", database_url, shop, "--keep-others")
    assert ran.code == 0
    assert "left alone: relation public.theirs" in ran.err


def test_nothing_to_resume_or_to_give_up_is_told(designer, database_url):
    assert "no migration is under way" in designer("resume", database_url, "--yes").err
    assert designer("abandon", database_url, "--yes").code == 1
    assert "remembers no migration" in designer("history", database_url).err


@pytest.mark.older
def test_the_same_on_an_older_server(designer, sides, server, older_url):
    with psycopg.connect(older_url, autocommit=True) as connection:
        connection.execute(BEFORE)
    assert designer("plan", older_url, "after.sql", "--save", "x.plan.json").code == 2
    assert "say which database it is for: --on URL" in designer("prove", "x.plan.json").err
    proof = proved(designer, older_url, "after.sql", on=("--on", older_url))
    name = "public.people.note"
    assert designer("apply", "x.plan.json", older_url, "--proof", proof, "--allow", name, "--yes").code == 0
    assert designer("plan", older_url, "after.sql").code == 0


def test_what_comes_next_can_be_typed_as_it_is_shown(designer, filled, tmp_path):
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("""ALTER TABLE people ADD COLUMN "tag's" text""")
    (tmp_path / "before.sql").write_text(BEFORE)
    shown = designer("plan", filled, "before.sql", "--save", "a plan.json")
    assert ["--allow", "column public.people.tag's"] in [
        shlex.split(line)[:2] for line in shown.out.splitlines() if "--allow" in line
    ]
    (following,) = [line for line in shown.err.splitlines() if line.startswith("next: ")]
    assert shlex.split(following)[1:5] == ["designer", "prove", "a plan.json", "--on"]


def test_losses_are_spelled_as_options():
    from designer_kernel.cli.spelling import SHELL
    from designer_kernel.errors import DesignerError
    from designer_kernel.studio.spelling import respelled

    told = respelled(DesignerError("", mend="name each one: allow=['column a.b', 'relation c, d']; salvaged"), SHELL)
    assert told.mend == "name each one: --allow 'column a.b' --allow 'relation c, d'; salvaged"


def test_a_history_of_another_tool_becomes_versions(designer, server, tmp_path):
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "V1__people.sql").write_text(BEFORE)
    (folder / "V2__remark.sql").write_text("ALTER TABLE people RENAME note TO remark;")
    ran = designer("import-migrations", folder, "-o", "people.design.yaml", "--json", "--who", "Ada")
    assert [(one["number"], one["message"], one["who"]) for one in ran.json["versions"]] == [
        (1, "people", "Ada"), (2, "remark", "Ada"),
    ]  # fmt: skip
    plan = designer("plan", "people.design.yaml@1", "people.design.yaml")
    assert (plan.code, plan.err) == (2, "")
    assert "RENAME COLUMN note TO remark" in plan.out
    assert "versions already" in designer("import-migrations", folder, "-o", "people.design.yaml", "--force").err
    (folder / "V3__bad.sql").write_text("\nDROP TABLE nobody;\nALTER TABLE nobody ADD x int;")
    ran = designer("import-migrations", folder, "-o", "other.design.yaml")
    assert (ran.code, ran.out) == (Exit.DOCUMENT, "")
    assert "V3__bad.sql:3" in ran.err
    (tmp_path / "alembic.ini").write_text("[alembic]\n")
    assert "--run-python" in designer("import-migrations", tmp_path / "alembic.ini", "-o", "x.design.yaml").err


def test_raw_scripts_go_through_the_gate_and_what_goes_is_kept(designer, filled, tmp_path):
    (tmp_path / "clean.sql").write_text("ALTER TABLE people DROP COLUMN note;\nTRUNCATE people;")
    dry = designer("run", "clean.sql", filled, "--dry-run")
    assert dry.code == 0
    assert "--allow 'column public.people.note'" in dry.out
    refused = designer("run", "clean.sql", filled, "--yes")
    assert refused.code == 1
    assert "--allow 'column public.people.note'" in refused.err
    assert ask(filled, "SELECT note FROM people") == [("first",)]
    names = [loss["name"] for loss in designer("run", "clean.sql", filled, "--dry-run", "--json").json]
    allowed = [option for name in names for option in ("--allow", name)]
    assert "nobody was asked" in designer("run", "clean.sql", filled, *allowed).err
    done = designer("run", "clean.sql", filled, *allowed, "--yes", "--json")
    assert (done.code, done.json["statements"]) == (0, 2)
    assert ask(filled, "SELECT count(*) FROM people") == [(0,)]
    assert "clean.sql" in designer("history", filled).out

    kept = designer("salvage", filled, "--json").json
    assert {one["kind"] for one in kept} == {"table", "column"}
    assert "1 rows, kept" in designer("salvage", filled).out
    table = next(one["id"] for one in kept if one["kind"] == "table")
    for wrong in (("restore",), ("restore", 1, 2), ("purge",), ("purge", 1, "--into", "x"), ("restore", 99)):
        assert designer("salvage", filled, *wrong, "--yes").code == 1
    assert designer("salvage", filled, "restore", table, "--into", "public.old_people", "--yes").code == 0
    assert ask(filled, "SELECT id, name FROM old_people") == [(1, "Ada")]
    purged = designer("salvage", filled, "purge", *(one["id"] for one in kept), "--yes", "--json")
    assert purged.json["rows"] == 2
    assert designer("salvage", filled, "explode").code == Exit.USAGE


def test_nothing_salvaged_is_told(designer, database_url):
    assert "nothing was salvaged here" in designer("salvage", database_url).err


def test_ctrl_c_does_not_say_that_nothing_was_changed():
    with (
        pytest.raises(Cancelled, match="designer history postgresql://ada:") as told,
        changing("postgresql://ada:x@h/s"),
    ):
        raise KeyboardInterrupt
    assert ":x@" not in str(told.value)
