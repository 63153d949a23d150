"""What PostgreSQL 18 holds, deployed to an older server: what that cannot hold is said before anything runs."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.grant import Revoke
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import DeployRefused
from designer_kernel.postgres.deploy import deploy
from designer_kernel.postgres.lacking import without_habits
from tests.designer_kernel.catalog.conftest import fresh_older_url, fresh_url
from tests.designer_kernel.catalog.databases import FreshUrl, load, read
from tests.designer_kernel.catalog.proof import Corpus
from tests.designer_kernel.catalog.test_corpora import CORPORA

__all__ = ["fresh_older_url", "fresh_url"]

_SAID = {
    "virtual generated columns": "CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a + 1) VIRTUAL)",
    "constraints that are NOT ENFORCED": "CREATE TABLE t (a int CHECK (a > 0) NOT ENFORCED)",
    "WITHOUT OVERLAPS and PERIOD": "CREATE TABLE t (a int4range, b daterange, PRIMARY KEY (a, b WITHOUT OVERLAPS))",
    "not-null constraints with a name or a state of their own": "CREATE TABLE t (a int CONSTRAINT n NOT NULL)",
    "RETURNING with old and new": "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS int BEGIN ATOMIC"
    " UPDATE t SET a = 1 RETURNING WITH (OLD AS o) o.a; END",
}


@pytest.mark.older
@pytest.mark.parametrize("corpus", [c for c in CORPORA if c.runs_on(18)], ids=lambda corpus: corpus.path.stem)
def test_what_an_older_server_cannot_hold_is_left_out_and_said(
    corpus: Corpus, fresh_url: FreshUrl, fresh_older_url: FreshUrl
) -> None:
    newest, older = fresh_url(), fresh_older_url()
    load(newest, corpus.path.read_text())
    catalog = read(newest)
    done = deploy(catalog, older, allow_missing=True)
    with psycopg.connect(older) as connection:
        wanted = without_habits(connection.info.server_version // 10000, catalog)
    assert len(done.created) + len(done.kept) + len(done.left_out) == len(wanted)
    assert bool(done.left_out) == bool(done.missing)


@pytest.mark.older
@pytest.mark.parametrize("what", _SAID)
def test_a_deployment_is_refused_before_it_begins(what: str, fresh_url: FreshUrl, fresh_older_url: FreshUrl) -> None:
    newest, older = fresh_url(), fresh_older_url()
    load(newest, _SAID[what])
    with pytest.raises(DeployRefused, match=f"{what} came with PostgreSQL 18, and the server is 1[4-7]") as refusal:
        deploy(read(newest), older)
    assert "allow_missing=True" in refusal.value.mend
    assert not read(older).of(Table)


def test_what_only_an_older_server_must_be_told_is_no_obstacle(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    create = Revoke(on=ObjectId("schema", ("public",)), role="public", privileges=("CREATE", "USAGE"))
    deploy(Catalog([*read(url).values(), create]), url)
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT has_schema_privilege('public', 'public', 'USAGE')").fetchone()
        assert row == (False,)
