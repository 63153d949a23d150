"""Nothing is lost: one script per kind with every option, rebuilt and judged by ``pg_dump``."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.catalog.proof import Corpus, prove

CORPORA = [Corpus(path) for path in sorted((Path(__file__).parent / "corpora").glob("*.sql"))]


@pytest.mark.parametrize("corpus", [c for c in CORPORA if c.runs_on(18)], ids=lambda corpus: corpus.path.stem)
def test_a_database_built_from_our_script_is_the_same(corpus: Corpus, fresh_url: FreshUrl) -> None:
    assert len(prove(corpus.path.read_text(), fresh_url)) > 1


@pytest.mark.older
@pytest.mark.parametrize("corpus", [c for c in CORPORA if c.oldest < 18], ids=lambda corpus: corpus.path.stem)
def test_the_same_on_an_older_server(corpus: Corpus, fresh_older_url: FreshUrl) -> None:
    with psycopg.connect(fresh_older_url()) as connection:
        if not corpus.runs_on(connection.info.server_version // 10000):
            return  # what it holds does not exist there
    assert len(prove(corpus.path.read_text(), fresh_older_url)) > 1
