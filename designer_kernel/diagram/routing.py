"""Routing: orthogonal lines from row to row, around cards, on lanes of their own.

Every edge is routed after those that are shorter. Its plain lines (three pieces, then five) are tried from the cheapest
on, at each side of both cards and on several lanes; when all of them run through a card, a way is searched between the
cards (`designer_kernel.diagram.passages`). A second round routes those again that later ones came to lie upon or cross.
Edges that leave one key share a trunk and fan out from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from designer_kernel.design.bends import Bends
from designer_kernel.diagram import metrics
from designer_kernel.diagram.bending import line_through, turns_now
from designer_kernel.diagram.board import BEND, CROSSING, ON_LINE, SHARED, THROUGH_CARD, Board, base_cost
from designer_kernel.diagram.boxes import Rectangle
from designer_kernel.diagram.passages import Gate, passage
from designer_kernel.diagram.routes import Routes, box_of, do_meet
from designer_kernel.diagram.shapes import AreaBox, Card, Edge, Point
from designer_kernel.diagram.wires import Wire, Wires

_LANES: Final = 9
_LEVELS: Final = 10
_SPARE: Final = 2
_WAYS: Final = 1
_SHIFTS: Final = 6
_WINDOW: Final = 700.0
"""How far above and below both ends a level is looked for."""

_AROUND: Final = 800.0
"""More than a plain line, shifted as often as lines are, lies beyond the cards and levels that it was made from."""

_FEW: Final = 16
"""Wires that are laid among those lines only that they may meet."""

_LARGE: Final = 500
"""With more edges than this only what is unclear is routed again."""

_TOLD_EACH: Final = 50
"""Lines between two words of progress."""

_SEARCHES: Final = 400
"""Most searches of one picture; what is left runs behind cards."""


def route_edges(
    cards: Sequence[Card],
    edges: Iterable[Edge],
    *,
    areas: Iterable[AreaBox] = (),
    routes: Routes | None = None,
    at_most: int | None = None,
    by_hand: Mapping[str, Bends] | None = None,
) -> list[Edge]:
    """Return the edges with their points, in the order given.

    Cards must be placed; edges to cards that are not among ``cards`` keep no points. Lines avoid the titles of
    ``areas`` where that costs little.

    Parameters
    ----------
    routes
        The lines of the picture before; those that nothing has touched stay, and these lines are remembered there.
    at_most
        If more lines than that would have to be laid, none is: they have no points, and nothing is remembered.
    by_hand
        Lines that a person has laid, by their edges: they run as they are told, and the others beside them.
    """
    by_id = {card.id: card for card in cards}
    given = list(edges)
    joined = [edge for edge in given if edge.source_card in by_id and edge.target_card in by_id]
    wires = (routes.wires if routes is not None else Wires()).of(joined, by_id)
    ends = {wire.edge.id: wire.hangs_on for wire in wires} if routes is not None else {}
    points = routes.kept(cards, ends) if routes is not None else {}
    bent = [(wire, by_hand[wire.edge.id]) for wire in wires if wire.edge.id in by_hand] if by_hand else []
    turns = {wire.edge.id: turns_now(bends, wire.source, wire.target) for wire, bends in bent}
    points |= {wire.edge.id: _by_hand(wire, turns[wire.edge.id]) for wire, _bends in bent}
    open_ones = [wire for wire in wires if wire.edge.id not in points]
    if at_most is None or len(open_ones) <= at_most:
        if open_ones:
            laid = [wire for wire in wires if wire.edge.id in points]
            _lay(open_ones, laid, cards, areas, points, routes.progress if routes is not None else None)
            points |= {wire.edge.id: simplified(points[wire.edge.id]) for wire in open_ones}
        if routes is not None:
            routes.remember(cards, ends, {key: line for key, line in points.items() if key not in turns})
    if routes is not None:
        return routes.drawn(given, points, turns)
    return [replace(edge, points=points.get(edge.id, ()), turns=turns.get(edge.id, ())) for edge in given]


def _by_hand(wire: Wire, turns: Sequence[float]) -> tuple[Point, ...]:
    return simplified(line_through(turns, wire.source, wire.source_y, wire.target, wire.target_y))


def _lay(
    wires: Sequence[Wire],
    laid: Iterable[Wire],
    cards: Sequence[Card],
    areas: Iterable[AreaBox],
    points: dict[str, tuple[Point, ...]],
    progress: Callable[[int, int], None] | None,
) -> None:
    """Lay some lines beside those that are laid already; all of them are in ``points`` then."""
    board = Board(cards, titles=[_title(area) for area in areas])
    near, far = _apart(wires, laid, cards, points)
    for wire in near:
        board.add(points[wire.edge.id], wire.net)
    obstacles: list[Rectangle] = []
    searches = _SEARCHES
    for number, wire in enumerate(sorted(wires, key=_distance)):
        if progress is not None and number % _TOLD_EACH == 0:
            progress(number, len(wires))
        line, cost = _plain(wire, board)
        if cost >= THROUGH_CARD and searches:
            searches -= 1
            if not obstacles:  # a search may lead far away
                obstacles = [Rectangle(card.x, card.y, card.width, card.height) for card in cards]
                for other in far:
                    board.add(points[other.edge.id], other.net)
            line = _searched(wire, board, obstacles, line)
        points[wire.edge.id] = line
        board.add(line, wire.net)
    _improve(wires, board, points)


def _apart(
    wires: Sequence[Wire], laid: Iterable[Wire], cards: Iterable[Card], points: Mapping[str, tuple[Point, ...]]
) -> tuple[list[Wire], list[Wire]]:
    """Return the laid lines that plain lines of some wires may meet, and those that are too far away."""
    if len(wires) > _FEW:
        return list(laid), []
    reach = _WINDOW + _AROUND + max(card.height for card in cards)  # levels lie beside cards that the window touches
    areas = []
    for wire in wires:
        one, other = wire.source, wire.target
        left, right = min(one.x, other.x) - reach, max(one.right, other.right) + reach
        areas.append((left, min(one.y, other.y) - reach, right, max(one.bottom, other.bottom) + reach))
    near: list[Wire] = []
    far: list[Wire] = []
    for wire in laid:
        box = box_of(points[wire.edge.id])
        (near if any(do_meet(box, area) for area in areas) else far).append(wire)
    return near, far


def _title(area: AreaBox) -> Rectangle:
    width = metrics.text_width(area.title, metrics.AREA_TITLE_SIZE, is_bold=True)
    return Rectangle(area.x + metrics.AREA_PADDING - 8, area.y + 10, width + 16, metrics.AREA_TITLE_HEIGHT)


def simplified(points: Sequence[Point]) -> tuple[Point, ...]:
    """Return a line without points that repeat or lie on a straight piece."""
    kept: list[Point] = []
    for point in points:
        if kept and point == kept[-1]:
            continue
        if len(kept) > 1 and (kept[-2][0] == kept[-1][0] == point[0] or kept[-2][1] == kept[-1][1] == point[1]):
            kept[-1] = point
        else:
            kept.append(point)
    return tuple(kept)


def _distance(wire: Wire) -> tuple[bool, float, str]:
    across = max(wire.target.x - wire.source.right, wire.source.x - wire.target.right, 0.0)
    return wire.edge.is_quiet, across + abs(wire.source_y - wire.target_y), wire.edge.id


def _plain(wire: Wire, board: Board) -> tuple[tuple[Point, ...], float]:
    """Return the cheapest line of three or five pieces, and what it costs."""
    best, least = _cheapest(_three_pieces(wire), wire, board, (), float("inf"))
    if not best or least > base_cost(best) + 2 * BEND:
        best, least = _cheapest(_five_pieces(wire, board, least), wire, board, best, least)
    return best, least


_Try = tuple[float, tuple[Point, ...]]


def _cheapest(
    tries: Iterable[_Try], wire: Wire, board: Board, best: tuple[Point, ...], least: float
) -> tuple[tuple[Point, ...], float]:
    """Return the cheapest of some lines and of the best so far; lines come with what they cost on an empty board."""
    for base, line in sorted(tries):
        if base - SHARED * base >= least:
            break
        cost = board.cost(line, wire.net, wire.ends, least)
        if cost < least:
            best, least = line, cost
    return best, least


def _sides(wire: Wire) -> Iterator[tuple[float, float, float, float]]:
    """Yield x and direction of both ends, for every pair of sides."""
    source, target = wire.source, wire.target
    if source.id == target.id:
        yield source.right, 1.0, target.right, 1.0
        return
    for out in (1.0, -1.0):
        for back in (-1.0, 1.0):
            yield source.right if out > 0 else source.x, out, target.right if back > 0 else target.x, back


def _three_pieces(wire: Wire) -> Iterator[_Try]:
    sy, ty = wire.source_y, wire.target_y
    stub = metrics.STUB + (metrics.LANE if wire.source.id == wire.target.id else 0.0)  # a loop begins behind its marks
    for sx, out, tx, back in _sides(wire):
        from_source = [sx + out * (stub + lane * metrics.LANE) for lane in range(_LANES)]
        from_target = [tx + back * (stub + lane * metrics.LANE) for lane in range(_LANES)]
        for x in {*from_source, *from_target}:
            if out * (x - sx) >= stub and back * (x - tx) >= stub:
                base = abs(x - sx) + abs(sy - ty) + abs(x - tx) + 2 * BEND
                yield base, ((sx, sy), (x, sy), (x, ty), (tx, ty))


def _five_pieces(wire: Wire, board: Board, limit: float) -> Iterator[_Try]:
    sy, ty, stub = wire.source_y, wire.target_y, metrics.STUB
    for sx, out, tx, back in _sides(wire):
        first, second = sx + out * stub, tx + back * stub
        for y in _levels(wire, board, first, second):
            up = abs(sy - y) + abs(y - ty) + 4 * BEND
            for lane in range(0, 2 * _SPARE, 2):
                x1 = first + out * lane * metrics.LANE
                for other in range(0, 2 * _SPARE, 2):
                    x2 = second + back * other * metrics.LANE
                    base = abs(x1 - sx) + abs(x1 - x2) + abs(x2 - tx) + up
                    if base < limit:
                        yield base, ((sx, sy), (x1, sy), (x1, y), (x2, y), (x2, ty), (tx, ty))


def _levels(wire: Wire, board: Board, x1: float, x2: float) -> list[float]:
    """Return heights over and under the cards in the way, those with the least detour."""
    low, high = min(wire.source_y, wire.target_y), max(wire.source_y, wire.target_y)
    found = board.levels(x1, x2, low - _WINDOW, high + _WINDOW)
    return sorted(found, key=lambda y: (max(low - y, y - high, 0.0), y))[:_LEVELS]


def _searched(wire: Wire, board: Board, obstacles: Sequence[Rectangle], line: tuple[Point, ...]) -> tuple[Point, ...]:
    """Return the cheapest way between the cards, or ``line`` if there is none."""
    best, least = line, board.cost(line, wire.net, wire.ends)
    ways = 0
    for sx, out, tx, back in sorted(_sides(wire), key=lambda side: abs(side[0] - side[2])):
        found = passage(Gate(sx, wire.source_y, out), Gate(tx, wire.target_y, back), obstacles)
        if found is not None:
            ways += 1
            cost = board.cost(found, wire.net, wire.ends)
            if cost < least:
                best, least = found, cost
        if ways == _WAYS:
            break
    return best


def _improve(wires: Sequence[Wire], board: Board, points: dict[str, tuple[Point, ...]]) -> None:
    """Route those again that later ones came to cross or lie upon, then shift their pieces to better lanes."""
    worst = ON_LINE if len(wires) > _LARGE else 2 * CROSSING
    for _round in range(1 if len(wires) > _LARGE else 2):
        for wire in wires:
            line = points[wire.edge.id]
            board.remove(line, wire.net)
            cost = board.cost(line, wire.net, wire.ends)
            if cost > base_cost(line) + worst - 1:
                other, others = _plain(wire, board)
                if others < cost:
                    line, cost = other, others
                line = _shifted(wire, board, line, cost)
            points[wire.edge.id] = line
            board.add(line, wire.net)


def _shifted(wire: Wire, board: Board, line: tuple[Point, ...], cost: float) -> tuple[Point, ...]:
    """Return the line with its inner pieces on the cheapest lanes near by."""
    for _step in range(4):
        least, best = cost, line
        for other in _shifts(wire, line):
            found = board.cost(other, wire.net, wire.ends, least)
            if found < least - 0.5:
                least, best = found, other
        if best is line:
            return line
        line, cost = best, least
    return line


def _shifts(wire: Wire, line: tuple[Point, ...]) -> Iterator[tuple[Point, ...]]:
    out = 1.0 if line[1][0] > line[0][0] else -1.0
    back = 1.0 if line[-2][0] > line[-1][0] else -1.0
    for index in range(1, len(line) - 2):
        (x1, y1), (x2, y2) = line[index], line[index + 1]
        for lane in range(-_SHIFTS, _SHIFTS + 1):
            if not lane:
                continue
            by = lane * metrics.LANE
            ends = ((x1 + by, y1), (x2 + by, y2)) if x1 == x2 else ((x1, y1 + by), (x2, y2 + by))
            moved = (*line[:index], *ends, *line[index + 2 :])
            fits_source = out * (moved[1][0] - line[0][0]) >= metrics.STUB
            if fits_source and back * (moved[-2][0] - line[-1][0]) >= metrics.STUB:
                yield moved
