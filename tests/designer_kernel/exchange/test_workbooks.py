"""Workbooks: looked at before they are unpacked, and never formulas."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import load_workbook

from designer_kernel.errors import DocumentError
from designer_kernel.exchange.workbooks import read_workbook, write_workbook


def _archive(parts: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04 and nothing else", "no workbook"),
        (_archive({"xl/worksheets/sheet1.xml": b" " * 30_000_000}), "times as large"),
        (_archive({"../../etc/passwd": b"x"}), "outside"),
        (_archive({"C:\\x.xml": b"x"}), "outside"),
        (_archive({f"part{n}": b"" for n in range(2_100)}), "parts"),
        (_archive({"xl/workbook.xml": b"<broken"}), "cannot be read"),
    ],
)
def test_a_hostile_workbook_is_refused_before_it_is_unpacked(data: bytes, what: str) -> None:
    with pytest.raises(DocumentError, match=what):
        read_workbook(data, "some.xlsx", most_columns=100)


def test_no_cell_of_a_workbook_is_a_formula() -> None:
    file = io.BytesIO()
    rows = [["=1+1", "12.50"], ["@x", "1e400"], ["plain\x07", None]]
    assert write_workbook(file, [("=name", False), ("n", True)], rows, formula_safe=False) == 3
    cells = [cell for row in load_workbook(file).active.iter_rows() for cell in row]  # type: ignore[union-attr]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert [cell.value for cell in cells] == ["=name", "n", "=1+1", 12.5, "@x", "1e400", "plain\ufffd", None]
    file = io.BytesIO()
    write_workbook(file, [("a", False)], [[" -x"], ["-1"]], formula_safe=True)
    assert read_workbook(file.getvalue(), "x.xlsx", most_columns=9) == (["a"], [["' -x"], ["'-1"]])
