"""Checkpoints that a service makes while it runs."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest

from designer_kernel.errors import DesignerError
from designer_kernel.store.engine import Store
from designer_kernel.studio.team.audit import checkpoints, keeping, keys
from designer_kernel.studio.team.audit.keeping import Keeper
from tests.designer_kernel.studio.team.audit.conftest import Hands, told


class Told:
    """Hears what could not be done."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.event = Event()

    def __call__(self, words: str) -> None:
        self.words.append(words)
        self.event.set()


def signed(book: Path, key: Path) -> list[int]:
    return [line.seq for line in checkpoints.read(book, keys.verifying_key(key))]


def test_it_signs_at_its_beginning_in_between_and_at_its_end(chain: Store, book: Path, key: Path) -> None:
    heard = Told()
    with Keeper(chain, 0.05, heard, book=book, key=key):
        for number in (9, 10):
            wait_for(lambda number=number: book.exists() and signed(book, key)[-1:] == [number])
            told(chain, 1)
    assert signed(book, key) == [9, 10, 11]
    assert heard.words == []


def test_what_is_broken_is_told_and_tried_again(chain: Store, book: Path, key: Path) -> None:
    heard = Told()
    with Keeper(chain, 0.05, heard, book=book, key=key):
        wait_for(lambda: book.exists() and signed(book, key) == [9])
        Hands(chain).run("UPDATE designer.audits SET hash = repeat('f', 64) WHERE seq = 9")
        told(chain, 1)
        assert heard.event.wait(20)
    assert len(heard.words) > 1
    assert "broken_chain" in heard.words[0]
    assert "row 9" in heard.words[0]


def test_none_are_made_if_none_are_wanted(chain: Store, book: Path, key: Path) -> None:
    with Keeper(chain, 0, Told(), book=book, key=key):
        pass
    assert not book.exists()


@pytest.mark.parametrize("text", ["often", "-1", "1.5", "9" * 20, "٣"])
def test_the_interval_is_a_number_of_minutes(store: Store, text: str) -> None:
    with pytest.raises(DesignerError, match="number of minutes"):
        keeping.of_environment(store, Told(), {keeping.MINUTES: text})


def wait_for(holds: object) -> None:
    """Wait until something holds."""
    assert callable(holds)
    for _ in range(2000):
        if holds():
            return
        Event().wait(0.01)
    pytest.fail("it never came to that")
