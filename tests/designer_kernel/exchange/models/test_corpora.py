"""Every corpus as SQLAlchemy models: what they create is what was read."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.exchange.models import write_catalog
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.catalog.proof import Corpus, read_all
from tests.designer_kernel.catalog.test_corpora import CORPORA
from tests.designer_kernel.exchange.models.modules import created_by


@pytest.mark.parametrize("corpus", [c for c in CORPORA if c.runs_on(18)], ids=lambda corpus: corpus.path.stem)
def test_models_create_the_database_of_each_corpus(corpus: Corpus, fresh_url: FreshUrl) -> None:
    first, second = fresh_url(), fresh_url()
    load(first, corpus.path.read_text())
    meant = read_all(first)
    exported = write_catalog(meant, corpus.path.stem)
    assert exported.losses.is_lossless
    created_by(exported.text, second)
    assert differences(meant, read_all(second)) == []
