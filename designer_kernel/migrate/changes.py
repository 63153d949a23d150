"""Which facts of a database are dropped, made, altered in place, or made anew, so that it becomes another one.

Facts are compared one by one. What differs is altered where its kind knows how, and made anew otherwise. What needs a
fact that goes has to go before it, and comes back after it: that is found by dependencies alone, for every kind alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, ObjectId


@dataclass(frozen=True, slots=True)
class Changes:
    """What turns one catalog into another.

    ``dropped`` are facts of ``before`` that go, ``created`` facts of ``after`` that are made; a fact that is made anew
    is in both. ``vanishing`` are those of the dropped that the server takes away with another one.
    """

    change: Change
    dropped: frozenset[ObjectId]
    created: frozenset[ObjectId]
    altered: Mapping[ObjectId, Alteration]
    vanishing: Mapping[ObjectId, ObjectId]

    @property
    def remade(self) -> frozenset[ObjectId]:
        """The facts that are dropped and made anew."""
        return self.dropped & self.created

    def __bool__(self) -> bool:
        return bool(self.dropped or self.created or self.altered)


def changes(change: Change, remade: frozenset[ObjectId] = frozenset()) -> Changes:
    """Return what turns one catalog into another; both are as servers of one version write them.

    Parameters
    ----------
    remade
        Facts that are to be made anew even where their kind could alter them.
    """
    return _Comparison(change, remade).result()


def needs(fact: CatalogObject, catalog: Catalog) -> Iterator[ObjectId]:
    """Yield the facts of a catalog that one of its facts cannot be without."""
    if fact.parent is not None:
        yield fact.parent
    yield from fact.requires(catalog)
    yield from fact.depends


class _Comparison:
    def __init__(self, change: Change, remade: frozenset[ObjectId]) -> None:
        self._change = change
        self._remade = remade
        self._dropped: set[ObjectId] = set()
        self._created: set[ObjectId] = set()
        self._altered: dict[ObjectId, Alteration] = {}
        self._waiting: list[ObjectId] = []

    @cached_property
    def _dependents(self) -> Mapping[ObjectId, Sequence[ObjectId]]:
        """The facts of the catalog before that need each of them."""
        before = self._change.before
        found: dict[ObjectId, list[ObjectId]] = defaultdict(list)
        for key, fact in before.items():
            for needed in dict.fromkeys(needs(fact, before)):
                if needed in before and needed != key:
                    found[needed].append(key)
        return found

    def result(self) -> Changes:
        before, after = self._change.before, self._change.after
        self._created.update(key for key in after if key not in before)
        for displaced in [key for new in self._created for key in after[new].displaces(self._change) if key in before]:
            self._remake(displaced)
        for key, fact in before.items():
            other = after.get(key)
            if other is None:
                self._drop(key)
            elif fact != other:
                self._differ(fact, other)
        while self._waiting:
            key = self._waiting.pop()
            self._follow(key)
            if not self._waiting:
                self._drag()
        return Changes(
            self._change,
            frozenset(self._dropped),
            frozenset(self._created),
            {key: done for key, done in self._altered.items() if key not in self._dropped},
            dict(self._vanishing()),
        )

    def _differ(self, fact: CatalogObject, other: CatalogObject) -> None:
        is_alterable = type(fact) is type(other) and fact.id not in self._remade
        done = other.alter(fact, self._change) if is_alterable else None
        if done is None:
            self._remake(fact.id)
            return
        self._altered[fact.id] = done
        if done.retypes:
            for key in self._dependents.get(fact.id, ()):
                if self._change.before[key].bars(self._change):
                    self._remake(key)

    def _drop(self, key: ObjectId) -> None:
        if key not in self._dropped:
            self._dropped.add(key)
            self._waiting.append(key)

    def _remake(self, key: ObjectId) -> None:
        self._drop(key)
        if key in self._change.after:
            self._created.add(key)

    def _follow(self, gone: ObjectId) -> None:
        """What needs a fact that goes cannot stay, unless it is altered so that it needs it no longer."""
        for key in self._dependents.get(gone, ()):
            if key not in self._dropped and not self._parts_with(key, gone):
                self._remake(key)

    def _parts_with(self, key: ObjectId, gone: ObjectId) -> bool:
        before, after = self._change.before[key], self._change.after.get(key)
        if after is None or gone in set(needs(after, self._change.after)):
            return False
        if isinstance(before, Table) and before.partition_of and not before.standalone:
            return True  # its columns take other types with those of its parent
        # The same text may be bound to something else: ``f(1)`` to another function of the name.
        return key in self._altered or gone not in before.depends

    def _drag(self) -> None:
        before = self._change.before
        going = [before[gone] for gone in self._dropped if not before[gone].stays(self._change)]
        for key in [key for fact in going for key in fact.drags(before, self._dropped)]:
            self._remake(key)

    def _vanishing(self) -> Iterator[tuple[ObjectId, ObjectId]]:
        before = self._change.before
        going = {key for key in self._dropped if not before[key].stays(self._change)}
        for key in self._dropped:
            taker = next((other for other in before[key].goes_with(before) if other in going), None)
            if taker is not None:
                yield key, taker
