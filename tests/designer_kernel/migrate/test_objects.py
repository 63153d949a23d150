"""What is no table: from one state of a database to another and back, proved; whatever holds rows stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import psycopg
import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.prove import prove
from designer_kernel.migrate.rehearsal import Rehearsal
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import read, version

PAIRS = sorted((Path(__file__).parent / "objects").glob("*.sql"))
RECOMPUTED = {ObjectId("column", ("public", "names", "found"))}
"""A generated column that uses a configuration which is made anew."""

_ROLE = re.compile(r"CREATE ROLE (\w+);\n")


def _states(path: Path) -> Sequence[str]:
    """Return the scripts of both states: what they share, then what is there before, and after."""
    shared, before, after = re.split(r"^-- (?:before|after)\n", path.read_text(), flags=re.MULTILINE)
    return shared + before, shared + after


def _with_roles(url: str, script: str) -> str:
    """Make the roles that are missing, which belong to the whole server, and return the rest of a script."""
    with psycopg.connect(url, autocommit=True) as connection:
        for role in _ROLE.findall(script):
            if not connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchall():
                connection.execute(f"CREATE ROLE {role}".encode())
    return _ROLE.sub("", script)


def _proved(path: Path, fresh: FreshUrl) -> None:
    urls = [fresh(), fresh()]
    for url, script in zip(urls, _states(path), strict=True):
        load(url, _with_roles(url, script))
    before, after = map(read, urls)
    rehearsal = Rehearsal(urls[0])
    way = plan(before, after, version=version(urls[0]), shadow=rehearsal)
    proof = prove(way, before, after, rehearsal, rows=0)
    assert [(check.name, check.found) for check in proof.checks if not check.holds] == []
    lost = {hazard.on for step in (*way.up, *way.down) for hazard in step.hazards if hazard.name == "data_loss"}
    assert not {key for key in lost if key in before and key in after} - RECOMPUTED


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_a_plan_proves_there_and_back(path: Path, fresh_url: FreshUrl) -> None:
    _proved(path, fresh_url)


@pytest.mark.older(since=15)
@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_the_same_on_an_older_server(path: Path, fresh_older_url: FreshUrl) -> None:
    _proved(path, fresh_older_url)
