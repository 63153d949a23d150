"""``designer keys rotate``: counts, failures and a new master key, on a store of its own."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from designer_kernel.cli.outcome import Exit
from designer_kernel.store.engine import open_store
from designer_kernel.studio.team import connections, workspaces
from designer_kernel.studio.team.secrets.key_files import KeyFile
from designer_kernel.studio.team.secrets.master_keys import KEY, KEY_FILE
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import registered


@pytest.fixture
def key_file(tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_FILE, str(tmp_path / "keys"))
    return KeyFile(tmp_path / "keys")


def test_secrets_are_sealed_anew_and_counted(designer, database_url, key_file, monkeypatch):
    store = open_store(database_url)
    try:
        team = Team(store)
        ada = registered(team, "ada")
        room = team.do(ada, workspaces.create, "shop").id
        made = [
            team.do(ada, connections.add, room, f"c{number}", "postgresql://u:c4nary@1.1.1.1/d").id
            for number in range(2)
        ]
        ran = designer("keys", "rotate", "--store", database_url)
        assert (ran.code, ran.out) == (Exit.OK, "1 workspace: 2 secrets sealed anew, 0 skipped, 0 failed\n")
        assert "c4nary" not in ran.err
        before = key_file.keys().ids
        monkeypatch.setenv("DESIGNER_DATABASE_URL", database_url)
        ran = designer("keys", "rotate", "--new-master", "--json")
        assert ran.json == {
            "resumed": False, "workspaces": 1, "re_encrypted": 2, "skipped": 0, "failed": 0, "failures": [],
        }  # fmt: skip
        assert key_file.keys().ids[1:] == before
        assert team.do(ada, connections.opening, made[0]).mode == "read-only"
        with store.engine.begin() as connection:
            assert connection.scalar(text("SELECT master_key_id FROM designer.data_keys")) == key_file.keys().ids[0]
            told = text("SELECT resource FROM designer.audits WHERE action = 'master_key.new'")
            assert connection.scalars(told).all() == [key_file.keys().ids[0]]
            connection.execute(
                text(
                    "UPDATE designer.connections SET connection_uri = substring(connection_uri FOR 20) WHERE id = :id"
                ),
                {"id": made[0]},
            )
        ran = designer("keys", "rotate")
        assert ran.code == Exit.REFUSED
        assert "1 secret sealed anew, 0 skipped, 1 failed" in ran.out
        assert f"could not be opened: connection {made[0]}" in ran.err
    finally:
        store.close()


def test_without_its_file_nothing_is_rotated(designer, database_url, key_file, monkeypatch):
    assert designer("keys", "rotate", "--store", database_url, "--json").json["workspaces"] == 0
    assert not key_file.path.exists()
    monkeypatch.setenv(KEY, "bm9uZQ==")
    ran = designer("keys", "rotate", "--store", database_url)
    assert ran.code == Exit.REFUSED
    assert "no master key" in ran.err
    monkeypatch.setenv(KEY, "bW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW0=")
    ran = designer("keys", "rotate", "--store", database_url, "--new-master")
    assert ran.code == Exit.REFUSED
    assert "not in a file" in ran.err


def test_help_shows_an_example_and_the_exit_codes(designer):
    ran = designer("keys", "rotate", "--help")
    assert "Example:" in ran.out
    assert "Exit codes:" in ran.out
