from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.browser.conftest import CHROMIUM
from tests.project.repository import ROOT


def test_benchmark_tells_every_figure():
    options = "--rows 500 --faker-rows 5 --rounds 1 --marketplace 3000 --connections 1 --json"
    command = [sys.executable, "-m", "benchmarks.fill", *options.split()]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    figures = json.loads(answer.stdout)
    wide, whole = figures["wide"], figures["marketplace"]
    assert wide["rows"] == 500
    for name in ("ceiling", "one_connection", "two_connections", "fill_over_two_connections", "with_key", "faker"):
        assert wide[name]["rows_per_second"] > 0, name
    assert {name for name in wide if name.startswith("ratio")} == {
        "ratio_one_connection", "ratio_one_connection_compiled", "ratio_two_connections",
        "ratio_two_connections_compiled", "ratio_fill_over_two_connections", "ratio_with_key",
        "ratio_with_key_in_place", "ratio_of_plain", "ratio_of_plain_compiled",
    }  # fmt: skip
    assert whole["rows"] > 2000
    for name in ("files", "sending", "everything", "megabytes"):
        assert whole["connections_1"][name] > 0, name


def test_benchmark_of_a_team_tells_every_figure():
    options = "--people 6 --seconds 0.4 --minutes 0.02 --json"
    command = [sys.executable, "-m", "benchmarks.team", *options.split()]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    figures = json.loads(answer.stdout)
    measured = [figures["growth"]["read"]]
    for name, kind in {"reads": "read", "edits": "edit", "mixed": "read"}.items():
        assert figures[name]["peak"]["cpu_ms"] > 0
        assert kind in figures[name]["half"]
        measured += [figures[name]["peak"], *figures[name]["half"].values()]
    for one in measured:
        assert one["errors"] == {}
        assert one["per_second"] > 0
        assert 0 < one["p50_ms"] <= one["p95_ms"] <= one["p99_ms"]
    assert figures["growth"]["edit"]["errors"] == {}
    assert all(size > 0 for size in (*figures["growth"]["mib"], *figures["growth"]["connections"]))


def test_benchmark_of_catalogs_tells_every_figure():
    command = [sys.executable, "-m", "benchmarks.catalog", "--tables", "20", "--no-growth", "--json"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    figures = json.loads(answer.stdout)
    assert figures["tables"] == 20
    for name in ("introspect", "pg_dump", "sqlalchemy_reflect", "render", "lift", "lower"):
        assert figures["seconds"][name] > 0, name
    for name in ("introspect_to_pg_dump", "connect_and_introspect_to_pg_dump", "reflect_to_introspect"):
        assert figures[name] > 0, name
    assert figures["memory"]["and_render"] >= figures["memory"]["introspect"] >= 0


@pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"{CHROMIUM} is not installed")
def test_benchmark_of_the_canvas_tells_every_figure():
    command = [sys.executable, "-m", "benchmarks.canvas", "--entities", "5", "--json"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    (figures,) = json.loads(answer.stdout).values()
    assert all(value > 0 for name, value in figures.items() if name != "memory_mib"), figures
    assert figures["edit_messages"] == 2, "what has changed, and the answer"
