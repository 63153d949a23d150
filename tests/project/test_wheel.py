"""The wheel is built as a release would build it, unzipped, and imported from there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.project.repository import ROOT, kept_files


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


def test_wheel_holds_every_file_of_the_packages(wheel):
    places = {"designer_kernel": "designer_kernel", "widgets/designer_widgets": "designer_widgets"}
    places |= {"notebooks": "designer_kernel/shipped_notebooks"}
    want = {
        place + name.removeprefix(folder)
        for path in kept_files()
        for folder, place in places.items()
        if (name := path.relative_to(ROOT).as_posix()).startswith(folder + "/")
    }
    got = set(ZipFile(wheel).namelist())
    assert want - got == set()


@pytest.mark.parametrize(
    "ending",
    [
        "designer_kernel/templates/marketplace.design.yaml",
        "designer_kernel/shipped_notebooks/quickstart.ipynb",
        "designer_kernel/shipped_notebooks/designer.ipynb",
        "designer_kernel/shipped_notebooks/dashboard.ipynb",
    ],
)
def test_wheel_holds_what_the_commands_open(wheel, ending):
    assert ending in ZipFile(wheel).namelist()


def test_wheel_holds_the_front_end(wheel):
    names = [name for name in ZipFile(wheel).namelist() if name.startswith("designer_widgets/frontend/")]
    assert any(name.endswith(".js") for name in names)
    assert any(name.endswith(".css") for name in names)


def test_wheel_holds_nothing_else(wheel):
    tops = {name.split("/")[0] for name in ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"designer_kernel", "designer_widgets"}


def test_unzipped_wheel_works_without_the_repository(wheel, tmp_path):
    ZipFile(wheel).extractall(tmp_path)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "import designer_kernel, designer_widgets; from designer_kernel import templates;"
        "assert designer_kernel.__file__.startswith(sys.argv[1]);"
        "assert designer_widgets.__file__.startswith(sys.argv[1]);"
        "print(len(templates.load('marketplace').entities))"
    )
    command = [sys.executable, "-c", code, str(tmp_path)]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert int(answer.stdout) >= 19


def test_entry_points_name_what_exists(wheel):
    import configparser
    from importlib import import_module

    with ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        parser = configparser.ConfigParser()
        parser.read_string(archive.read(name).decode())
    targets = [value for section in parser.sections() for _, value in parser.items(section)]
    assert len(targets) >= 3
    for target in targets:
        module, _, attribute = target.partition(":")
        assert callable(getattr(import_module(module), attribute))
