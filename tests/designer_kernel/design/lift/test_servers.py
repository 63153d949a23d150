"""What servers tell comes back: every script of the corpora, on both servers, through a design and its file."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from designer_kernel.catalog import render
from designer_kernel.catalog.compare import differences
from designer_kernel.design import document, edits
from designer_kernel.design.lower import lower
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.catalog.proof import Corpus, read_all
from tests.designer_kernel.design.lift.laws import holds

_CATALOG = Path(__file__).parents[2] / "catalog"
SCRIPTS = [
    Corpus(path)
    for folder in ("corpora", "golden")
    for path in sorted((_CATALOG / folder).glob("*.sql"))
    if not path.name.endswith(".expected.sql")
]


def _comes_back(corpus: Corpus, url: str) -> None:
    load(url, corpus.path.read_text())
    catalog = read_all(url)
    design = holds(catalog)
    again = document.read(document.to_yaml(design))
    assert again == design
    assert differences(catalog, lower(again)) == []


@pytest.mark.parametrize("corpus", [c for c in SCRIPTS if c.runs_on(18)], ids=lambda corpus: corpus.path.stem)
def test_what_a_server_tells_comes_back(corpus: Corpus, fresh_url: FreshUrl) -> None:
    _comes_back(corpus, fresh_url())


@pytest.mark.older
@pytest.mark.parametrize(
    "corpus", [c for c in SCRIPTS if c.oldest < 18 and c.path.stem != "newest"], ids=lambda corpus: corpus.path.stem
)
def test_the_same_from_an_older_server(corpus: Corpus, fresh_older_url: FreshUrl) -> None:
    with psycopg.connect(fresh_older_url()) as connection:
        if not corpus.runs_on(connection.info.server_version // 10000):
            return  # what it holds does not exist there
    _comes_back(corpus, fresh_older_url())


@pytest.mark.parametrize("name", ["facts25", "table", "partition", "view", "trigger"])
def test_a_lifted_design_builds_the_database_again(name: str, fresh_url: FreshUrl) -> None:
    first, second = fresh_url(), fresh_url()
    load(first, (_CATALOG / "corpora" / f"{name}.sql").read_text())
    catalog = read_all(first)
    load(second, render.script(lower(holds(catalog))).text)
    assert differences(catalog, read_all(second)) == []


@pytest.mark.parametrize("name", ["facts25", "column", "table", "policy", "trigger", "partition", "inheritance"])
def test_what_is_carried_along_follows_renames(name: str, fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, (_CATALOG / "corpora" / f"{name}.sql").read_text())
    design = holds(read_all(url))
    assert any(entity.attributes for entity in design.entities)
    for entity in design.entities:
        there = edits.apply(design, edits.RenameEntity(entity_id=entity.id, name="elsewhere"))
        assert len(lower(there)) == len(lower(design))
        assert len(there.opaque) == len(design.opaque)
        back = edits.apply(there, edits.RenameEntity(entity_id=entity.id, name=entity.name))
        assert back.opaque == design.opaque
        for attribute in entity.attributes:
            ids = {"entity_id": entity.id, "attribute_id": attribute.id}
            there = edits.apply(design, edits.RenameAttribute(**ids, name="elsewhere"))
            assert len(lower(there)) == len(lower(design))
            back = edits.apply(there, edits.RenameAttribute(**ids, name=attribute.name))
            assert [one.key for one in back.opaque] == [one.key for one in design.opaque]
        lower(edits.apply(design, edits.RemoveEntity(entity_id=entity.id, cascade=True)))
