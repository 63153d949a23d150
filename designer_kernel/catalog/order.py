"""In which order the facts of a catalog are created: by their dependencies, deterministic, cycles named.

Parts fold into their parent's statement where that is possible. Where folding would close a cycle (two tables that
point at each other), a part that can also be added later is loosened from its parent and gets a statement of its own.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.errors import InvalidDesign


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that are created together: one statement's root, what folds into it, and what follows right after it."""

    root: CatalogObject
    folded: tuple[CatalogObject, ...] = ()
    followers: tuple[CatalogObject, ...] = ()

    def __iter__(self) -> Iterator[CatalogObject]:
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
    """A group in the making. ``needs`` maps each group needed to the facts that need it."""

    root: CatalogObject
    members: list[CatalogObject] = field(default_factory=list)
    followers: list[CatalogObject] = field(default_factory=list)
    needs: dict[ObjectId, list[CatalogObject]] = field(default_factory=dict)


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
        self._dependents: dict[ObjectId, set[ObjectId]] = defaultdict(set)
        self._ready: dict[int, list[tuple[int, ObjectId]]] = defaultdict(list)
        self._rank = -1
        self._done: set[ObjectId] = set()
        self._place_all()

    def run(self) -> Iterator[Group]:
        """Yield the groups; circles are broken in a first pass, so that the second finds whole sections free."""
        for _key in self._pass():
            pass
        self._done.clear()
        self._dependents.clear()
        for key in self._nodes:
            self._link(key)
        for key in self._pass():
            node = self._nodes[key]
            yield Group(node.root, tuple(node.members), tuple(node.followers))

    def _pass(self) -> Iterator[ObjectId]:
        left = set(self._nodes)
        self._rank = -1
        for node in self._nodes:
            self._offer(node)
        while left:
            key = self._take()
            if key is None:
                left.update(self._loosen(self._circle(left)))
                continue
            left.remove(key)
            self._done.add(key)
            for dependent in self._dependents.pop(key, ()):
                self._nodes[dependent].needs.pop(key, None)
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
            if fact.placement == "folds" and fact.parent in self._facts:
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
        node.needs = {}
        for fact in (node.root, *node.members):
            for needed in self._needs(fact):
                host = self._host[needed]
                if host != key and host not in self._done:
                    node.needs.setdefault(host, []).append(fact)
                    self._dependents[host].add(key)

    def _needs(self, fact: CatalogObject) -> Iterator[ObjectId]:
        parent = () if fact.parent is None else (fact.parent,)
        for key in (*parent, *fact.requires(self._catalog), *fact.depends):
            if key in self._facts:
                if key != fact.id:
                    yield key
            elif not (fact.integral and key == fact.parent):  # it is there, but perhaps not all of it
                yield from self._integral.get(key, ())

    # Taking: a section is finished before another one begins, as long as dependencies allow.

    def _offer(self, key: ObjectId) -> None:
        if not self._nodes[key].needs:
            heapq.heappush(self._ready[self._nodes[key].root.rank], (self._index[key], key))

    def _take(self) -> ObjectId | None:
        if not self._ready.get(self._rank):
            ranks = [rank for rank, heap in self._ready.items() if heap]
            if not ranks:
                return None
            self._rank = min(ranks)
        return heapq.heappop(self._ready[self._rank])[1]

    # Breaking circles.

    def _circle(self, left: set[ObjectId]) -> list[ObjectId]:
        """Return nodes that need each other in a circle, each one the next."""
        key = min(left, key=self._index.__getitem__)
        seen: dict[ObjectId, int] = {}
        path: list[ObjectId] = []
        while key not in seen:
            seen[key] = len(path)
            path.append(key)
            key = min(self._nodes[key].needs, key=self._index.__getitem__)
        return path[seen[key] :]

    def _loosen(self, circle: list[ObjectId]) -> list[ObjectId]:
        """Give the facts that close a circle statements of their own; return the nodes made for them."""
        choices = []
        for key, following in zip(circle, circle[1:] + circle[:1], strict=True):
            reasons = self._nodes[key].needs[following]
            if all(f.id != key and not f.integral for f in reasons):
                choices.append((-min(f.rank for f in reasons), len(reasons), self._index[key], key, following))
        if not choices:
            members = " → ".join(str(key) for key in [*circle, circle[0]])
            raise InvalidDesign(
                f"these need each other in a circle: {members}",
                where=".".join(circle[0].path),
                mend="take one of these references away",
            )
        *_, key, following = min(choices)
        loosened = {f.id for f in self._nodes[key].needs[following]}
        return self._split(key, loosened)

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
        for needed in node.needs:
            self._dependents[needed].discard(key)
        for changed in (key, *sorted(loosened, key=self._index.__getitem__)):
            self._link(changed)
            self._offer(changed)
        return list(loosened)
