from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.project.repository import ROOT, kept_files

REGISTRY_HOSTS = re.compile(r"\b(pypi|pythonhosted|npmjs|anaconda|conda-forge|debian|crates|docker)\.(org|com|io)\b")
MACHINE_PATHS = re.compile(r"(?<![\w.~$}])/(work|root|home/\w+|Users/\w+|opt/wheels|opt/pypi)/")
TEXT = {".py", ".js", ".css", ".md", ".toml", ".yaml", ".yml", ".txt", ".ipynb", ".json", ".sql", ".cfg", ".svg", ""}


def makefile_targets() -> set[str]:
    text = (ROOT / "Makefile").read_text()
    return set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE).group(1).split())


def documents() -> str:
    return "\n".join(path.read_text() for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("pattern", [REGISTRY_HOSTS, MACHINE_PATHS], ids=["registry hosts", "machine paths"])
def test_no_kept_file_names(pattern):
    found = []
    for path in kept_files():
        if path.suffix in TEXT:
            found += [f"{path.relative_to(ROOT)}: {match.group()}" for match in pattern.finditer(path.read_text())]
    assert found == []


def test_no_large_file_is_kept():
    large = {path.relative_to(ROOT).as_posix(): path.stat().st_size for path in kept_files()}
    assert {name: size for name, size in large.items() if size > 1_000_000} == {}


def test_make_commands_of_the_documents_exist():
    named = set(re.findall(r"^\s*make ([a-z-]+)|`make ([a-z-]+)", documents(), re.MULTILINE))
    assert {one or other for one, other in named} - makefile_targets() == set()
    assert {"demo", "lab"} <= {one or other for one, other in named}


def test_every_make_target_is_told_in_the_readme():
    text = (ROOT / "README.md").read_text()
    assert {target for target in makefile_targets() if f"make {target}" not in text} == {"help"}


def test_make_targets_are_recipes_that_make_understands():
    asked = ["make", "--dry-run", *sorted(makefile_targets())]
    answer = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr


def test_designer_commands_of_the_documents_exist():
    from typer.main import get_command

    from designer_kernel.cli.app import app

    known = set(get_command(app).commands)
    named = set(re.findall(r"^\s*(?:\.venv/bin/)?designer ([a-z]+)", documents(), re.MULTILINE))
    assert named
    assert named - known == set()


def test_links_of_the_documents_lead_somewhere():
    broken = [
        f"{path.name}: {link}"
        for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
        for link in re.findall(r"\]\(([^)#:]+)[^):]*\)", path.read_text())
        if not (path.parent / link).exists()
    ]
    assert broken == []


def test_continuous_integration_script_is_valid_bash():
    script = ROOT / ".ci" / "run"
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    text = script.read_text()
    assert "set -euo pipefail" in text
    assert re.findall(r"^make (\w+)$", text, re.MULTILINE) == ["demo", "test"]


@pytest.mark.parametrize(
    ("cases", "code"),
    [
        ('<testcase name="a"/><testcase name="b"/>', 0),
        ('<testcase name="a"/><testcase name="b"><skipped message="no server"/></testcase>', 1),
        ("", 1),
    ],
    ids=["all ran", "one was skipped", "none ran"],
)
def test_continuous_integration_fails_when_a_test_was_skipped(tmp_path, cases, code):
    (program,) = re.findall(r"<<'PYTHON'\n(.*?)^PYTHON$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE | re.DOTALL)
    results = tmp_path / "results.xml"
    results.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    answer = subprocess.run([sys.executable, "-c", program, str(results)], capture_output=True, text=True, check=False)
    assert answer.returncode == code, answer.stderr
    assert ("no server" in answer.stderr) == ("no server" in cases)


def test_hooks_need_no_network():
    import yaml

    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [repository["repo"] for repository in repositories] == ["local"]
    assert {hook["language"] for hook in repositories[0]["hooks"]} == {"system"}
