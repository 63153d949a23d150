"""Notes on a picture: their texts broken into lines, and as high as these need."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from designer_kernel.design import Design
from designer_kernel.diagram.metrics import NOTE_LINE_HEIGHT, NOTE_PADDING, NOTE_TEXT_SIZE, text_width
from designer_kernel.diagram.shapes import NoteBox

COLOUR: Final = "#f2d675"
"""Of a note that names none."""

_LONGEST: Final = 400
"""Lines of a note that are drawn."""


def note_boxes(design: Design, diagram_id: UUID | None = None) -> list[NoteBox]:
    """Return the notes of a diagram, or of the picture of the whole design."""
    boxes = []
    for note in design.notes:
        if note.diagram_id == diagram_id:
            lines = tuple(_lines(note.text, note.width - 2 * NOTE_PADDING))
            height = max(note.height, len(lines) * NOTE_LINE_HEIGHT + 2 * NOTE_PADDING)
            place = note.position
            colour = note.colour or COLOUR
            boxes.append(NoteBox(str(note.id), note.text, colour, lines, place.x, place.y, note.width, height))
    return boxes


def _lines(text: str, width: float) -> Iterator[str]:
    """Yield a text in lines that fit into a width; the last one says if there are more."""
    count = 0
    for paragraph in text.split("\n"):
        for line in _broken(paragraph, width):
            count += 1
            if count == _LONGEST:
                yield "…"
                return
            yield line


def _broken(paragraph: str, width: float) -> Iterator[str]:
    line = ""
    for word in paragraph.split(" "):
        wanted = f"{line} {word}" if line else word
        if text_width(wanted, NOTE_TEXT_SIZE) <= width:
            line = wanted
            continue
        if line:
            yield line
        *full, line = _pieces(word, width)
        yield from full
    yield line


def _pieces(word: str, width: float) -> list[str]:
    """Return a word in pieces that fit; most words are one."""
    if text_width(word, NOTE_TEXT_SIZE) <= width:
        return [word]
    pieces = [""]
    used = 0.0
    for character in word:
        size = text_width(character, NOTE_TEXT_SIZE)
        if used + size > width and pieces[-1]:
            pieces.append("")
            used = 0.0
        pieces[-1] += character
        used += size
    return pieces
