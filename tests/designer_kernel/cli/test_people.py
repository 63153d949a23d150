"""``designer people``: what whoever runs the designer does about those who work in it."""

from __future__ import annotations

import pytest

from designer_kernel.cli.outcome import Exit
from designer_kernel.design.identity import new_id
from designer_kernel.postgres.connection import redact
from designer_kernel.store.engine import open_store
from designer_kernel.studio.team.actor import stranger
from designer_kernel.studio.team.people import log_in, reset_password
from designer_kernel.studio.team.refusals import NotLoggedIn
from designer_kernel.studio.team.remote.logins import Login, LoginFile
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import registered


def test_people_are_listed_let_in_anew_and_sent_away(designer, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("DESIGNER_DATA_DIR", str(tmp_path / "data"))
    store = open_store(database_url)
    try:
        team = Team(store)
        LoginFile().write(Login("http://127.0.0.1:1", new_id(), "eve", "", "", 0.0))
        asked = designer("people", "list", "--store", database_url).err
        assert "nobody is here yet" in asked
        assert f"in the store {redact(database_url)}" in asked
        assert "eve is logged in to http://127.0.0.1:1, which this does not ask" in asked
        LoginFile().forget()
        registered(team, "ada")
        ran = designer("people", "reset", "ADA", "--store", database_url)
        assert ran.code == Exit.OK
        code = ran.out.strip()
        assert code not in ran.err
        tokens = team.do(stranger(), reset_password, "ada", code, "nine violet otters")
        assert tokens.person.username == "ada"
        assert designer("people", "deactivate", "ada@example.org", "--store", database_url).code == Exit.OK
        with pytest.raises(NotLoggedIn):
            team.do(stranger(), log_in, "ada", "nine violet otters")
        assert "(deactivated)" in designer("people", "list", "--store", database_url).out
        assert designer("people", "activate", "ada", "--store", database_url).code == Exit.OK
        assert team.do(stranger(), log_in, "ada", "nine violet otters").person.username == "ada"
        listed = designer("people", "list", "--store", database_url, "--json").json
        assert listed == [{"username": "ada", "email": "ada@example.org", "is_active": True}]
        refused = designer("people", "deactivate", "nobody", "--store", database_url)
        assert refused.code == Exit.REFUSED
        assert "designer people list" in refused.err
    finally:
        store.close()
