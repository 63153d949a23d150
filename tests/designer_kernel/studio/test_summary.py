"""What an import came to, in one line, and the refusal of one that came to nothing."""

from __future__ import annotations

import pytest

from designer_kernel.design import Design
from designer_kernel.design.losses import LossReport
from designer_kernel.errors import DocumentError
from designer_kernel.exchange.sql import import_sql
from designer_kernel.exchange.transfer import Imported
from designer_kernel.studio.sources import source
from designer_kernel.studio.summary import open_mends, refuse_nothing, statement_counts, summary

SCRIPT = """
CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE books (id int PRIMARY KEY, author_id int REFERENCES authors);
COMMENT ON INDEX books_pkey IS 'opaque';
CREATE POLICY readers ON books TO library_readers USING (true);
INSERT INTO authors VALUES (1, 'Ann');
"""


@pytest.mark.usefixtures("server")
def test_facts_are_counted_as_the_catalog_counts_them(tmp_path):
    path = tmp_path / "library.sql"
    path.write_text(SCRIPT)
    opened = source(str(path))
    told = summary(opened.imported, opened.kind)
    assert told.startswith(f"2 entities; {len(opened.catalog)} facts: ")
    assert told.endswith("; 1 of 5 statements failed; 1 left out")
    assert statement_counts(opened.imported) == {"ran": 3, "failed": 1, "skipped": 1}
    best, last = open_mends(opened.imported)
    assert (best["id"], best["lines"], best["is_last_resort"]) == ("add-role:library_readers", [5], False)
    assert (last["id"], last["is_last_resort"]) == ("leave-out:readers", True)
    refuse_nothing(opened.imported, opened.kind, str(path))


@pytest.mark.parametrize(
    ("script", "said", "mend"),
    [
        ("", "the script defines nothing", "right file"),
        ("-- only words\n/* and more */", "the script defines nothing", "right file"),
        ("CREATE TABEL t (a int);", "the first of what was refused: CREATE TABEL t: line 1:8: syntax error", "correct"),
        ("SELECT 1;", "1 statement (line 1): defines nothing that lasts", "correct"),
        ("CREATE TABLE nowhere.t (a int);", 'schema "nowhere" does not exist', "mends='all'"),
    ],
)  # fmt: skip
def test_an_import_of_nothing_is_refused(server, script, said, mend):
    imported = import_sql(script, server=server)
    with pytest.raises(DocumentError) as caught:
        refuse_nothing(imported, "script", "x.sql")
    assert said in caught.value.what
    assert caught.value.where == "x.sql"
    assert mend in caught.value.mend


def test_an_empty_database_is_refused_and_an_empty_design_is_not(database_url):
    opened = source(database_url)
    with pytest.raises(DocumentError, match="nothing that could be drawn"):
        refuse_nothing(opened.imported, opened.kind, "db")
    refuse_nothing(Imported(Design(name="new"), LossReport()), "design", "new.design.yaml")
