"""Commands read what is not UTF-8 when they are told how it is encoded, and say so when they are not."""

from __future__ import annotations

import pytest

from designer_kernel.cli.outcome import Exit
from designer_kernel.design import document


@pytest.mark.usefixtures("server")
def test_the_encoding_of_a_script_can_be_named(designer, tmp_path):
    script = tmp_path / "alt.sql"
    script.write_bytes("CREATE TABLE größe (a integer);\n".encode("latin-1"))
    ran = designer("import", script, "-o", "alt.design.yaml")
    assert ran.code == Exit.DOCUMENT
    assert "--encoding" in ran.err
    assert not (tmp_path / "alt.design.yaml").exists()
    assert designer("import", script, "-o", "alt.design.yaml", "--encoding", "latin-1").code == Exit.OK
    assert document.load(tmp_path / "alt.design.yaml").entities[0].name == "größe"
    assert "größe" in designer("export", script, "--to", "dbml", "--encoding", "latin-1").out
    assert designer("inspect", script, "--encoding", "latin-1").code == Exit.OK


@pytest.mark.parametrize(
    ("name", "text"), [("t.csv", "größe\n1\n"), ("t.dbml", "Table t {\n  größe int\n}\n")], ids=["csv", "dbml"]
)
def test_the_encoding_of_data_and_dbml_can_be_named(designer, tmp_path, name, text):
    (tmp_path / name).write_bytes(text.encode("cp437"))
    ran = designer("import", name, "-o", "t.design.yaml", "--encoding", "cp437")
    assert ran.code == Exit.OK
    [table] = document.load(tmp_path / "t.design.yaml").entities
    assert table.attributes[0].name == "größe"


def test_no_such_encoding(designer, tmp_path):
    (tmp_path / "t.csv").write_text("a\n1\n")
    ran = designer("import", "t.csv", "-o", "t.design.yaml", "--encoding", "klingon")
    assert ran.code == Exit.DOCUMENT
    assert "klingon" in ran.err
