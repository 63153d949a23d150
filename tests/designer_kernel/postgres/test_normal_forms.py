"""What servers said of catalogs is kept: by all that it follows from, safe against damage and against each other."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.errors import Cancelled
from designer_kernel.postgres import normal_forms, shadow, target

SHOP = Catalog([
    Schema(name="public"),
    Table(schema="public", name="items"),
    Column(schema="public", table="items", name="price", type="numeric(10,2)"),
    Check(schema="public", table="items", name="dear", expression="price>0"),
])  # fmt: skip


@pytest.fixture
def folder(server, monkeypatch, tmp_path):
    """An empty cache."""
    monkeypatch.setenv("DESIGNER_CACHE_DIR", str(tmp_path))
    normal_forms.forget()
    yield tmp_path / "normal-forms"
    normal_forms.forget()


@pytest.fixture
def made(monkeypatch):
    """The shadow databases that were made, one entry each."""
    found: list[str] = []
    original = shadow.shadow_database

    def counted(*arguments, **options):
        found.append("shadow")
        return original(*arguments, **options)

    monkeypatch.setattr(shadow, "shadow_database", counted)
    return found


def test_the_second_question_makes_no_shadow(folder, made):
    first = shadow.normalise(SHOP)
    assert [fact.expression for fact in first.of(Check)] == ["(price > (0)::numeric)"]
    assert made == ["shadow"]
    assert shadow.normalise(SHOP) == first
    normal_forms.forget()  # as in a new process: it is read from disk
    again = shadow.normalise(SHOP)
    assert made == ["shadow"]
    assert again == first
    assert list(again) == list(first)
    assert canonical.to_json(again) == canonical.to_json(first)


def test_another_catalog_or_order_of_columns_is_another_question(folder, made):
    shadow.normalise(SHOP)
    column = Column(schema="public", table="items", name="cost", type="integer")
    shadow.normalise(SHOP.plus([column]))
    shadow.normalise(Catalog([*list(SHOP.values())[:2], column, *list(SHOP.values())[2:]]))
    assert len(made) == 3


def test_another_role_is_another_question(folder, made):
    shadow.normalise(SHOP)
    shadow.normalise(SHOP, server=target.embedded_server().url())
    assert len(made) == 2


@pytest.mark.parametrize("damage", [b"", b"abc", b'0\n{"version":1,"objects":[]}\n'], ids=["empty", "cut", "other"])
def test_a_damaged_answer_is_as_good_as_none(folder, made, damage):
    first = shadow.normalise(SHOP)
    (file,) = folder.glob("*.json")
    file.write_bytes(damage)
    normal_forms.forget()
    assert shadow.normalise(SHOP) == first
    assert len(made) == 2
    normal_forms.forget()
    assert shadow.normalise(SHOP) == first
    assert len(made) == 2, "it was mended"


def test_many_at_once_say_the_same(folder):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: shadow.normalise(SHOP), range(4)))
    assert len(set(map(canonical.to_json, answers))) == 1
    assert [path.suffix for path in folder.iterdir()] == [".json"], "nothing half-written stays"


def test_a_folder_that_cannot_be_written_is_no_error(server, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("DESIGNER_CACHE_DIR", str(tmp_path / "file"))
    normal_forms.forget()
    assert shadow.normalise(SHOP) == shadow.normalise(SHOP)


def test_those_that_nobody_asks_for_go(folder, monkeypatch):
    monkeypatch.setattr(normal_forms, "_ON_DISK", 2)
    for number in range(4):
        normal_forms.keep(f"{number:064}", SHOP)
    assert len(list(folder.iterdir())) == 2


def test_what_is_cancelled_is_not_answered_from_memory(folder):
    shadow.normalise(SHOP)
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        shadow.normalise(SHOP, cancel=cancel)


def test_a_new_process_makes_no_shadow(folder):
    program = textwrap.dedent(
        """
        import sys
        from designer_kernel.catalog import canonical
        from designer_kernel.postgres import shadow
        made = []
        original = shadow.shadow_database
        shadow.shadow_database = lambda *a, **k: (made.append(1), original(*a, **k))[1]
        shadow.normalise(canonical.from_json(sys.stdin.read()))
        print(len(made))
        """
    )

    def run() -> str:
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=canonical.to_json(SHOP),
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[3],
        )
        return done.stdout.strip()

    assert [run(), run()] == ["1", "0"]
