"""Files of every notation are refused by their size before they are read, and what is wrong with them is told."""

from __future__ import annotations

import gzip
import os
import random
import threading
from pathlib import Path

import pandas as pd
import pytest

from designer_kernel.errors import DesignerError, DocumentError, InvalidDesign
from designer_kernel.exchange import files
from designer_kernel.exchange.data_files import read_frame
from designer_kernel.exchange.sql import read_file
from designer_kernel.studio.importing import read_place
from designer_kernel.studio.sources import Options, import_any, options_of, source

NOTATIONS = ("x.yaml", "x.json", "x.sql", "x.dbml", "x.csv", "x.tsv", "x.parquet")


def opened(path: Path, **options: str) -> None:
    """Read a file as every face does."""
    source(str(path), options_of(**options)).imported  # noqa: B018 - it is read when asked


@pytest.fixture
def file(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return tmp_path / str(request.param)


every = pytest.mark.parametrize("file", NOTATIONS, indirect=True)


@every
def test_what_is_too_large_is_refused_unread(file: Path) -> None:
    with file.open("wb") as made:
        made.truncate(20_000_000_000)  # it takes no room
    for read in (lambda: opened(file), lambda: read_place(str(file), Options())):
        with pytest.raises(DocumentError) as caught:
            read()
        assert "20,000,000,000 bytes" in caught.value.what
        assert str(file.name) in caught.value.where
        assert caught.value.mend


@every
@pytest.mark.parametrize(
    "content", [b"\xff\xfe\xff", b"\x81\x8d\x00", random.Random(1).randbytes(1000), b"\x00" * 9], ids=[*"1234"]
)
def test_what_is_no_text_is_refused_in_our_words(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(DesignerError) as caught:
        opened(file)
    assert caught.value.what
    assert caught.value.mend


@pytest.mark.parametrize("file", ["x.sql", "x.dbml", "x.csv", "x.tsv"], indirect=True)
@pytest.mark.parametrize(
    ("content", "what"),
    [
        (gzip.compress(b"CREATE TABLE t ();"), "compressed"),
        (gzip.compress(b"CREATE TABLE t ();")[:12], "compressed"),
        (b"PK\x03\x04workbook", "zip"),
        (b"PGDMP\x01", "own format"),
        (b"PAR1....", "Parquet"),
    ],
    ids=["gzip", "cut gzip", "zip", "pg_dump", "parquet"],
)
def test_what_is_another_format_is_named(file: Path, content: bytes, what: str) -> None:
    file.write_bytes(content)
    with pytest.raises(DocumentError, match=what) as caught:
        opened(file)
    assert caught.value.mend


@every
def test_a_directory_and_a_pipe_are_no_files(file: Path) -> None:
    file.mkdir()
    with pytest.raises(DocumentError, match="directory"):
        opened(file)
    file.rmdir()
    os.mkfifo(file)
    done: list[DocumentError] = []

    def read() -> None:
        with pytest.raises(DocumentError) as caught:
            opened(file)
        done.append(caught.value)

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    reading.join(10)
    assert done[0].what == "this is no regular file"


@every
def test_a_link_in_a_circle_is_no_file(file: Path) -> None:
    file.symlink_to(file)
    with pytest.raises(DesignerError):
        opened(file)


@pytest.mark.parametrize("name", ["x" * 5000, "x\x00y.sql", "~nobody-of-this-name/x.sql", "x\nCREATE TABLE t ();", ""])
def test_names_that_no_file_has_are_refused(name: str, server: object) -> None:
    with pytest.raises(DesignerError) as caught:
        import_any(name)
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize("file", NOTATIONS, indirect=True)
def test_what_may_not_be_read_is_told(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as root, to whom nothing is forbidden; so the operating system's refusal is imitated."""
    file.write_text("a,b\n1,2\n")

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refused)
    monkeypatch.setattr("pyarrow.parquet.ParquetFile", refused)
    with pytest.raises(DocumentError, match="ermission denied") as caught:
        opened(file)
    assert caught.value.mend


def test_the_byte_and_line_of_another_encoding_are_told_and_it_can_be_named(tmp_path: Path) -> None:
    script = tmp_path / "s.sql"
    script.write_bytes("-- eins\nCREATE TABLE größe (a integer);\n".encode("latin-1"))
    with pytest.raises(DocumentError) as caught:
        opened(script)
    assert caught.value.where == f"{script}:2"
    assert "byte 24, 0xf6" in caught.value.what
    assert "--encoding" in caught.value.mend
    assert import_any(script, options_of(encoding="latin-1")).design.entities[0].name == "größe"
    assert read_place(str(script), options_of(encoding="latin-1")).imported.design.entities[0].name == "größe"
    assert "größe" in read_file(script, encoding="latin-1")

    dbml = tmp_path / "d.dbml"
    dbml.write_bytes("Table t {\n  größe int\n}\n".encode("latin-1"))
    with pytest.raises(DocumentError) as caught:
        opened(dbml)
    assert caught.value.where == f"{dbml}:2"
    [table] = import_any(dbml, options_of(encoding="latin-1")).design.entities
    assert table.attributes[0].name == "größe"
    dbml.write_bytes("Table t {\n  größe int\n}\n".encode("utf-16"))
    assert import_any(dbml).design.entities[0].attributes[0].name == "größe"

    table_file = tmp_path / "c.csv"
    table_file.write_bytes("größe\n1\n".encode("cp437"))
    assert import_any(table_file, options_of(encoding="cp437")).design.entities[0].attributes[0].name == "größe"
    table_file.write_bytes(b"a\x81\n1\n")
    with pytest.raises(DocumentError, match="byte 2, 0x81"):
        opened(table_file)


@pytest.mark.parametrize("encoding", ["no such encoding", "hex", "zlib", "rot13", "base64", "undefined", "utf-8\x00"])
def test_what_is_no_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "s.sql"
    file.write_bytes(b"CREATE TABLE t (a int)")
    with pytest.raises(DesignerError, match="encoding"):
        opened(file, encoding=encoding)
    file.write_bytes(f"SET client_encoding = '{encoding}';".encode())
    with pytest.raises(DesignerError):
        opened(file)


@pytest.mark.parametrize("name", ["x.yaml", "x.json"])
def test_a_design_takes_no_encoding(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text('{"format": 1, "name": "d"}')
    with pytest.raises(DesignerError, match="no encoding"):
        opened(tmp_path / name, encoding="latin-1")


@pytest.mark.parametrize("lines", ["1\n", "", "1,2\n" * 3])
def test_a_table_too_wide_is_refused_at_once(tmp_path: Path, lines: str) -> None:
    file = tmp_path / "wide.csv"
    file.write_text(",".join(f"c{number}" for number in range(100_000)) + "\n" + lines)
    with pytest.raises(InvalidDesign, match="100,000 columns"):
        opened(file)
    pd.DataFrame({f"c{number}": [1] for number in range(2_000)}).to_parquet(tmp_path / "wide.parquet")
    with pytest.raises(InvalidDesign, match="2,000 columns"):
        opened(tmp_path / "wide.parquet")
    with pytest.raises(InvalidDesign, match="2,000 columns"):
        import_any({"wide": pd.DataFrame({f"c{number}": [1] for number in range(2_000)})})


def test_separators_in_quotes_are_no_columns(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text(f'"a{"," * 5000}",b\n1,2\n')
    assert len(read_frame(file, separator=",").columns) == 2


def test_what_a_parquet_file_becomes_is_known_before_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "bomb.parquet"
    pd.DataFrame({"a": ["x" * 1000] * 20_000}).to_parquet(file, compression="zstd", use_dictionary=False)
    assert file.stat().st_size < 100_000
    monkeypatch.setattr(files, "PARQUET_BYTES", 1_000_000)
    with pytest.raises(DocumentError, match="when it is unpacked"):
        read_frame(file)
    with pytest.raises(DocumentError, match="more than 1,000,000"):
        files.check_size(_large(tmp_path, 1_000_001), files.PARQUET_BYTES)


def _large(folder: Path, size: int) -> Path:
    path = folder / "large"
    with path.open("wb") as made:
        made.truncate(size)
    return path


def test_the_limits_are_what_they_say() -> None:
    assert files.DBML_BYTES < files.CSV_BYTES <= files.SCRIPT_BYTES < files.PARQUET_BYTES
