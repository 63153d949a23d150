"""A person who is new here: hands whose gestures are counted, and perhaps filmed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from tests.browser.bench import Bench

Point = tuple[float, float]

GESTURE = (
    "a click or double click, a drag, a chord of keys, a choice from a list, or a text that is typed together with the "
    "Enter that ends it"
)
"""What counts as one gesture. Looking, waiting and moving the pointer are none; a key pressed during a drag is one."""

REPORTS = Path(__file__).parents[2] / "out" / "gestures"


class Film(Protocol):
    """Takes pictures of what the newcomer does."""

    def show(self, page: Any, pointer: Point, *, pressed: bool = False, held: float = 0.5) -> None:
        """Take a picture that is shown for so many seconds."""

    def say(self, words: str) -> None:
        """Write words under the pictures from now on."""


class Newcomer:
    """A person's hands on a bench. Each public method but ``say``, ``look`` and ``report`` is one gesture."""

    def __init__(self, made: Bench, film: Film | None = None) -> None:
        self.made = made
        self.page = made.page
        self.root = made.hands.root
        self.film = film
        self.pointer: Point = (made.page.viewport_size["width"] / 2, made.page.viewport_size["height"] / 2)
        self.gestures: list[str] = []

    def say(self, words: str) -> None:
        """Tell whoever watches what is done next."""
        if self.film:
            self.film.say(words)
            self.look(1.5)

    def look(self, seconds: float = 0.5) -> None:
        """Take in what is on the screen."""
        if self.film:
            self.page.wait_for_timeout(120)
            self.film.show(self.page, self.pointer, held=seconds)

    def click(self, place: Any, *, key: str | None = None, double: bool = False) -> None:
        """Click the middle of an element, or a point; ``key`` is held meanwhile."""
        if not isinstance(place, tuple):
            place.click(trial=True)  # waits until it can be clicked, as a person does
        self._count(f"{'double ' if double else ''}click {_named(place)}{f' with {key}' if key else ''}")
        point = self.point_of(place)
        self._go(point)
        if key:
            self.page.keyboard.down(key)
        if double:
            self.page.mouse.dblclick(*point)
        else:
            self.page.mouse.click(*point)
        if key:
            self.page.keyboard.up(key)
        self._seen(pressed=True)

    def drag(self, start: Any, end: Any, *, key: str = "", by: Point = (0, 0)) -> None:
        """Drag to a place, by way of a point so far from the middle of the way.

        ``key`` is pressed on the way, which is a gesture more.
        """
        self._count(f"drag to {_named(end)}")
        first, last = self.point_of(start), self.point_of(end)
        self._go(first)
        mouse = self.page.mouse
        mouse.down()
        middle = ((first[0] + last[0]) / 2 + by[0], (first[1] + last[1]) / 2 + by[1])
        for self.pointer in (middle, last):
            mouse.move(*self.pointer, steps=4)
            if key and self.pointer == middle:
                self._count(f"press {key} on the way")
                self.page.keyboard.press(key)
            if self.film:
                self.film.show(self.page, self.pointer, pressed=True, held=0.35)
        mouse.up()
        self._seen()

    def line(self, row: Any, end: Any, *, side: str = "right", key: str = "", by: Point = (0, 0)) -> None:
        """Drag the dot that shows beside a row to somewhere."""
        dot = self.root.locator(f"[data-handle={side}]")
        for nudge in range(20):  # the view may still be on its way
            x, y = self.point_of(row)
            self._go((x + nudge % 2, y))
            if dot.is_visible():
                break
            self.page.wait_for_timeout(100)
        self.drag(dot, end, key=key, by=by)
        if self.film:
            self._go((self.pointer[0], self.pointer[1] - 45))  # so that nothing is told of what lies under it

    def press(self, chord: str) -> None:
        """Press keys together."""
        self._count(f"press {chord}")
        self.page.keyboard.press(chord)
        self._seen()

    def type(self, text: str) -> None:
        """Type a text, and Enter."""
        self._count(f"type {text!r}")
        if self.film:
            half = len(text) // 2
            self.page.keyboard.type(text[:half])
            self.film.show(self.page, self.pointer, held=0.4)
            self.page.keyboard.type(text[half:])
            self.film.show(self.page, self.pointer, held=0.5)
        else:
            self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")
        self._seen()

    def choose(self, field: Any, option: str) -> None:
        """Choose from a list."""
        self._count(f"choose {option}")
        self._go(self.point_of(field))
        field.select_option(option)
        self._seen()

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait, as a person does who looks at the screen."""
        self.made.until(is_so, what)
        self.look()

    def point_of(self, place: Any) -> Point:
        """Return the middle of an element, or the point itself."""
        if isinstance(place, tuple):
            return place
        place.wait_for()
        box = place.bounding_box()
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def report(self, name: str, at_most: int) -> int:
        """Keep what was done under ``out/``, and return how many gestures it was."""
        REPORTS.mkdir(parents=True, exist_ok=True)
        kept = {
            "task": name,
            "gestures": len(self.gestures),
            "at_most": at_most,
            "a_gesture_is": GESTURE,
            "in_order": self.gestures,
        }
        (REPORTS / f"{name}.json").write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        return len(self.gestures)

    def _count(self, what: str) -> None:
        self.gestures.append(what)

    def _go(self, point: Point) -> None:
        self.pointer = point
        self.page.mouse.move(*point)
        self.look(0.4)

    def _seen(self, *, pressed: bool = False) -> None:
        if self.film:
            self.page.wait_for_timeout(150)
            self.film.show(self.page, self.pointer, pressed=pressed, held=0.5)


def _named(place: Any) -> str:
    if isinstance(place, tuple):
        return "the canvas"
    return str(place.evaluate("one => one.getAttribute('aria-label') || one.title || one.textContent")).strip()[:60]
