"""In which order the facts of a catalog are created: by their dependencies, deterministic, cycles named.

Parts fold into their parent's statement where that is possible. Where folding would close a cycle (two tables that
point at each other), a part that can also be added later is loosened from its parent and gets a statement of its own.
Before that, wishes give way (what a function's body names). Last, what has a stub is first made as that, and redefined
when all that it needs exists.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import CatalogObject, ObjectId, Stub
from designer_kernel.errors import InvalidDesign

Stage: TypeAlias = Literal["whole", "stub", "rest"]
"""Whether a statement makes a fact, its stub, or turns its stub into the fact."""


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that are created together: one statement's root, what folds into it, and what follows right after it.

    ``is_early`` tells that something which the root prefers to exist comes only later. A ``stub`` stands alone; the
    facts are those of the group of the stage ``rest``.
    """

    root: CatalogObject
    folded: tuple[CatalogObject, ...] = ()
    followers: tuple[CatalogObject, ...] = ()
    stage: Stage = "whole"
    is_early: bool = False

    def __iter__(self) -> Iterator[CatalogObject]:
        if self.stage == "stub":
            return
        yield self.root
        yield from self.folded
        yield from self.followers


def create_order(catalog: Catalog) -> list[ObjectId]:
    """Return the identities of all facts in an order in which they can be created.

    Raises
    ------
    InvalidDesign
        If facts need each other in a circle that no ``ALTER TABLE … ADD`` can break; the message names them.
    """
    return [fact.id for group in groups(catalog) for fact in group]


def groups(catalog: Catalog, only: Iterable[ObjectId] | None = None) -> list[Group]:
    """Return the statements' groups in order; ``only`` leaves out facts that exist already.

    Raises
    ------
    InvalidDesign
        If facts need each other in a circle, see `create_order`.
    """
    return list(_Ordering(catalog, catalog if only is None else set(only)).run())


@dataclass(slots=True)
class _Node:
    """A group in the making. ``needs`` and ``prefers`` map each group needed to the facts that need it."""

    root: CatalogObject
    members: list[CatalogObject] = field(default_factory=list)
    followers: list[CatalogObject] = field(default_factory=list)
    needs: dict[ObjectId, list[CatalogObject]] = field(default_factory=dict)
    prefers: dict[ObjectId, list[CatalogObject]] = field(default_factory=dict)
    stage: Stage = "whole"
    is_early: bool = False


class _Ordering:
    """One run of ordering, see `groups`. Ties go by rank, then by the catalog's order."""

    def __init__(self, catalog: Catalog, wanted: Iterable[ObjectId]) -> None:
        self._catalog = catalog
        keys = set(wanted)
        self._facts = {key: fact for key, fact in catalog.items() if key in keys}
        self._index = {key: index for index, key in enumerate(self._facts)}
        self._host: dict[ObjectId, ObjectId] = {}
        self._integral: dict[ObjectId, list[ObjectId]] = defaultdict(list)
        self._nodes: dict[ObjectId, _Node] = {}
        self._stubs: dict[ObjectId, Stub] = {}
        self._rests: dict[ObjectId, ObjectId] = {}
        self._given_up: set[tuple[ObjectId, ObjectId]] = set()
        self._dependents: dict[ObjectId, set[ObjectId]] = defaultdict(set)
        self._ready: dict[int, list[tuple[int, ObjectId]]] = defaultdict(list)
        self._rank = -1
        self._done: set[ObjectId] = set()
        self._broken = 0
        self._place_all()

    def run(self) -> Iterator[Group]:
        """Yield the groups; circles are broken in passes before the last, which finds whole sections free."""
        broken, ordered = self._broken, list(self._pass())
        while broken != self._broken:  # a stub brings wishes, which may close circles in the next pass
            self._done.clear()
            self._dependents.clear()
            for key in self._nodes:
                self._link(key)
            broken, ordered = self._broken, list(self._pass())
        for key in ordered:
            node = self._nodes[key]
            yield Group(node.root, tuple(node.members), tuple(node.followers), node.stage, node.is_early)

    def _pass(self) -> Iterator[ObjectId]:
        left = set(self._nodes)
        earliest = sorted((self._index[key], key) for key in left)  # sorted, it is a heap
        self._rank = -1
        for node in self._nodes:
            self._offer(node)
        while left:
            key = self._take()
            if key is None:
                while earliest[0][1] not in left:
                    heapq.heappop(earliest)
                made = self._break(self._circle(earliest[0][1]))
                left.update(made)
                for key in made:
                    heapq.heappush(earliest, (self._index[key], key))
                continue
            left.remove(key)
            self._done.add(key)
            for dependent in self._dependents.pop(key, ()):
                self._nodes[dependent].needs.pop(key, None)
                self._nodes[dependent].prefers.pop(key, None)
                self._offer(dependent)
            yield key

    # Placing: each fact is the root of a node, a member of one, or its follower.

    def _place_all(self) -> None:
        for key, fact in self._facts.items():
            if fact.integral and fact.parent is not None:
                self._integral[fact.parent].append(key)
        for key in self._facts:
            if self._host_of(key) == key:
                self._nodes[key] = _Node(self._facts[key])
        for key, fact in self._facts.items():
            node = self._nodes[self._host[key]]
            if node.root is fact:
                continue
            (node.followers if fact.placement == "follows" else node.members).append(fact)
        for key in self._nodes:
            self._link(key)

    def _host_of(self, key: ObjectId) -> ObjectId:
        if key not in self._host:
            fact, host = self._facts[key], key
            if fact.parent in self._facts and fact.folds(self._catalog):
                host = self._host_of(fact.parent)
            elif fact.placement == "follows":
                named = (fact.parent, *fact.requires(self._catalog))
                leader = next((k for k in named if k is not None and k in self._facts), None)
                host = self._host_of(leader) if leader is not None else key
            self._host[key] = host
        return self._host[key]

    def _link(self, key: ObjectId) -> None:
        """Find out which other nodes a node needs."""
        node = self._nodes[key]
        node.needs, node.prefers = {}, {}
        if node.stage == "stub":
            named = (node.root.parent, *self._stubs[key].needs)
            self._need(key, node.root, (needed for needed in named if needed in self._facts), node.needs)
            return
        if node.stage == "rest":
            self._need(key, node.root, (node.root.id,), node.needs)
        for fact in (node.root, *node.members):
            self._need(key, fact, self._needs(fact), node.needs)
            if fact.prefers:
                self._need(key, fact, self._there(fact, fact.prefers), node.prefers)

    def _need(
        self,
        key: ObjectId,
        fact: CatalogObject,
        needed: Iterable[ObjectId],
        found: dict[ObjectId, list[CatalogObject]],
    ) -> None:
        """Note that a fact of a node needs others. Who needs what is only a stub yet prefers that it be whole."""
        node = self._nodes[key]
        for host in (self._host[other] for other in needed):
            if host == key or host in self._done or (found is node.prefers and (key, host) in self._given_up):
                continue
            found.setdefault(host, []).append(fact)
            self._dependents[host].add(key)
            rest = self._rests.get(host)
            if rest not in (None, key) and rest not in self._done and (key, rest) not in self._given_up:
                node.prefers.setdefault(rest, []).append(fact)
                self._dependents[rest].add(key)

    def _needs(self, fact: CatalogObject) -> Iterator[ObjectId]:
        parent = () if fact.parent is None else (fact.parent,)
        return self._there(fact, (*parent, *fact.requires(self._catalog), *fact.depends))

    def _there(self, fact: CatalogObject, named: Iterable[ObjectId]) -> Iterator[ObjectId]:
        """Yield those of the named facts that are to be created, or the parts of them that are."""
        for key in named:
            if key in self._facts:
                if key != fact.id:
                    yield key
            elif key != self._whole(fact):  # it is there, but perhaps not all of it
                yield from self._integral.get(key, ())

    def _whole(self, fact: CatalogObject) -> ObjectId | None:
        """Return what a fact, or the part that it is told of, is an integral part of: it needs no other such part."""
        part: CatalogObject | None = fact
        if not fact.integral and fact.parent is not None:
            part = self._catalog.get(fact.parent)
        return part.parent if part is not None and part.integral else None

    # Taking: a section is finished before another one begins, as long as dependencies allow.

    def _offer(self, key: ObjectId) -> None:
        if not self._nodes[key].needs and not self._nodes[key].prefers:
            heapq.heappush(self._ready[self._nodes[key].root.rank], (self._index[key], key))

    def _take(self) -> ObjectId | None:
        if not self._ready.get(self._rank):
            ranks = [rank for rank, heap in self._ready.items() if heap]
            if not ranks:
                return None
            self._rank = min(ranks)
        return heapq.heappop(self._ready[self._rank])[1]

    # Breaking circles.

    def _circle(self, key: ObjectId) -> list[ObjectId]:
        """Return nodes that need each other in a circle, each one the next, which a node leads to."""
        seen: dict[ObjectId, int] = {}
        path: list[ObjectId] = []
        while key not in seen:
            seen[key] = len(path)
            path.append(key)
            node = self._nodes[key]
            key = min((*node.needs, *node.prefers), key=self._index.__getitem__)
        return path[seen[key] :]

    def _break(self, circle: list[ObjectId]) -> list[ObjectId]:
        """Break a circle, and return the nodes made for that."""
        self._broken += 1
        links = list(zip(circle, circle[1:] + circle[:1], strict=True))
        wishes = [link for link in links if link[1] not in self._nodes[link[0]].needs]
        if wishes:
            key, following = max(wishes, key=lambda link: self._index[link[1]])
            self._given_up.add((key, following))
            node = self._nodes[key]
            node.prefers.pop(following)
            node.is_early = node.is_early or node.stage == "whole"
            self._dependents[following].discard(key)
            self._offer(key)
            return []
        return self._loosen(links) or self._stub(links)

    def _loosen(self, links: list[tuple[ObjectId, ObjectId]]) -> list[ObjectId]:
        """Give the facts that close a circle statements of their own; return the nodes made for them."""
        choices = []
        for key, following in links:
            reasons = self._nodes[key].needs[following]
            if all(f.id != key and not f.integral for f in reasons):
                choices.append((-min(f.rank for f in reasons), len(reasons), self._index[key], key, following))
        if not choices:
            return []
        *_, key, following = min(choices)
        loosened = {f.id for f in self._nodes[key].needs[following]}
        return self._split(key, loosened)

    def _stub(self, links: list[tuple[ObjectId, ObjectId]]) -> list[ObjectId]:
        """Make a fact of a circle as a stub first, and redefine it later; return the node that redefines it."""
        for key, following in links:
            node = self._nodes[key]
            stub = node.root.stub(self._catalog) if node.stage == "whole" else None
            if stub is None or following in {self._host.get(needed) for needed in stub.needs}:
                continue
            rest = ObjectId(f"rest of {key.kind}", key.path)
            self._stubs[key], self._rests[key] = stub, rest
            self._index[rest] = self._index[key]
            self._nodes[rest] = _Node(node.root, node.members, node.followers, stage="rest", is_early=node.is_early)
            self._nodes[key] = _Node(node.root, stage="stub")
            for needed in (*node.needs, *node.prefers):
                self._dependents[needed].discard(key)
            for changed in (key, rest):
                self._link(changed)
                self._offer(changed)
            return [rest]
        members = " → ".join(str(key) for key in [*(link[0] for link in links), links[0][0]])
        raise InvalidDesign(
            f"these need each other in a circle: {members}",
            where=".".join(links[0][0].path),
            mend="take one of these references away",
        )

    def _split(self, key: ObjectId, loosened: set[ObjectId]) -> list[ObjectId]:
        node = self._nodes[key]
        for leaver in loosened:
            self._host[leaver] = leaver
            self._nodes[leaver] = _Node(self._facts[leaver])
        for facts in (node.members, node.followers):
            for fact in [f for f in facts if f.id in loosened or f.parent in loosened]:
                facts.remove(fact)
                if fact.id not in loosened and fact.parent is not None:
                    self._host[fact.id] = fact.parent
                    home = self._nodes[fact.parent]
                    (home.followers if fact.placement == "follows" else home.members).append(fact)
        for needed in (*node.needs, *node.prefers):
            self._dependents[needed].discard(key)
        for changed in (key, *sorted(loosened, key=self._index.__getitem__)):
            self._link(changed)
            self._offer(changed)
        return list(loosened)
