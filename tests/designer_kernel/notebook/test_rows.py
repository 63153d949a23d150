"""Rows in a notebook: read as frames, added, changed, removed, from and to files."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from designer_kernel.design import document
from designer_kernel.errors import DesignerError, EditConflict
from designer_kernel.notebook.project import Project
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.refusals import BadInput

NOTES = """
format: 1
name: notes
entities:
  - name: notes
    attributes:
      - {name: id, data_type: integer, is_nullable: false, is_primary_key: true, identity: BY DEFAULT}
      - {name: body, data_type: varchar(9)}
      - {name: price, data_type: "numeric(9,2)"}
      - {name: doc, data_type: jsonb}
"""


@pytest.fixture
def project(database_url: str, tmp_path: Path) -> Project:
    session = ProjectSession(tmp_path / "notes", document.read(NOTES))
    session.target = database_url
    session.deploy()
    return Project(session)


def test_rows_are_read_and_changed_from_cells(project: Project, tmp_path: Path) -> None:
    rows = project.rows("notes")
    made = rows.insert({"body": "one", "price": Decimal("1.50"), "doc": {"a": [1, None]}}, {"body": ""}, {})
    assert list(made["id"]) == [1, 2, 3]
    assert made["doc"][0] == {"a": [1, None]}
    assert rows.update(1, body=None, price=2)["price"][0] == Decimal("2.00")
    with pytest.raises(BadInput, match="too long") as refused:
        rows.insert({"body": "fine"}, {"body": "much too long"})
    assert refused.value.where == "rows[1].body"
    with pytest.raises(EditConflict, match="removed"):
        rows.update(99, body="x")
    assert rows.count() == "3"
    assert list(rows.to_frame({"body": None}, "-id")["id"]) == [3, 1]
    assert [len(page) for page in rows.pages(size=2)] == [2, 1]

    rows.export(tmp_path / "notes.xlsx")
    with pytest.raises(DesignerError, match="already"):
        rows.export(tmp_path / "notes.xlsx")
    rows.delete(1, 2, 3)
    assert rows.load(tmp_path / "notes.xlsx").empty
    refused_rows = rows.load(pd.DataFrame({"ID": [3, 7], "Body": ["taken", "new"]}))
    assert list(refused_rows["ID"]) == [3]
    assert list(rows.to_frame()["id"]) == [1, 2, 3, 7]
