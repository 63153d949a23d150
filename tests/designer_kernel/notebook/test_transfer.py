"""Refreshing and exporting in cells: what was done is shown, and what is open is asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from designer_kernel.design import Design
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.design.refresh import Answer
from designer_kernel.errors import DesignerError
from designer_kernel.notebook.opening import import_project
from designer_kernel.notebook.project import Project
from designer_kernel.notebook.transfer import Losses
from designer_kernel.studio.project import ProjectSession
from tests.designer_kernel.notebook.conftest import HOSTILE


def test_a_refresh_asks_what_it_cannot_know(project: Project, database_url: str) -> None:
    project.deploy(database_url)
    assert repr(project.refresh(database_url)) == "the design is up to date"
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE customers DROP email; ALTER TABLE customers ADD mail text, ADD phone text")
        connection.execute("ALTER TABLE customers ALTER mail TYPE varchar(255), ALTER phone TYPE varchar(255)")
    asked = project.refresh(database_url)
    assert len(asked.decisions) == 2
    assert "nothing was changed yet" in repr(asked)
    assert "public.customers.email → mail" in asked._repr_html_()
    assert repr(asked).count("answer 'rename' or 'replace'") == 2
    assert "answers" in asked._repr_html_()
    assert "email" in project.entities["customers"].attributes

    answers: dict[str, Answer] = {one.key: "rename" if one.new == "mail" else "replace" for one in asked.decisions}
    done = project.refresh(database_url, decide=answers)
    assert "undo() takes it back" in repr(done)
    assert "renamed: public.customers.email → mail" in repr(done)
    assert list(project.entities["customers"].attributes) == ["id", "mail", "phone"]
    assert len(project.losses) > 5
    project.undo()
    assert "email" in project.entities["customers"].attributes


@pytest.mark.parametrize(
    "decide", [{"public.customers.email → mail": "maybe"}, {"nonsense": "rename"}, "rename", {"column x": "keep"}]
)
def test_what_answers_no_question_is_refused(decide: Any, project: Project, database_url: str) -> None:
    project.deploy(database_url)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ALTER TABLE customers DROP email; ALTER TABLE customers ADD mail varchar(255)")
        connection.execute("ALTER TABLE customers ADD phone varchar(255)")
    design = project.session.design
    with pytest.raises(DesignerError) as refused:
        project.refresh(database_url, decide=decide)
    for name in ("mail", "phone"):
        assert f"'public.customers.email → {name}': 'rename' or 'replace'" in str(refused.value)
    assert project.session.design == design


def test_names_in_a_loss_report_are_escaped() -> None:
    losses = Losses(LossReport((Loss(HOSTILE, "table", "refused", HOSTILE),)))
    assert HOSTILE not in losses._repr_html_()
    assert "&lt;img" in losses._repr_html_()


def test_an_export_keeps_its_losses_and_its_file(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "shop.mmd"
    exported = project.export("mermaid", path)
    assert path.read_text() == exported
    assert len(exported.losses) > 0
    path.write_text("mine")
    for taken in (path, project.path):
        with pytest.raises(DesignerError, match=r"already|own file"):
            project.export("yaml", taken)
    with pytest.raises(DesignerError, match="own file"):
        project.export("yaml", project.path, replace=True)
    assert path.read_text() == "mine"
    other = tmp_path / "other.design.yaml"
    other.write_text("theirs")
    for save in (exported.save, project.erd().save):
        with pytest.raises(DesignerError, match="design file of this name"):
            save(other)
    assert other.read_text() == "theirs"
    assert project.export("yaml", other, replace=True) == other.read_text()
    assert project.export("mermaid", path, replace=True) == path.read_text()


@pytest.mark.usefixtures("server")
def test_what_defines_nothing_becomes_no_project(tmp_path: Path) -> None:
    script = tmp_path / "empty.sql"
    script.write_text("-- nothing yet\n")
    with pytest.raises(DesignerError, match="the script defines nothing"):
        import_project(script, tmp_path / "made.design.yaml")
    assert not (tmp_path / "made.design.yaml").exists()


def test_a_design_of_others_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "shop.design.yaml"
    session = ProjectSession(path, Design(name="mine"))
    path.write_text("format: 1\nname: theirs\n")
    with pytest.raises(DesignerError, match="changed by someone else"):
        session.save()
    with pytest.raises(DesignerError, match="a file of this name already"):
        session.save_as(path)
    assert ProjectSession(path, Design(name="mine")).name == "theirs"
    assert path.read_text() == "format: 1\nname: theirs\n"


def test_a_project_of_an_earlier_session_does_not_say_that_nothing_was_lost(project: Project) -> None:
    shown = project.losses
    assert len(shown) == 0
    for text in (repr(shown), shown._repr_html_()):
        assert "not kept" in text
        assert "nothing" not in text
    assert list(shown.to_frame().columns) == ["object", "kind", "outcome", "reason"]


def test_a_report_is_a_table_in_a_cell_and_says_how_to_get_the_frame() -> None:
    losses = Losses(LossReport((Loss("public.r", "rule", "opaque", "not drawn"),)))
    assert "public.r" in losses._repr_html_()
    assert ".to_frame()" in losses._repr_html_()
    assert losses.to_frame()["object"].tolist() == ["public.r"]
