from __future__ import annotations

from pathlib import Path

import pytest

from designer_kernel.errors import DesignerError
from designer_kernel.studio.locations import data_directory, project_name, project_path


def test_a_bare_name_lives_in_the_data_directory(monkeypatch, tmp_path):
    monkeypatch.setenv("DESIGNER_DATA_DIR", str(tmp_path))
    assert project_path("shop") == tmp_path / "projects" / "shop.design.yaml"
    assert data_directory() == tmp_path


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("./shop", "shop.design.yaml"),
        ("shop.design.yaml", "shop.design.yaml"),
        ("shop.json", "shop.json"),
        (Path("shop"), "shop.design.yaml"),
        ("sub/shop.yaml", "sub/shop.yaml"),
    ],
)
def test_a_path_stays_where_it_says(given, wanted, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert project_path(given) == tmp_path / wanted


@pytest.mark.parametrize("name", ["", "  ", "a\0b"])
def test_what_cannot_be_a_name_is_refused(name):
    with pytest.raises(DesignerError) as caught:
        project_path(name)
    assert caught.value.mend


@pytest.mark.parametrize(("path", "name"), [("a/shop.design.yaml", "shop"), ("shop.json", "shop"), ("x.yaml", "x")])
def test_a_design_is_named_after_its_file(path, name):
    assert project_name(Path(path)) == name
