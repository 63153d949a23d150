"""One text names a source: a file by its suffix, a database by its URL or name."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import psycopg
import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError, DocumentError, UnknownObject
from designer_kernel.studio.exports import NOTATIONS, export, notation
from designer_kernel.studio.sources import Options, import_any, kind_of, options_of, source
from designer_kernel.studio.templates import from_template
from tests.designer_kernel.catalog.databases import load, read

SCRIPT = """
CREATE TABLE authors (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE books (id int PRIMARY KEY, author_id int NOT NULL REFERENCES authors, title text);
CREATE POLICY mine ON books USING (title = current_user) ;
CREATE INDEX ON nothing (x);
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """A script of two tables, and one statement that fails."""
    path = tmp_path / "library.sql"
    path.write_text(SCRIPT)
    return path


def test_what_a_text_names(tmp_path: Path, script: Path, database_url: str) -> None:
    assert (kind_of(str(script)), kind_of(database_url)) == ("script", "database")
    assert kind_of(psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]) == "database"  # type: ignore[arg-type]
    with pytest.raises(DocumentError, match="no such file"):
        kind_of(str(tmp_path / "missing.sql"))
    (tmp_path / "notes.txt").write_text("")
    with pytest.raises(DocumentError, match="does not say what it holds"):
        kind_of(str(tmp_path / "notes.txt"))
    with pytest.raises(UnknownObject, match="neither a file nor a database"):
        kind_of("nothing_of_this_name")


@pytest.mark.parametrize(
    ("name", "holds", "what", "mend"),
    [
        ("models.py", b"raise SystemExit", "importing Python runs it", r"dk\.import_\(Base\.metadata\)"),
        ("shop.mmd", b"erDiagram", "Mermaid, a picture", "the design, a script, DBML"),
        ("shop.custom", b"PGDMP\x01\x0e", "pg_dump's own format", "pg_restore --schema-only"),
        ("shop.bin", b"\x1f\x8b\x08", "a compressed file", "gunzip"),
    ],
)
def test_a_file_that_is_not_read_says_what_it_is(tmp_path: Path, name: str, holds: bytes, what: str, mend: str) -> None:
    (tmp_path / name).write_bytes(holds)
    with pytest.raises(DocumentError, match=what) as told:
        kind_of(str(tmp_path / name))
    assert re.search(mend, told.value.mend or "")


def test_no_frames_are_nothing_to_import() -> None:
    with pytest.raises(DesignerError, match="nothing to import"):
        import_any({})


def test_a_script_is_a_design_and_says_what_failed(script: Path) -> None:
    opened = source(str(script))
    assert opened.name == "library"
    assert {entity.name for entity in opened.imported.design.entities} == {"authors", "books"}
    (refused,) = opened.imported.losses.of("refused")
    assert 'relation "nothing" does not exist' in refused.reason
    assert lower(opened.imported.design) == opened.catalog


@pytest.mark.older
def test_a_database_becomes_sql_that_builds_it_again(database_url: str, older_url: str) -> None:
    load(database_url, SCRIPT.partition("CREATE INDEX")[0])
    exported = export(source(database_url), "sql")
    load(older_url, exported.text)
    assert differences(read(database_url), read(older_url), with_sql=False) == []
    assert exported.losses.is_lossless


@pytest.mark.parametrize("name", NOTATIONS)
def test_every_notation_writes_a_design(name: str) -> None:
    exported = NOTATIONS[name].write(from_template("blog", "blog"))
    assert "posts" in exported.text
    assert len(exported.losses) > 10
    assert all(entry.reason for entry in exported.losses.of("changed", "refused", "opaque"))


def test_a_notation_is_known_by_its_suffix_and_a_slip_is_refused() -> None:
    assert notation(".mmd").name == "mermaid"
    with pytest.raises(DesignerError, match="no notation") as caught:
        notation("xls")
    assert "sqlalchemy" in caught.value.mend


def test_whatever_a_notebook_holds_can_be_imported(script: Path) -> None:
    from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table

    metadata = MetaData(schema="lib")
    Table("a", metadata, Column("id", Integer, primary_key=True))
    Table("b", metadata, Column("id", Integer, primary_key=True), Column("a_id", ForeignKey("lib.a.id")))
    of_models = import_any(metadata).design
    assert {of_models.qualified_name(e).split(".")[-1] for e in of_models.entities} == {"a", "b"}
    assert len(of_models.relationships) == 1
    of_frames = import_any({"t": pd.DataFrame({"id": [1]})}, Options("frames")).design
    assert (of_frames.name, [e.name for e in of_frames.entities]) == ("frames", ["t"])
    of_path = import_any(script)
    assert import_any(of_path) is of_path
    with pytest.raises(DesignerError, match="a int cannot be imported"):
        import_any(7)


def test_options_take_one_text_for_a_sequence_and_refuse_slips() -> None:
    assert options_of(schemas="public", mends=["all"]) == Options(schemas=("public",), mends=("all",))
    assert options_of(mends="all").chosen_mends == "all"
    with pytest.raises(DesignerError, match="no option 'schema'"):
        options_of(schema="public")
