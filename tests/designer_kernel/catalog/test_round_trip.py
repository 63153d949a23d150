"""The law of the catalog: what is rendered loads, and introspects to what was meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from designer_kernel.catalog import render
from designer_kernel.catalog.compare import differences
from tests.designer_kernel.catalog.databases import FreshUrl, load, read

GOLDEN = Path(__file__).parent / "golden"
SINCE_15 = ("programs", "tables")
BOTH = ("access", "partitions", *SINCE_15)
ALL = (*BOTH, "newest")


def _obeys_the_law(name: str, fresh: FreshUrl) -> str:
    first = fresh()
    load(first, (GOLDEN / f"{name}.sql").read_text())
    meant = read(first)
    text = render.script(meant, title=name).text
    second = fresh()
    load(second, text)
    found = read(second)
    assert differences(meant, found) == []
    assert found == meant
    assert render.script(found, title=name).text == text
    return text


@pytest.mark.parametrize("name", ALL)
def test_what_is_rendered_loads_and_reads_the_same(name: str, fresh_url: FreshUrl) -> None:
    text = _obeys_the_law(name, fresh_url)
    golden = GOLDEN / f"{name}.expected.sql"
    if os.environ.get("DESIGNER_UPDATE_GOLDEN"):
        golden.write_text(text)
    assert text == golden.read_text()


@pytest.mark.older
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.older(since=15)) if name in SINCE_15 else name for name in BOTH]
)
def test_the_law_holds_on_an_older_server(name: str, fresh_older_url: FreshUrl) -> None:
    assert "COMMIT;" in _obeys_the_law(name, fresh_older_url)
