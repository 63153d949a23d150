"""Files of data: separators and encodings are told from the file, and what is wrong with it is said with its line."""

from __future__ import annotations

import datetime as dt
import decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from designer_kernel.design import Design
from designer_kernel.errors import DocumentError
from designer_kernel.exchange.data_files import propose_files, read_frame
from designer_kernel.studio.sources import source


def types(design: Design, table: str) -> dict[str, str]:
    """Return the types of a table's columns."""
    return {attribute.name: attribute.type for attribute in design.entity(table).attributes}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_separator_and_encoding_are_told_from_the_file(separator: str, encoding: str, tmp_path: Path) -> None:
    lines = ["id,name", '1,"Füller, rot; 2|3"', '2,"zwei\nZeilen"']
    if separator != ",":
        lines = [line.replace(",", separator, 1) for line in lines]
    file = tmp_path / "products.csv"
    file.write_bytes("\n".join([*lines, ""]).encode(encoding))
    frame = read_frame(file)
    assert frame.to_dict("list") == {"id": ["1", "2"], "name": ["Füller, rot; 2|3", "zwei\nZeilen"]}


def test_separator_and_encoding_can_be_told(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes("a~b\n1~ž\n".encode("cp1250"))
    assert read_frame(file, separator="~", encoding="cp1250").to_dict("list") == {"a": ["1"], "b": ["ž"]}
    with pytest.raises(DocumentError, match="no such encoding"):
        read_frame(file, encoding="no such encoding")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("id,v\n1,2\n2,3,4\n", ":3", "3 values where 2 columns"),
        ("id,v\n1,2,3\n2,3,4\n", "", "values"),
        ('id,v\n1,"open\n2,3\n', ":2", "not closed"),
        ("", "", "nothing in the file"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_its_line(text: str, line: str, what: str, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text(text)
    with pytest.raises(DocumentError) as caught:
        read_frame(file)
    assert what in caught.value.what
    assert caught.value.where.startswith(f"{file}{line}")
    assert caught.value.mend


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "big": pa.array([1, None], pa.int64()),
            "small": pa.array([1, 2], pa.int16()),
            "price": pa.array([decimal.Decimal("1.50"), None], pa.decimal128(12, 4)),
            "day": pa.array([dt.date(2026, 1, 1), None]),
            "at": pa.array([dt.datetime(2026, 1, 1, tzinfo=dt.UTC), None]),
            "digits": ["1", "2"],
            "tags": [["a"], None],
            "extra": [{"a": 1}, None],
            "raw": [b"x", None],
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    design = propose_files([tmp_path / "t.parquet"], "d").imported().design
    assert types(design, "t") == {
        "big": "bigint", "small": "smallint", "price": "numeric(12,4)", "day": "date", "at": "timestamp with time zone",
        "digits": "text", "tags": "text[]", "extra": "jsonb", "raw": "bytea",
    }  # fmt: skip


def test_a_directory_is_a_source_with_a_table_for_each_file(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    shop.mkdir()
    (shop / "products.csv").write_text("id;price\n" + "".join(f"{n};1.50\n" for n in range(1, 31)))
    (shop / "orders.tsv").write_text("id\tproduct_id\n" + "".join(f"{n}\t{n % 30 + 1}\n" for n in range(1, 61)))
    (shop / "notes.txt").write_text("not data")
    opened = source(str(shop))
    assert (opened.kind, opened.name) == ("data", "shop")
    design = opened.imported.design
    assert {entity.name for entity in design.entities} == {"products", "orders"}
    assert [r.target_attributes for r in design.relationships] == [("product_id",)]
    (shop / "orders.csv").write_text("id\n1\n")
    with pytest.raises(DocumentError, match="two files are called 'orders'"):
        source(str(shop)).imported  # noqa: B018 # reading is what fails


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text("id,name\n1,a\n")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "ragged.csv").write_text("a,b\n1,2\n1,2,3\n")
    imported = propose_files([tmp_path], "some").imported()
    assert [entity.name for entity in imported.design.entities] == ["good"]
    refused = {loss.object: loss.reason for loss in imported.losses.of("refused")}
    assert list(refused) == ["empty.csv", "ragged.csv"]
    assert "line 3: there are 3 values where 2 columns are" in refused["ragged.csv"]
    (tmp_path / "good.csv").unlink()
    with pytest.raises(DocumentError, match="nothing in the file"):
        propose_files([tmp_path], "none")


def test_columns_are_reported_under_the_names_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("note,note,\n1,2,3\n")
    losses = propose_files([tmp_path / "t.csv"], "t").imported().losses.of("changed")
    assert {loss.object: loss.reason for loss in losses} == {
        "t.note (column 2)": "it is called note_2",
        "t.(column 3)": "it is called column_3",
    }
