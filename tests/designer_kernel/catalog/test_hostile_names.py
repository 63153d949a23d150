"""Every kind of object under names that break careless SQL, on real servers."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from designer_kernel.catalog import canonical, render
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.kinds import all_kinds
from designer_kernel.catalog.kinds.domain import DomainNotNull
from designer_kernel.catalog.kinds.identity_sequence import IdentityType
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.kinds.owner import Owner
from designer_kernel.catalog.kinds.partition_trigger import PartitionTrigger
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.schema import DroppedSchema
from designer_kernel.catalog.kinds.security_label import SecurityLabel
from designer_kernel.catalog.kinds.subscription import Subscription
from designer_kernel.catalog.kinds.table_tablespace import TableTablespace
from tests.designer_kernel.catalog.databases import FreshUrl, load, read, scripted
from tests.designer_kernel.catalog.hostile import NAMES, hostile_catalog
from tests.designer_kernel.catalog.kinds import test_hostile_names_of_programs as programs

ELSEWHERE = {
    Owner: "read only if asked for; corpora/privileges.sql",
    SecurityLabel: "needs a provider of labels; kinds/test_security_label.py",
    NotNull: "18 and newer only; corpora/table_18.sql",
    TableTablespace: "a tablespace belongs to the cluster; kinds/test_table.py",
    DomainNotNull: "only PostgreSQL 17 and newer has it; corpora/domains_18.sql",
    IdentityType: "comes about only by copying a table; corpora/hostile_parts.sql",
    PartitionTrigger: "comes with a trigger of the parent; corpora/hostile_parts.sql",
    Subscription: "belongs to the cluster; kinds/test_hostile_names_of_programs.py",
    DroppedSchema: "its name is always public; corpora/schemas.sql",
}
"""Kinds that the hostile catalogs cannot hold, why, and where they are tested with such names."""


def test_the_hostile_catalog_has_every_kind() -> None:
    held = {type(fact) for catalog in (hostile_catalog("x"), programs.hostile("x")) for fact in catalog.values()}
    assert held == set(all_kinds()) - set(ELSEWHERE)


@pytest.mark.parametrize("base", NAMES, ids=ascii)
def test_hostile_names_survive(base: str, fresh_url: FreshUrl) -> None:
    _survives(base, fresh_url)


@pytest.mark.older(since=15)
@pytest.mark.parametrize("base", ['we"ird', "back\\slash\\", "x WHEN (true) EXECUTE FUNCTION ("], ids=ascii)
def test_hostile_names_survive_on_an_older_server(base: str, fresh_older_url: FreshUrl) -> None:
    _survives(base, fresh_older_url)


def _survives(base: str, fresh: FreshUrl) -> None:
    meant = hostile_catalog(base)
    first, second = fresh(), fresh()
    found = scripted(first, meant)
    # The server rewrites SQL; all else must be as it was meant, and nothing else may be there.
    assert [d for d in differences(meant, found, with_sql=False) if str(d.id) != "schema public"] == []
    load(second, render.script(found).text)
    assert read(second) == found
    assert canonical.from_json(canonical.to_json(found)) == found
    for url in (first, second):
        with psycopg.connect(url) as connection:
            for role in meant.of(Role):
                connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(role.name)))
    with psycopg.connect(first) as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(meant.of(Role)[0].name)))
