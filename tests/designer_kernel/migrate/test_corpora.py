"""From any database to any other: the corpora of all kinds, in pairs."""

from __future__ import annotations

import random

import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.rehearsal import Rehearsal
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.catalog.proof import Corpus
from tests.designer_kernel.catalog.test_corpora import CORPORA
from tests.designer_kernel.migrate.databases import migrate, read, version

_OF_THE_SERVER = frozenset(
    {"comments", "publication", "publication_15", "publication_18", "event_trigger", "event_trigger_17"}
)
"""Corpora with what belongs to the whole server (subscriptions), or would fire (event triggers)."""

_CHANCE = random.Random(4)
_CHOSEN = [c for c in CORPORA if c.runs_on(18) and c.path.stem not in _OF_THE_SERVER]
PAIRS = [tuple(_CHANCE.sample(_CHOSEN, 2)) for _ in range(24)]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: " to ".join(corpus.path.stem for corpus in pair))
def test_a_database_becomes_another_one(pair: tuple[Corpus, Corpus], fresh_url: FreshUrl) -> None:
    first, second = fresh_url(), fresh_url()
    for url, corpus in zip((first, second), pair, strict=True):
        load(url, corpus.path.read_text())
    after = read(second)
    way = plan(read(first), after, version=version(first), shadow=Rehearsal(first))
    assert differences(after, migrate(first, way.up)) == []
