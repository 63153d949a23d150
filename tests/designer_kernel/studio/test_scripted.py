"""Scripts as sides of a plan: what a database holds that they have filled, and nothing is left out in silence."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer_kernel.errors import DesignerError
from designer_kernel.studio.planning import plan_between
from designer_kernel.studio.sources import Options
from designer_kernel.studio.states import State, runner_of, state_of
from tests.designer_kernel.studio.test_migrating import run


def _state(folder: Path, text: str, name: str = "a.sql") -> State:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return state_of(str(path))


def test_a_script_need_not_put_anything_into_the_public_schema(tmp_path, database_url):
    elsewhere = "CREATE SCHEMA shop; CREATE TABLE shop.items (id int);"
    run(database_url, elsewhere)
    for text, there in (("SELECT 1;", state_of(database_url)), (elsewhere, _state(tmp_path, "SELECT 1;", "b.sql"))):
        script = _state(tmp_path, text)
        assert not plan_between(script, script)
        found = {str(key) for step in plan_between(script, there).plan.up for key in step.facts}
        assert found >= {"schema shop", "relation shop.items"}


def test_a_script_takes_the_roles_that_it_names_for_granted(tmp_path):
    script = _state(
        tmp_path,
        "CREATE SCHEMA theirs AUTHORIZATION app_owner; CREATE TABLE theirs.t (a int);"
        "GRANT SELECT ON theirs.t TO app_reader, postgres; CREATE POLICY p ON theirs.t TO app_reader, CURRENT_USER;",
    )
    told = [str(key) for key in script.catalog]
    assert "schema theirs" in told
    assert "policy theirs.t.p" in told
    assert [key for key in told if key.startswith("grant")] == ["grant relation.theirs.t.app_reader"]
    assert runner_of("a.sql", "postgresql://app@localhost/shop") == "app"


def test_no_plan_is_made_of_a_script_that_does_not_run(tmp_path):
    with pytest.raises(DesignerError, match=r"line 2:1: relation \"none\" does not exist"):
        _state(tmp_path, "CREATE TABLE t (a int);\nALTER TABLE none ADD b int;")
    with pytest.raises(DesignerError, match="line 1:1: permission denied to create foreign-data wrapper") as refused:
        _state(tmp_path, "CREATE FOREIGN DATA WRAPPER w;")
    assert "trusted=True" in refused.value.mend
    server = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; COPY t FROM '/tmp/rows';\n"
    path = tmp_path / "foreign.sql"
    path.write_text(f"{server}IMPORT FOREIGN SCHEMA x FROM SERVER s INTO public;", encoding="utf-8")
    with pytest.raises(DesignerError, match=r"^[^;]*line 2:1: refused[^;]*$"):
        state_of(str(path), Options(trusted=True))


def test_owners_of_scripts_are_compared_if_they_are_asked_for(tmp_path):
    sides = []
    for name, owning in (("a.sql", ""), ("b.sql", "ALTER TABLE t OWNER TO app_owner;")):
        path = tmp_path / name
        path.write_text(f"CREATE TABLE t (a int); {owning}", encoding="utf-8")
        sides.append(state_of(str(path), Options(owners=True)))
    (step,) = [step for step in plan_between(*sides, trusted=True).plan.up if step.action != "create"]
    assert step.statements == ("ALTER TABLE public.t OWNER TO app_owner",)


@pytest.mark.older
def test_names_and_privileges_that_an_older_server_does_not_know_are_nothing_to_it(tmp_path, older_url):
    text = "CREATE TABLE a (b int CONSTRAINT given NOT NULL); CREATE TABLE c (d int) INHERITS (a);"
    text += "CREATE DOMAIN d AS int CONSTRAINT named NOT NULL; GRANT ALL ON a TO pg_monitor WITH GRANT OPTION;"
    run(older_url, text)
    assert not plan_between(state_of(older_url), _state(tmp_path, text))
