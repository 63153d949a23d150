"""No false positives: a database of any kind of object, beside the script that made it, needs no plan."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.studio.planning import plan_between
from designer_kernel.studio.sources import Options
from designer_kernel.studio.states import runner_of, state_of
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.catalog.proof import Corpus
from tests.designer_kernel.catalog.test_corpora import CORPORA

APART = {
    "extensions": "what others granted on an extension's members stands in no script without its owners",
    "foreign_server": "handlers of foreign-data wrappers are refused, also of a script that is trusted",
    "privileges": "what others granted stands in no script without its owners",
}
"""Corpora that no script tells in full by itself, and why; `designer plan` refuses them, or says what is left out."""

APART_OLDER = {
    "comments": "the newest server reads options of subscriptions that old ones do not have",
    "inheritance": "old servers let a child accept NULL where its parent does not",
    "partitioned_indexes": "old servers attach other indexes of a partition to those of its parent",
}
"""Corpora whose script means something else on the server that reads it."""

ON_18 = [c for c in CORPORA if c.runs_on(18) and c.path.stem not in APART]
ON_OLDER = [c for c in CORPORA if c.oldest < 18 and c.path.stem not in APART | APART_OLDER]


def _unplanned(corpus: Corpus, url: str) -> None:
    load(url, corpus.path.read_text())
    options = Options(trusted=True)
    sides = (url, str(corpus.path))
    there, meant = (state_of(side, options, runner=runner_of(*sides)) for side in sides)
    planned = plan_between(there, meant, trusted=True, allow_missing=True)
    assert not planned.questions
    assert [step.title for step in planned.migration.plan.up] == []


@pytest.mark.parametrize("corpus", ON_18, ids=lambda corpus: corpus.path.stem)
def test_a_database_is_as_the_script_that_made_it(corpus: Corpus, fresh_url: FreshUrl) -> None:
    _unplanned(corpus, fresh_url())


@pytest.mark.older
@pytest.mark.parametrize("corpus", ON_OLDER, ids=lambda corpus: corpus.path.stem)
def test_the_same_on_an_older_server(corpus: Corpus, fresh_older_url: FreshUrl) -> None:
    with psycopg.connect(url := fresh_older_url()) as connection:
        if not corpus.runs_on(connection.info.server_version // 10000):
            return  # what it holds does not exist there
    _unplanned(corpus, url)
