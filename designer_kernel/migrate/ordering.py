"""In which order changes are made: by the dependencies of both catalogs, old ones for drops, new ones for the rest."""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from designer_kernel.catalog.kinds._constraint import IndexedConstraint
from designer_kernel.catalog.kinds.index_attachment import wholes
from designer_kernel.catalog.objects import CatalogObject, Change, ObjectId
from designer_kernel.catalog.order import Group, groups
from designer_kernel.catalog.render import statements_of
from designer_kernel.catalog.rereading import as_written
from designer_kernel.errors import InvalidDesign
from designer_kernel.migrate.changes import Changes, changes, needs
from designer_kernel.migrate.rebuilding import Carry

Action: TypeAlias = Literal["rename", "drop", "alter", "create"]

_PHASES: Final = {"drop": 0, "alter": 1, "create": 2}


@dataclass(frozen=True, slots=True)
class Move:
    """Statements that belong together, and the facts that they change."""

    action: Action
    facts: tuple[ObjectId, ...]
    statements: tuple[str, ...]


@dataclass(slots=True)
class _Node:
    action: Action
    facts: tuple[ObjectId, ...]
    place: int
    group: Group | None = None
    carry: Carry | None = None
    needs: set[int] = field(default_factory=set)


def moves(
    change: Change,
    remade: frozenset[ObjectId] = frozenset(),
    carries: Sequence[Carry] = (),
    losing: Callable[[Iterable[ObjectId]], bool] | None = None,
) -> list[Move]:
    """Return the moves that turn one catalog into another, in order; see `designer_kernel.migrate.changes.changes`.

    Parameters
    ----------
    remade
        Facts that are to be made anew even where their kind could alter them.
    carries
        What is brought from old objects to new ones between the other moves.
    losing
        Says of facts that would be made anew whether another way is to be found for one of them.

    Raises
    ------
    InvalidDesign
        If they need each other in a circle.
    Losing
        If ``losing`` says so.
    """
    while True:
        try:
            found = changes(change, remade)
            if losing is not None and losing(found.remade):
                raise Losing
            return _Ordering(found, carries).run()
        except Entangled as error:
            remade |= error.facts


class Losing(Exception):
    """The moves would lose what can be kept."""


class Entangled(Exception):
    """Facts that cannot be altered in place, since what they need is made after what they are to give up is dropped."""

    def __init__(self, facts: frozenset[ObjectId]) -> None:
        super().__init__()
        self.facts = facts


class _Circle(Exception):
    def __init__(self, nodes: list[int]) -> None:
        super().__init__()
        self.nodes = nodes


class _Ordering:
    def __init__(self, changes: Changes, carries: Sequence[Carry] = ()) -> None:
        self._changes = changes
        self._carries = carries
        self._before, self._after = changes.change.before, changes.change.after
        self._vanishing = dict(changes.vanishing)
        self._cascading: set[ObjectId] = set()
        self._nodes: list[_Node] = []
        self._drops: dict[ObjectId, int] = {}
        self._alters: dict[ObjectId, int] = {}
        self._creates: dict[ObjectId, int] = {}

    def run(self) -> list[Move]:
        while True:
            self._nodes, self._drops, self._alters, self._creates = [], {}, {}, {}
            self._place()
            self._link()
            try:
                order = list(self._sorted())
            except _Circle as circle:
                self._break(circle.nodes)
                continue
            return [move for number in order if (move := self._move(self._nodes[number])).statements]

    def _break(self, circle: list[int]) -> None:
        """Break a circle of drops: a part goes before the whole, or one takes along what needs it (``CASCADE``)."""
        links = list(zip(circle, circle[1:] + circle[:1], strict=True))
        for number, other in links:  # the other one has to come first, since parts of it need this one
            part = self._part_that_needs(number, other)
            if part is not None:
                del self._vanishing[part]
                return
        altered = frozenset(fact for n in circle if n in self._alters.values() for fact in self._nodes[n].facts)
        if altered:
            raise Entangled(altered)
        if any(self._nodes[number].action != "drop" for number in circle):
            raise self._explained(circle)
        root = self._nodes[circle[0]].facts[0]
        self._cascading.add(root)
        waiting, seen = [root], {root}
        while waiting:
            taker = waiting.pop()
            for key in self._changes.dropped - seen:
                if taker in set(needs(self._before[key], self._before)):
                    seen.add(key)
                    waiting.append(key)
                    self._vanishing[key] = taker

    def _part_that_needs(self, number: int, other: int) -> ObjectId | None:
        """Return a part that vanishes with one node, could also go alone, and needs what another node drops."""
        gone = {key for key, place in self._drops.items() if place == number}
        for key, place in self._drops.items():
            fact = self._before[key]
            if place != other or key not in self._vanishing or fact.integral:
                continue
            if gone & set(needs(fact, self._before)) and fact.drop(self._before):
                return key
        return None

    def _place(self) -> None:
        changes = self._changes
        order = [fact.id for group in groups(self._before, changes.dropped) for fact in group]
        rest = [key for key in changes.dropped if key not in set(order)]
        for key in reversed([*rest, *order]):
            if key not in self._vanishing:
                self._drops[key] = self._add("drop", (key,))
        for key in changes.dropped:
            self._drops.setdefault(key, self._drops[self._taker(key)])
        for key in changes.altered:
            self._alters[key] = self._add("alter", (key,))
        for group in groups(self._after, changes.created):
            facts = tuple(fact.id for fact in group)
            number = self._add("create", facts, group)
            self._creates.update(dict.fromkeys(facts or (group.root.id,), number))

        for carry in self._carries:
            self._nodes[self._add("alter", carry.to[:1])].carry = carry

    def _add(self, action: Action, facts: tuple[ObjectId, ...], group: Group | None = None) -> int:
        self._nodes.append(_Node(action, facts, len(self._nodes), group))
        return len(self._nodes) - 1

    def _taker(self, key: ObjectId) -> ObjectId:
        while key in self._vanishing:
            key = self._vanishing[key]
        return key

    def _link(self) -> None:
        changes = self._changes
        for key in changes.dropped:
            takers = set(self._before[key].goes_with(self._before)) if key in self._vanishing else set()
            for needed in needs(self._before[key], self._before):
                if needed in takers:
                    continue  # the server takes it away with that
                if needed in self._drops:
                    self._after_that(self._drops[needed], self._drops[key])
                elif needed in self._alters:
                    self._after_that(self._alters[needed], self._drops[key])
        for key, number in self._alters.items():
            kept = set(needs(self._after[key], self._after))
            for needed in needs(self._before[key], self._before):
                if needed in self._drops and (needed not in self._creates or needed not in kept):
                    self._after_that(self._drops[needed], number)
            for needed in kept:
                self._after_that(number, self._creates.get(needed))
                self._after_that(number, self._alters.get(needed))
            for earlier in self._after[key].waits_for(changes.change):
                self._after_that(number, self._alters.get(earlier))
        for key, number in self._creates.items():
            self._after_that(number, self._drops.get(key))
            for needed in (*needs(self._after[key], self._after), *self._after[key].prefers):
                other = self._creates.get(needed)
                if other is not None and other < number:
                    self._after_that(number, other)
                self._after_that(number, self._alters.get(needed))
        self._link_carries()
        self._separate_names()

    def _link_carries(self) -> None:
        """Rows go over once the new table is there, before anything else is made on it, and before the old one goes."""
        for number, node in enumerate(self._nodes):
            if node.carry is None:
                continue
            makers = {made for key in node.carry.to for made in (self._creates.get(key), self._alters.get(key))}
            for maker in makers:
                self._after_that(number, maker)
            for key in node.carry.of:
                for taker in (self._drops.get(key), self._alters.get(key)):
                    if taker is not None and taker not in makers:
                        self._after_that(taker, number)
            whole = set(node.carry.to)
            for key, other in self._creates.items():
                if other not in makers and self._after[key].parent in whole:
                    self._after_that(other, number)

    def _separate_names(self) -> None:
        """What takes a name comes after what gives it up."""
        given: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for key, number in self._drops.items():
            for name in _names(self._before[key]):
                given[name].append(number)
        for key, number in self._creates.items():
            for name in _names(self._after[key]):
                for other in given.get(name, ()):
                    self._after_that(number, other)
        for key, number in self._drops.items():
            for other in given.get(self._before[key].left_as(self._changes.change), ()):
                self._after_that(number, other)

    def _after_that(self, number: int, other: int | None) -> None:
        if other is not None and other != number:
            self._nodes[number].needs.add(other)

    def _sorted(self) -> Iterator[int]:
        followers: dict[int, list[int]] = defaultdict(list)
        open_needs = {number: set(node.needs) for number, node in enumerate(self._nodes)}
        ready: list[tuple[int, int, int]] = []

        def offer(number: int) -> None:
            node = self._nodes[number]
            heapq.heappush(ready, (_PHASES[node.action], node.place, number))

        for number, needed in open_needs.items():
            for other in needed:
                followers[other].append(number)
            if not needed:
                offer(number)
        left = set(open_needs)
        while left:
            if not ready:
                raise self._circle(left, open_needs)
            *_, number = heapq.heappop(ready)
            left.discard(number)
            yield number
            for follower in followers[number]:
                open_needs[follower].discard(number)
                if not open_needs[follower]:
                    offer(follower)

    def _circle(self, left: set[int], open_needs: dict[int, set[int]]) -> _Circle:
        number, path = min(left), []
        while number not in path:
            path.append(number)
            number = min(open_needs[number] & left)
        return _Circle(path[path.index(number) :])

    def _explained(self, circle: list[int]) -> InvalidDesign:
        members = " → ".join(
            f"{self._nodes[n].action} {next(iter(self._nodes[n].facts), 'stub')}" for n in [*circle, circle[0]]
        )
        return InvalidDesign(f"changes need each other in a circle: {members}")

    def _arrival(self, group: Group) -> tuple[str, ...]:
        root = group.root
        if group.stage == "whole" and root.parent not in self._changes.dropped and not self._is_below_dropped(root.id):
            arrived = root.arrive(self._changes.change)
            if arrived is not None:
                followers = (sql for follower in group.followers for sql in follower.create(self._after, {}))
                return (*arrived, *map(as_written, followers))
        return tuple(statement.sql for statement in statements_of(self._after, group))

    def _is_below_dropped(self, index: ObjectId) -> bool:
        """Whether an index is made anew that another one is a part of, so that it does not come with that."""
        return any(
            above in self._changes.dropped or self._is_below_dropped(above) for above in wholes(self._after, index)
        )

    def _move(self, node: _Node) -> Move:
        if node.carry is not None:
            statements = node.carry.statements
        elif node.group is not None:
            statements = self._arrival(node.group)
        elif node.action == "drop":
            fact = self._before[node.facts[0]]
            statements = fact.drop(self._before) if (left := fact.leave(self._changes.change)) is None else left
            if node.facts[0] in self._cascading:
                statements = tuple(f"{sql} CASCADE" for sql in statements)
        else:
            statements = self._changes.altered[node.facts[0]].statements
        is_kept = bool(statements) and all(_RENAMED.search(sql) for sql in statements)
        return Move("alter" if is_kept else node.action, node.facts, statements)


_NAMED: Final = frozenset({"relation", "index", "type"})
_RENAMED: Final = re.compile(r"^ALTER (?:TABLE .*\n    RENAME CONSTRAINT |INDEX .* RENAME TO )")
"""A constraint that is no fact of its own any more, or becomes one, but stays."""


def _names(fact: CatalogObject) -> Iterator[tuple[str, ...]]:
    """Yield the names that an object takes: among all relations and types of its schema, or within its table."""
    key = fact.id
    if key.kind in _NAMED:
        yield key.path[:2]
    elif key.kind == "constraint":
        yield key.path
        if isinstance(fact, IndexedConstraint):
            yield key.path[0], key.path[2]
    elif key.kind == "column":  # its NOT NULL has a name too
        yield *key.path[:2], f"{key.path[1]}_{key.path[2]}_not_null"
