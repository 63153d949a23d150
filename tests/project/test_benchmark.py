from __future__ import annotations

import json
import subprocess
import sys

from tests.project.repository import ROOT


def test_benchmark_tells_every_figure():
    command = [sys.executable, "-m", "benchmarks.fill", "--rows", "500", "--json"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    figures = json.loads(answer.stdout)
    assert figures["rows"] == 500
    assert figures["all_rows"] > figures["rows"]
    for name in ("fill", "fill_of_everything", "plain_copy_without_keys", "plain_copy_with_keys"):
        assert figures[name]["rows_per_second"] > 0, name


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
