"""A picture as SVG: one self-contained text, without fonts, scripts or anything fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from designer_kernel.diagram import metrics
from designer_kernel.diagram.cards import badge_width, subtitle_of
from designer_kernel.diagram.legend import legend, legend_height
from designer_kernel.diagram.marks import SIGNS, end_paths, number, rounded, row_marks, triangle
from designer_kernel.diagram.metrics import cut, text_width
from designer_kernel.diagram.shapes import AreaBox, Card, Edge, NoteBox, Picture, Point, Row
from designer_kernel.diagram.style import ThemeName, sheet

HEAD_HEIGHT: Final = 58.0
"""Room for the title over the picture."""

_BAND: Final = 5.0
_NOT_SHOWN: Final = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
"""What XML does not know, and what would let a name be read in another order than it is written."""


def render(picture: Picture, *, theme: ThemeName = "light", title: str | None = None, with_legend: bool = True) -> str:
    """Return a picture as an SVG document.

    Parameters
    ----------
    picture
        What to draw.
    theme
        ``light`` and ``dark`` have fixed colours, for files; ``auto`` follows Jupyter's theme or the reader's system.
    title
        What stands over the picture: by default its own title, ``""`` for none.
    with_legend
        Explain the marks under the picture.
    """
    told = picture.title if title is None else title
    box = picture.bounds
    top = HEAD_HEIGHT if told else 0.0
    width = max(box.width, 420.0)
    height = top + box.height + (legend_height(width, with_changes=picture.has_changes) if with_legend else 0.0)
    parts = [*_opening(picture, theme, told or picture.title, width, height), *_head(picture, told)]
    parts.append(f'<g transform="translate({number(-box.x)} {number(top - box.y)})">')
    parts += [_area(area) for area in picture.areas]
    parts += [_edge(edge, picture) for edge in sorted(picture.edges, key=lambda edge: not edge.is_quiet)]
    parts += _labels(picture)
    parts += [_note(note) for note in picture.notes]
    parts += [_card(card) for card in picture.cards]
    parts.append("</g>")
    if with_legend:
        parts.append(legend(metrics.MARGIN, top + box.height, width, with_changes=picture.has_changes))
    parts.append("</svg>")
    return "\n".join(part for part in parts if part)


def card_svg(card: Card, *, theme: ThemeName = "light") -> str:
    """Return one card as an SVG document of exactly its size, such as for the background of a graph's node."""
    width, height = number(card.width + 2), number(card.height + 3)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sd-picture sd-{theme}" viewBox="-1 -1 {width} {height}" '
        f'width="{width}" height="{height}"><style>{sheet(theme)}</style>{_card(card.at(0, 0))}</svg>'
    )


def text(value: str) -> str:
    """Return text for the inside of an element; what XML does not know and marks of direction become U+FFFD."""
    return escape(_NOT_SHOWN.sub("�", value))


def attribute(value: str) -> str:
    """Return a quoted attribute value."""
    return quoteattr(_NOT_SHOWN.sub("�", value))


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def _opening(picture: Picture, theme: ThemeName, title: str, width: float, height: float) -> list[str]:
    names = [card.title for card in picture.cards]
    listed = ", ".join(names[:40]) + (f" and {len(names) - 40} more" if len(names) > 40 else "")
    size = f'width="{number(width)}" height="{number(height)}"'
    fits = ' style="max-width:100%;height:auto"' if theme == "auto" else ""
    return [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="sd-picture sd-{theme}" role="img" '
            f"aria-label={attribute(f'Entity relationship diagram of {title}')} "
            f'viewBox="0 0 {number(width)} {number(height)}" {size}{fits}>'
        ),
        f"<title>{text(title)}</title>",
        f"<desc>{text(f'{_summary(picture)}. {listed}.' if names else _summary(picture))}</desc>",
        f"<style>{sheet(theme, with_changes=picture.has_changes)}</style>",
        f'<rect class="paper" {size}/>',
    ]


def _head(picture: Picture, title: str) -> list[str]:
    if not title:
        return []
    return [
        f'<text class="head" x="{number(metrics.MARGIN)}" y="44">{text(title)}</text>',
        f'<text class="told" x="{number(metrics.MARGIN)}" y="63">{text(_summary(picture))}</text>',
    ]


def _summary(picture: Picture) -> str:
    """Return what is drawn in numbers, and what is told in another way."""
    tables = sum(card.kind == "entity" for card in picture.cards)
    edges = [edge for edge in picture.edges if edge.kind != "inherits"]
    counted = f"{_counted(tables, 'entity', 'entities')} and {_counted(len(edges), 'relationship')}"
    has_tenants = any(badge.kind == "tenant_scoped" for card in picture.cards for badge in card.badges)
    if has_tenants and not any(edge.kind == "tenant" for edge in edges):
        counted += ", tenant keys as badges"
    return counted


def _area(area: AreaBox) -> str:
    colour = attribute(area.colour)
    title = cut(area.title, metrics.AREA_TITLE_SIZE, area.width - 40, is_bold=True)
    return (
        f'<g role="group" aria-label={attribute(f"area {area.title}")}>'
        f'<rect x="{number(area.x)}" y="{number(area.y)}" width="{number(area.width)}" height="{number(area.height)}" '
        f'rx="14" fill={colour} fill-opacity=".07" stroke={colour} stroke-opacity=".38"/>'
        f'<text class="area-title" x="{number(area.x + metrics.AREA_PADDING)}" y="{number(area.y + 31)}" '
        f'style="fill:{text(area.colour)}">{text(title)}'
        "</text></g>"
    )


def _note(note: NoteBox) -> str:
    colour = attribute(note.colour)
    x, first = number(note.x + metrics.NOTE_PADDING), note.y + metrics.NOTE_PADDING + metrics.NOTE_TEXT_SIZE
    lines = "".join(
        f'<tspan x="{x}" y="{number(first + index * metrics.NOTE_LINE_HEIGHT)}">{text(line)}</tspan>'
        for index, line in enumerate(note.lines)
        if line.strip()
    )
    return (
        f'<g role="note" aria-label={attribute(f"note {note.text[:200]}")}>'
        f'<rect x="{number(note.x)}" y="{number(note.y)}" width="{number(note.width)}" height="{number(note.height)}" '
        f'rx="6" fill={colour} fill-opacity=".24" stroke={colour} stroke-opacity=".9"/>'
        f'<text style="font-size:{metrics.NOTE_TEXT_SIZE:g}px">{lines}</text></g>'
    )


def _edge(edge: Edge, picture: Picture) -> str:
    if len(edge.points) < 2:
        return ""
    classes = (
        ["quiet"] * edge.is_quiet
        + ["identifying"] * edge.is_identifying
        + ["inherits"] * (edge.kind == "inherits")
        + [f"edge-{edge.change}"] * bool(edge.change)
    )
    parts = [f'<g class="{" ".join(classes)}" role="group" aria-label={attribute(_told(edge, picture))}>']
    parts.append(f'<path class="edge" d="{rounded(edge.points)}"/>')
    first, last = edge.points[0], edge.points[-1]
    out, back = _direction(first, edge.points[1]), _direction(last, edge.points[-2])
    if edge.kind == "inherits":
        parts.append(f'<path class="end" d="{triangle(first, out)}"/>')
    else:
        parts += [_end(*end_paths(edge.source_end, first, out)), _end(*end_paths(edge.target_end, last, back))]
    parts.append("</g>")
    return "".join(parts)


def _told(edge: Edge, picture: Picture) -> str:
    source, target = picture.card(edge.source_card), picture.card(edge.target_card)
    names = (source.title if source else "?", target.title if target else "?")
    change = f" ({edge.change})" if edge.change else ""
    if edge.kind == "inherits":
        return f"{names[1]} inherits from {names[0]}{change}"
    return f"{names[0]} {edge.source_end} to {edge.target_end} {names[1]}{change}"


def _direction(start: Point, towards: Point) -> float:
    return 1.0 if towards[0] >= start[0] else -1.0


def _end(strokes: str, ring: Point | None) -> str:
    drawn = f'<path class="end" d="{strokes}"/>' if strokes else ""
    if ring:
        drawn += f'<circle class="ring" cx="{number(ring[0])}" cy="{number(ring[1])}" r="3.6"/>'
    return drawn


def _labels(picture: Picture) -> Iterable[str]:
    """Yield the names of edges, each over or under its longest horizontal piece, where there is room for it."""
    taken = [(card.x, card.y, card.right, card.bottom) for card in picture.cards]
    for edge in picture.edges:
        if not edge.label or edge.kind != "relationship":
            continue
        pieces = [(abs(b[0] - a[0]), a, b) for a, b in pairwise(edge.points) if a[1] == b[1]]
        length, a, b = max(pieces, default=(0.0, (0.0, 0.0), (0.0, 0.0)))
        half, x = text_width(edge.label, 10) / 2, (a[0] + b[0]) / 2
        if length < 2 * half + 2 * metrics.STUB:
            continue
        beside = [box for box in taken if box[0] < x + half and x - half < box[2]]
        for top in (a[1] - 15, a[1] + 3):
            if not any(box[1] < top + 11 and top < box[3] for box in beside):
                yield f'<text class="label" x="{number(x)}" y="{number(top + 10)}">{text(edge.label)}</text>'
                break


def _card(card: Card) -> str:
    width, height, radius = number(card.width), number(card.height), number(metrics.CARD_RADIUS)
    derived = " derived" if card.is_derived else ""
    said = f"{card.kind.replace('_', ' ')} {card.title}, {_counted(len(card.rows) + card.hidden_rows, 'attribute')}"
    said += f", {card.change}" if card.change else ""
    outline = f'<rect class="outline {card.change}" width="{width}" height="{height}" rx="{radius}"/>'
    opening = (
        f'<g class="card{derived}" role="group" aria-label={attribute(said)} '
        f'transform="translate({number(card.x)} {number(card.y)})">'
    )
    parts = [
        opening,
        f"<title>{text(card.title + (': ' + card.description if card.description else ''))}</title>",
        f'<rect class="shadow" y="2" width="{width}" height="{height}" rx="{radius}"/>',
        f'<rect class="body" width="{width}" height="{height}" rx="{radius}"/>',
        _header(card),
        _badges(card),
        *_rows(card),
        outline if card.change else "",
        "</g>",
    ]
    return "".join(parts)


def _header(card: Card) -> str:
    w, r, colour = card.width, metrics.CARD_RADIUS, attribute(card.colour or "#888888")
    inset = r - (r * r - (r - _BAND) ** 2) ** 0.5  # where the band's lower edge meets the rounded corner
    n = number
    small = subtitle_of(card)
    room = card.width - 28 - (text_width(small, metrics.BADGE_SIZE) + 12 if small else 0)
    title = cut(card.title, metrics.TITLE_SIZE, room, is_bold=True)
    subtitle = f'<text class="small" text-anchor="end" x="{n(w - 12)}" y="26">{text(small)}</text>' if small else ""
    corner = f"A{n(r)},{n(r)} 0 0 1"
    tint = f"M0,{n(metrics.HEADER_HEIGHT)}V{n(r)}{corner} {n(r)},0H{n(w - r)}{corner} {n(w)},{n(r)}"
    band = f"M{n(inset)},{n(_BAND)}{corner} {n(r)},0H{n(w - r)}{corner} {n(w - inset)},{n(_BAND)}Z"
    return (
        f'<path d="{tint}V{n(metrics.HEADER_HEIGHT)}Z" fill={colour} fill-opacity=".13"/>'
        f'<path d="{band}" fill={colour}/>'
        f'<text class="title" x="14" y="27">{text(title)}</text>{subtitle}'
    )


def _badges(card: Card) -> str:
    x, y = 12.0, metrics.HEADER_HEIGHT + 5
    drawn = []
    for badge in card.badges:
        width = badge_width(badge)
        drawn.append(
            f'<g><title>{text(badge.detail or badge.text)}</title><rect class="badge" x="{number(x)}" y="{number(y)}" '
            f'width="{number(width)}" height="15" rx="7.5"/><text class="badge-text" x="{number(x + 6)}" '
            f'y="{number(y + 11)}">{text(badge.text)}</text></g>'
        )
        x += width + 5
    return "".join(drawn)


def _rows(card: Card) -> Iterable[str]:
    top = card.rows_top
    for index, row in enumerate(card.rows):
        if row.change:
            yield _change_of_row(row, card.width, top)
        if index:
            yield f'<line class="rule" x1="10" x2="{number(card.width - 10)}" y1="{number(top)}" y2="{number(top)}"/>'
        yield _row(row, card.width, top + metrics.ROW_HEIGHT / 2)
        top += metrics.ROW_HEIGHT
    if card.hidden_rows:
        yield (
            f'<text class="small" x="{number(metrics.ROW_TEXT_X)}" y="{number(top + metrics.ROW_HEIGHT / 2 + 4)}">'
            f"{card.hidden_rows} more</text>"
        )


def _change_of_row(row: Row, width: float, top: float) -> str:
    """Return a wash of colour behind a row, and a sign for those who see no colours."""
    middle = number(top + metrics.ROW_HEIGHT / 2 + 4)
    size = f'x="2" width="{number(width - 4)}" height="{number(metrics.ROW_HEIGHT)}"'
    return (
        f'<rect class="wash {row.change}" y="{number(top)}" {size}/>'
        f'<text class="sign {row.change}" x="6" y="{middle}">{SIGNS[row.change]}</text>'
    )


def _row(row: Row, width: float, middle: float) -> str:
    y = number(middle + 4)
    kind_width = text_width(row.type, metrics.TYPE_SIZE)
    right = width - metrics.ROW_RIGHT
    room = right - metrics.ROW_TEXT_X - (metrics.ROW_GAP + kind_width if row.type else 0)
    name = cut(row.name, metrics.ROW_SIZE, max(room, 60.0), is_bold=row.is_primary_key)
    kind = cut(row.type, metrics.TYPE_SIZE, right - metrics.ROW_TEXT_X - metrics.ROW_GAP - min(room, 60.0))
    classes = "name" + " pk" * row.is_primary_key + " from" * bool(row.origin) + " gone" * (row.change == "removed")
    hover = f"<title>{text(_hover(row))}</title>" if row.origin or row.description else ""
    marks = _row_marks(row, width, middle)
    drawn = f'<text class="{classes}" x="{number(metrics.ROW_TEXT_X)}" y="{y}">{hover}{text(name)}</text>'
    if row.type:
        drawn += f'<text class="type{" made" * row.is_generated}" x="{number(right)}" y="{y}">{text(kind)}</text>'
    return marks + drawn


def _row_marks(row: Row, width: float, middle: float) -> str:
    drawn = ""
    for mark, place in row_marks(row):
        x = metrics.MARK_PLACES[place]
        at = f"{number(x if x > 0 else width + x)} {number(middle)}"
        drawn += f'<path class="{mark}" transform="translate({at})" d="{metrics.MARKS[mark]}"/>'
    return drawn


def _hover(row: Row) -> str:
    return " — ".join(part for part in (row.description, f"from {row.origin}" if row.origin else "") if part)
