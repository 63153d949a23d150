"""A design as Mermaid's ``erDiagram``, for Markdown that GitHub, JupyterLab and wikis draw.

Mermaid's grammar (``erDiagram.jison``): a name in double quotes holds anything but quotes, percent signs, backslashes
and line breaks; a type or an attribute is one word of letters, digits, ``-_[]()*``; ``PK``, ``FK``, ``UK`` are
no names.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

from designer_kernel.design import Design
from designer_kernel.diagram.cards import Shown
from designer_kernel.diagram.picture import shapes_of
from designer_kernel.diagram.shapes import Card, Edge, Row

_SOURCE: Final = {"1": "||", "0..1": "|o", "N": "}o", "0..N": "}o", "1..N": "}|", "": "||"}
_TARGET: Final = {"1": "||", "0..1": "o|", "N": "o{", "0..N": "o{", "1..N": "|{", "": "o|"}
_LONGEST_COMMENT: Final = 120
_NO_WORD: Final = re.compile(r"[^A-Za-z0-9_\-\[\]()\u00c0-\u1fff\u2c00-\ud7ff\uf900-\ufffd]")
_NO_TEXT: Final = re.compile(r'["%\\\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_KEYS: Final = frozenset({"PK", "FK", "UK"})


def render(design: Design, *, with_tenants: bool = True, only: Collection[str] | None = None) -> str:
    """Return a design as the text of an ``erDiagram``, which has no words for views and enumerated types.

    With ``only``, it is about the entities of these ids.
    """
    shown = Shown(with_views=False, with_enums=False)
    cards, edges = shapes_of(design, shown, with_tenants=with_tenants)
    if only is not None:
        cards = [card for card in cards if card.id in only]
        edges = [edge for edge in edges if edge.source_card in only and edge.target_card in only]
    names = {card.id: f"{card.schema}.{card.title}" if card.schema else card.title for card in cards}
    lines = ["erDiagram"]
    for card in cards:
        lines += _entity(card, names[card.id])
    lines += [_relationship(edge, names) for edge in edges]
    return "\n".join(lines) + "\n"


def word(text: str) -> str:
    """Return text as one word of the grammar: ``numeric(10,2)`` → ``numeric(10_2)``."""
    safe = _NO_WORD.sub("_", text)
    if not re.match(r"[A-Za-z_\u00c0-\ufffd]", safe):
        safe = f"_{safe}"
    return f"{safe}_" if safe.upper() in _KEYS else safe


def quoted(text: str) -> str:
    """Return text in double quotes; what the grammar or a page would take for markup is replaced."""
    safe = _NO_TEXT.sub(" ", text.replace('"', "'")).replace("<", "‹").replace(">", "›")
    return f'"{safe.replace("#", "＃").replace(";", ",").strip() or "_"}"'


def _entity(card: Card, name: str) -> Iterator[str]:
    if not card.rows:
        yield f"    {quoted(name)} {{}}"
        return
    yield f"    {quoted(name)} {{"
    for row in card.rows:
        yield f"        {_attribute(row)}"
    yield "    }"


def _attribute(row: Row) -> str:
    keys = (
        ["PK"] * row.is_primary_key + ["FK"] * row.is_foreign_key + ["UK"] * (row.is_unique and not row.is_primary_key)
    )
    comment = row.description[:_LONGEST_COMMENT].strip()
    parts = [word(row.type), word(row.name), ", ".join(keys), quoted(comment) if comment else ""]
    return " ".join(part for part in parts if part)


def _relationship(edge: Edge, names: dict[str, str]) -> str:
    line = "--" if edge.is_identifying else ".."
    ends = f"{_SOURCE[edge.source_end]}{line}{_TARGET[edge.target_end]}"
    source, target = quoted(names[edge.source_card]), quoted(names[edge.target_card])
    return f"    {source} {ends} {target} : {quoted(edge.label or 'has')}"
