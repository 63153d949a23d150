"""``docs/security.md`` names tests that exist, for every requirement; and a few rules that hold for all files."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.project.repository import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
KERNEL = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in (ROOT / "designer_kernel").rglob("*.py")
}

REQUIREMENTS = {
    *(f"A{number}" for number in range(1, 10)), *(f"R{number}" for number in range(1, 8)),
    *(f"E{number}" for number in range(1, 7)), *(f"L{number}" for number in range(1, 8)),
    *(f"D{number}" for number in range(1, 9)), *(f"I{number}" for number in range(1, 6)), "X1", "X2",
    *(f"W{number}" for number in range(1, 6)), "S1", "S2–S5", *(f"P{number}" for number in range(1, 5)),
    *(str(number) for number in range(1, 11)),
}  # fmt: skip

OWN_PROCESSES = {
    *(f"designer_kernel/sample/loading/{name}.py" for name in ("crews", "worker", "scattered")),
    "designer_kernel/sample/files/scattered.py",
}
"""Where pickles come through a pipe from a process that this one started, or from whoever runs the cluster."""


def rows() -> Iterator[list[str]]:
    """Yield the cells of the page's tables."""
    for line in PAGE.splitlines():
        if line.startswith("| ") and not line.startswith("| |"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def test_every_test_that_is_named_exists():
    known = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^\s*(?:async )?def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
    }
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    assert len(named) > 100
    assert named - known == set()


def test_every_requirement_has_a_row_and_a_proof():
    found = {row[0]: row for row in rows() if len(row) == 4}
    assert found.keys() - {""} == REQUIREMENTS
    for name, (_, asked, proof, state) in found.items():
        assert asked, name
        assert re.match(r"(holds|in part|later)\b", state), name
        assert bool(proof) == (not state.startswith("later")), name


def test_routes_ask_the_team_and_not_the_store():
    outside = {"designer_kernel/api/routes/health.py"}  # whether the database answers is nobody's secret
    routes = {
        name: text
        for name, text in KERNEL.items()
        if name.startswith(("designer_kernel/api/routes/", "designer_kernel/notebook/")) and name not in outside
    }
    assert len(routes) > 20
    for name, text in routes.items():
        plain = text.replace("from designer_kernel.store import design_json\n", "")  # how designs are written as JSON
        assert not re.search(r"^\s*(?:from|import) (?:designer_kernel\.store|sqlalchemy)", plain, re.MULTILINE), name


def test_only_own_processes_are_unpickled():
    """Nothing else builds objects that a text names: no request, file or cache can bring code."""
    builds = r"pickle\.loads?\(|Unpickler\(|marshal\.loads?\(|shelve\.open\("
    found = {name for name, text in KERNEL.items() if re.search(builds, text)}
    assert found <= OWN_PROCESSES


def test_no_shell_is_started():
    shells = r"os\.system\(|os\.popen\(|getoutput\(|getstatusoutput\(|shell\s*=\s*True|create_subprocess_shell"
    assert [name for name, text in KERNEL.items() if re.search(shells, text)] == []
