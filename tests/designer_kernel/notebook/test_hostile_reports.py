"""Whatever is called like HTML is text in reports of imports: in a notebook, and in a file that a spreadsheet opens."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pandas as pd
import pytest

from designer_kernel.catalog import render
from designer_kernel.cli.losses import write_report
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.exchange.frames import propose
from designer_kernel.exchange.sql import import_sql
from designer_kernel.exchange.transfer import Exported
from designer_kernel.notebook.transfer import ExportedText, Losses, inspect_source
from tests.designer_kernel.catalog.hostile import NAMES, hostile_catalog

EVIL = '<img src=x onerror="alert(1)">'
FORMULAS = ('=cmd|"/c calc"!A1', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "a\n=1")


def is_text(html: str) -> bool:
    """Whether nothing of a hostile name is an element or an attribute."""
    return EVIL not in html and not re.search(r"<(?:img|script)\b", html)


@pytest.mark.usefixtures("server")
def test_a_script_s_names_are_text(tmp_path: Path) -> None:
    script = tmp_path / "s.sql"
    name = EVIL.replace('"', '""')
    script.write_text(
        f'CREATE TABLE "{name}" ("{name}" int CHECK ("{name}" > 0), b nonsense."{name}");\n'
        f'CREATE TABLE t ("{name}" int); CREATE VIEW "{name}" AS SELECT "<script>" FROM "{name}";\n'
        f"COMMENT ON TABLE t IS '{EVIL}'; CREATE SEQUENCE \"{name}s\";"
    )
    imported = import_sql(script)
    assert is_text(Losses(imported.losses, EVIL)._repr_html_())
    assert is_text(inspect_source(script)._repr_html_())
    assert is_text(ExportedText.of(Exported(EVIL, imported.losses))._repr_html_())


def test_names_of_data_are_text() -> None:
    frame = pd.DataFrame({EVIL: [1, 2], "b": [EVIL, "<script>alert(1)</script>"]})
    assert is_text(propose({EVIL: frame}, EVIL)._repr_html_())


@pytest.mark.parametrize("base", NAMES)
def test_no_name_is_a_command_of_psql(base: str) -> None:
    """Outside of quotes psql takes a backslash for a command of its own, and runs programs by it."""
    import postgast

    text = render.script(hostile_catalog(base), base).text
    raw = text.encode()
    tokens = [raw[token.start : token.end] for token in postgast.scan(text).tokens]
    assert b"\\" not in tokens
    assert all(token.startswith(b"--") for token in tokens if token.startswith((b"--", b"/*")))


def test_a_report_in_markdown_holds_no_html(tmp_path: Path) -> None:
    write_report(LossReport((Loss(EVIL, "table", "refused", EVIL),)), tmp_path / "r.md")
    assert is_text((tmp_path / "r.md").read_text())


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("a\r| b |\n\x0b\x0c\x85\u2028\u2029\t c", "a \\| b \\| c"),
        ("![x](http://evil/p.png)", r"\!\[x\](http://evil/p.png)"),
        ("[k](javascript:alert(1))", r"\[k\](javascript:alert(1))"),
        (r"\[k](http://evil)", r"\\\[k\](http://evil)"),
        (r"a\| b", r"a\\\| b"),
        ("`<b>`", r"\`&lt;b&gt;\`"),
        ("a_b*c~d", r"a\_b\*c\~d"),
        ("<http://evil>", "&lt;http://evil&gt;"),
    ],
)
def test_a_report_in_markdown_holds_no_marks_of_a_name(name: str, cell: str, tmp_path: Path) -> None:
    write_report(LossReport((Loss(name, "table", "refused", name),)), tmp_path / "r.md")
    row = (tmp_path / "r.md").read_bytes().decode().splitlines()[2:]
    assert row == [f"| {cell} | table | refused | {cell} |"]


def test_a_report_holds_no_formula(tmp_path: Path) -> None:
    report = LossReport(tuple(Loss(text, text, "refused", text) for text in FORMULAS))
    write_report(report, tmp_path / "r.csv")
    with (tmp_path / "r.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    assert len(rows) == len(FORMULAS)
    for row in rows:
        for cell in row:
            assert not any(
                line.lstrip(" \u00a0")[:1] in "=+-@\t\r" for line in cell.split("\n") if line.strip(" \u00a0")
            )
