"""How text is encoded: only a SET of a script counts, and only by PostgreSQL's names."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from designer_kernel.errors import DocumentError
from designer_kernel.exchange import encodings
from designer_kernel.exchange.sql import read_file


def written(path: Path, text: str, encoding: str) -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize(
    "name", ["unicode_escape", "raw_unicode_escape", "utf_7", "punycode", "idna", "MULE_INTERNAL", "cp037", "hex"]
)
def test_a_script_names_no_codec_of_python(tmp_path: Path, name: str) -> None:
    script = written(tmp_path / "s.sql", f"SET client_encoding = '{name}';\nCREATE TABLE \\u0041 (a int);", "utf-8")
    with pytest.raises(DocumentError, match=name) as refused:
        read_file(script)
    assert refused.value.where
    assert "CREATE TABLE \\u0041" in read_file(script, encoding="utf-8")


@pytest.mark.parametrize("name", ["unicode_escape", "raw-unicode-escape", "UTF7", "punycode", "idna"])
def test_nobody_names_a_codec_that_rewrites_text(tmp_path: Path, name: str) -> None:
    with pytest.raises(DocumentError, match="is not known"):
        read_file(written(tmp_path / "s.sql", "SELECT 1", "utf-8"), encoding=name)


@pytest.mark.parametrize(
    "text",
    [
        "-- SET client_encoding = 'LATIN1';\nSELECT 'é';",
        "/* /* */ SET client_encoding = 'LATIN1'; */ SELECT 'é';",
        "SELECT 'a; SET client_encoding = ''LATIN1''; é';",
        "SELECT $a$ ; SET client_encoding = 'LATIN1'; $a$, 'é';",
        "UPDATE t SET client_encoding = 'LATIN1', b = 'é';",
        "CREATE FUNCTION é() RETURNS int SET client_encoding = 'LATIN1' LANGUAGE sql AS 'SELECT 1';",
        "SET client_encoding TO DEFAULT; SELECT 'é';",
        "SET client_encoding = 'SQL_ASCII'; SELECT 'é';",
    ],
)
def test_what_sets_no_encoding_is_utf8(tmp_path: Path, text: str) -> None:
    assert read_file(written(tmp_path / "s.sql", text, "utf-8")) == text


@pytest.mark.parametrize(
    "setting",
    [
        "SET client_encoding = 'LATIN1';", "-- é\nset session CLIENT_ENCODING to 'iso_8859-1';", "SET NAMES latin1;",
        "\\encoding LATIN1\n", "\\restrict abc\n\nSET statement_timeout = 0;\nSET client_encoding = 'LATIN1';",
        "SET client_encoding=latin1;",
    ],
)  # fmt: skip
def test_a_script_sets_its_encoding(tmp_path: Path, setting: str) -> None:
    text = f"{setting} SELECT 'é';"
    assert read_file(written(tmp_path / "s.sql", text, "latin-1")) == text


def test_utf32_is_read_by_its_mark_and_advised_without(tmp_path: Path) -> None:
    assert read_file(written(tmp_path / "a.sql", "SELECT 'é';", "utf-32")) == "SELECT 'é';"
    for encoding in ("utf-32", "utf-16"):
        with pytest.raises(DocumentError, match="NUL") as refused:
            read_file(written(tmp_path / "b.sql", "SELECT 1;", f"{encoding}-le"))
        assert f"--encoding {encoding}" in refused.value.mend


def test_the_names_are_those_of_the_server(database_url: str) -> None:
    """Each encoding of the server is read as the server reads it, or refused by name."""
    query = "SELECT DISTINCT pg_encoding_to_char(n) FROM generate_series(0, 60) n WHERE pg_encoding_to_char(n) <> ''"
    unread = set()
    with psycopg.connect(database_url) as connection:
        for (name,) in connection.execute(query).fetchall():
            try:
                codec = encodings.named(f"SET client_encoding = '{name}';".encode(), "")
            except DocumentError:
                unread.add(name)
                continue
            if name in {"SQL_ASCII", "UTF8"}:
                assert codec == "utf-8"
                continue
            row = connection.execute(
                "SELECT convert_from(b, %(name)s) FROM (VALUES (%(bytes)s::bytea)) v (b)",
                {"name": name, "bytes": "é1".encode(codec, "ignore")},
            ).fetchone()
            assert row is not None
            assert row[0] == "é1".encode(codec, "ignore").decode(codec)
    assert unread == {"EUC_TW", "MULE_INTERNAL"}
