"""Collations whose provider not every server has."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.collation import Collation
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.catalog.proof import prove


@pytest.mark.older
def test_collations_of_icu_survive(fresh_older_url: FreshUrl) -> None:
    found = prove(
        "CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de-u-co-phonebk');"
        "CREATE COLLATION \"No case\" (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);"
        'CREATE TABLE t (a text COLLATE german, b text COLLATE "No case" PRIMARY KEY);'
        'CREATE DOMAIN word AS text COLLATE "No case";',
        fresh_older_url,
    )
    assert found.of(Collation) == [
        Collation(schema="public", name="No case", provider="icu", locale="und-u-ks-level2", deterministic=False),
        Collation(schema="public", name="german", provider="icu", locale="de-u-co-phonebk"),
    ]


def test_rules_are_written_after_the_locale() -> None:
    # Only ICU on PostgreSQL 16 and newer takes rules, which no server here has.
    fact = Collation(schema="s", name="r", provider="icu", locale="und", rules="& V << w <<< W")
    (statement,) = fact.create(Catalog([fact]), {})
    assert statement == "CREATE COLLATION s.r (provider = icu, locale = 'und', rules = '& V << w <<< W')"
