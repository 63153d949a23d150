"""Chunks are made ahead of the one that is sent, but never more than two of them; what goes wrong is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from designer_kernel.sample.loading import pipeline
from designer_kernel.sample.loading.pipeline import Ahead


class Chunks:
    """Numbers that tell how many of them were made."""

    def __init__(self, last: int = 1_000) -> None:
        self.made = 0
        self.last = last
        self.has_begun = threading.Condition()

    def __iter__(self) -> Iterator[int]:
        for number in range(self.last):
            with self.has_begun:
                self.made = number + 1
                self.has_begun.notify_all()
            yield number

    def wait_for(self, made: int) -> bool:
        """Wait until so many were begun."""
        with self.has_begun:
            return self.has_begun.wait_for(lambda: self.made >= made, timeout=20)


def test_the_next_chunks_are_made_while_one_is_sent() -> None:
    chunks = Chunks()
    with Ahead(iter(chunks)) as items:
        assert next(items) == 0
        assert chunks.wait_for(4)  # one is sent, two wait, and one more waits for room
        assert not threading.Event().wait(3 * pipeline._PATIENCE)
        assert chunks.made == 4
        assert next(items) == 1
        assert chunks.wait_for(5)


def test_they_come_in_order_and_end() -> None:
    with Ahead(iter(Chunks(50))) as items:
        assert list(items) == list(range(50))


def test_an_error_of_the_maker_is_raised_where_chunks_are_used() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError

    with Ahead(failing()) as items:
        assert next(items) == 1
        with pytest.raises(ZeroDivisionError):
            next(items)


def test_who_stops_early_stops_the_maker() -> None:
    chunks = Chunks()
    before = threading.active_count()
    with Ahead(iter(chunks)) as items:
        next(items)
    assert threading.active_count() == before
    assert chunks.made <= 4
