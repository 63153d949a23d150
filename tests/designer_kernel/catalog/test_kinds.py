"""Kinds are found by themselves, and engines know none of them by name."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import designer_kernel.catalog
import designer_kernel.postgres
from designer_kernel.catalog.kinds import all_kinds, kinds_by_name
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.catalog.proof import read_all

CORPORA = Path(__file__).parent / "corpora"
CATALOG = Path(designer_kernel.catalog.__file__).parent
ENGINES = [CATALOG / f"{name}.py" for name in ("order", "render", "compare", "canonical", "dependencies", "catalog")]
ENGINES.append(Path(designer_kernel.postgres.__file__).parent / "introspect.py")


def test_every_module_of_kinds_is_found() -> None:
    modules = {path.stem for path in (CATALOG / "kinds").glob("[a-z]*.py")}
    assert {kind.__module__.rpartition(".")[2] for kind in all_kinds()} == modules
    assert len(kinds_by_name()) == len(all_kinds())


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.kind)
def test_every_kind_says_where_it_stands_and_how_it_is_read(kind: type) -> None:
    assert kind.rank > 0
    assert kind.section
    is_of_schemas = not (kind.scope == "database" or kind.by_address or kind.on_demand or kind.kind == "extension")
    queries = [query for version in range(14, 19) if (query := kind.introspection(version))]
    assert queries
    chosen = ("%(schemas)s", "%(spaces)s")
    assert all(any(name in query for name in chosen) or not is_of_schemas for query in queries)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda path: path.stem)
def test_engines_import_no_kind(engine: Path) -> None:
    tree = ast.parse(engine.read_text())
    modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
    assert not {module for module in modules if module.startswith("designer_kernel.catalog.kinds.")}


@pytest.mark.parametrize("corpus", ["privileges", "default_privileges", "policy", "foreign_server"])
def test_kinds_that_name_roles_say_so(corpus: str, fresh_url: FreshUrl) -> None:
    path = CORPORA / f"{corpus}.sql"
    url = fresh_url()
    load(url, path.read_text())
    catalog = read_all(url)
    demanding = {type(f) for f in catalog.values() if any(key.kind == "role" for key in f.requires(catalog))}
    assert demanding
    assert all(kind.demands for kind in demanding)
