from __future__ import annotations

import re

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.repository import ROOT, declared_requirements, metadata

# What conda-forge splits or does not have. Its psycopg comes with libpq, so psycopg[binary] is not needed there.
ON_CONDA_FORGE = {
    "psycopg": ("psycopg", "psycopg-pool"),
    "dogpile-cache": ("dogpile.cache",),
    "prometheus-client": ("prometheus_client",),
}


def conda_environment() -> tuple[dict[str, str], dict[str, str], list[str]]:
    """Return conda's versions, pip's versions, and the lines of the pip section that are no requirement."""
    lines = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pip = next(line["pip"] for line in lines if isinstance(line, dict))
    split = [re.split(r"(?=[<>=])", line, maxsplit=1) for line in lines if isinstance(line, str)]
    conda = {name: "".join(version) for name, *version in split}
    requirements = [Requirement(line) for line in pip if not line.startswith("-")]
    return conda, {r.name: str(r.specifier) for r in requirements}, [line for line in pip if line.startswith("-")]


def test_environment_yml_asks_for_what_pyproject_asks_for():
    conda, pip, others = conda_environment()
    want = {}
    for requirement in map(Requirement, declared_requirements()):
        name = canonicalize_name(requirement.name)
        for conda_name in ON_CONDA_FORGE.get(name, (name,)):
            want[conda_name] = str(requirement.specifier)
    got = conda | pip
    python = got.pop("python")
    del got["pip"]
    assert want == got
    assert set(python.split(",")) == set(metadata()["requires-python"].split(","))
    assert others == ["--editable ."]


def test_constraints_pin_every_dependency_exactly():
    lines = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*", line)] == []
    pins = {canonicalize_name(name): version for name, version in (line.split("==") for line in lines)}
    for requirement in map(Requirement, declared_requirements()):
        assert pins[canonicalize_name(requirement.name)] in requirement.specifier


def test_constraints_cover_what_the_dependencies_need():
    from importlib.metadata import requires

    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pinned = {canonicalize_name(line.split("==")[0]) for line in lines if "==" in line}
    waiting, seen = [Requirement(line) for line in declared_requirements()], set()
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), tuple(sorted(requirement.extras)))
        if key in seen:
            continue
        seen.add(key)
        extras = requirement.extras or {""}
        waiting += [
            needed
            for needed in map(Requirement, requires(requirement.name) or ())
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras)
        ]
    assert {name for name, _ in seen} - pinned == set()


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text()
    lines = [line for line in text.splitlines() if re.match(r'\s+"[A-Za-z0-9_.\[\],-]+[<>=]=', line)]
    assert len(lines) == len(declared_requirements())
    assert [line for line in lines if not re.search(r'",\s+# \w.{4}', line)] == []


def test_every_dependency_is_described_in_the_docs():
    text = (ROOT / "docs" / "dependencies.md").read_text().lower()
    names = {canonicalize_name(Requirement(line).name) for line in declared_requirements()}
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_what_the_packages_import_is_declared():
    import ast
    import sys
    from importlib.metadata import packages_distributions

    declared = {canonicalize_name(Requirement(line).name) for line in runtime_requirements()}
    providers = packages_distributions()
    missing = set()
    for folder in ("designer_kernel", "widgets/designer_widgets"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
                for name in names:
                    top = "google.protobuf" if name.startswith("google.protobuf") else name.partition(".")[0]
                    if top in sys.stdlib_module_names or top in {"designer_kernel", "designer_widgets"}:
                        continue
                    distributions = {"protobuf"} if top == "google.protobuf" else set(providers.get(top, [top]))
                    if not {canonicalize_name(one) for one in distributions} & declared:
                        missing.add(f"{path.relative_to(ROOT)}: {name}")
    assert missing == set()


def runtime_requirements() -> list[str]:
    """Return the requirements of the product itself, those of its extras too."""
    project = metadata()
    extras = project["optional-dependencies"]
    names = ("notebook", "team", "picture", "cluster", "fast")
    return project["dependencies"] + [line for name in names for line in extras[name]]
