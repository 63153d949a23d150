"""What the lowering of a design came to before, by entity and foreign key: an edit lowers again what it touches.

A part of a catalog follows from its entity, from the names that the whole design has, and from the names that were
taken when its turn came. All three are compared; where one differs, the part is made anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.dependencies import Resolver
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design.naming import Given, Namer

Facts = dict[ObjectId, CatalogObject]


class Part(NamedTuple):
    """A part of a design: what tells it apart, the values that it follows from, and what lowers it."""

    key: object
    inputs: tuple[object, ...]
    make: Callable[[], Iterable[CatalogObject]]


@dataclass(slots=True)
class _Piece:
    """What a part came to: its facts, the names given to them, and the facts with what they depend on.

    ``former`` are the facts that the part came to before: those that say the same take their places.
    """

    inputs: tuple[object, ...]
    given: tuple[Given, ...]
    facts: Facts
    resolved: Facts | None = None
    former: Facts | None = None


class Lowered:
    """The parts of the last catalog. It holds one catalog, and is not for use by several threads at once."""

    def __init__(self) -> None:
        self._names: object = None
        self._spoken_of: frozenset[ObjectId] = frozenset()
        self._pieces: dict[object, _Piece] = {}
        self._others: Facts = {}

    def catalog(
        self,
        names: object,
        namer: Namer,
        before: Callable[[], Iterable[CatalogObject]],
        parts: Iterable[Part],
        after: Callable[[], Iterable[CatalogObject]],
        path: tuple[str, ...],
    ) -> Catalog | None:
        """Return a catalog with its dependencies; ``None`` if two of its facts have one identity.

        Parameters
        ----------
        names
            What SQL and types of the design may name; compared by value.
        namer
            Gives names to what has none.
        before, after
            What the catalog holds beside the parts; always made anew.
        parts
            The parts, lowered in this order.
        path
            Schemas in which unqualified names are looked up.
        """
        is_known = names == self._names
        made: list[tuple[Facts, _Piece | None]] = [(_by_id(before()), None)]
        pieces: dict[object, _Piece] = {}
        for part in parts:
            lowered = pieces[part.key] = _lowered(part, self._pieces.get(part.key), namer, is_known=is_known)
            made.append((lowered.facts, lowered))
        made.append((_by_id(after()), None))
        every: Facts = {}
        for facts, _piece in made:
            every.update(facts)
        if None in every or len(every) != sum(len(facts) for facts, _piece in made):
            return None
        resolver = Resolver(Catalog.by_id(every), path)
        self._resolve(made, resolver)
        every = {}
        others: Facts = {}
        for facts, piece in made:
            if piece is not None and piece.resolved is not None:
                every.update(piece.resolved)
            else:
                others |= {key: _same(self._others.get(key), fact) for key, fact in resolver.resolved(facts).items()}
                every.update((key, others[key]) for key in facts)
        self._names, self._pieces, self._others = names, pieces, others
        return resolver.reaching(Catalog.by_id(every))

    def _resolve(self, made: Iterable[tuple[Facts, _Piece | None]], resolver: Resolver) -> None:
        """Give pieces what they depend on; that stays as it was as long as SQL can speak of the same objects."""
        is_same = resolver.spoken_of == self._spoken_of
        self._spoken_of = frozenset()  # until all of them are done
        for facts, piece in made:
            if piece is not None and (piece.resolved is None or not is_same):
                former = piece.former or piece.resolved or {}
                piece.resolved = {key: _same(former.get(key), fact) for key, fact in resolver.resolved(facts).items()}
                piece.former = None
        self._spoken_of = resolver.spoken_of


def _lowered(part: Part, known: _Piece | None, namer: Namer, *, is_known: bool) -> _Piece:
    """Return what a part comes to; what it came to before, if it follows from the same values and names."""
    if is_known and known is not None and _are_same(known.inputs, part.inputs) and namer.give_again(known.given):
        return known
    namer.listen()
    facts = _by_id(part.make())
    return _Piece(part.inputs, namer.heard(), facts, former=known.resolved if known is not None else None)


def _are_same(known: tuple[object, ...], inputs: tuple[object, ...]) -> bool:
    return len(known) == len(inputs) and all(a is b or a == b for a, b in zip(known, inputs, strict=True))


def _by_id(facts: Iterable[CatalogObject]) -> Facts:
    """Return facts by their identities; ``None`` among them says that two share one."""
    found: dict[Any, CatalogObject] = {}
    for fact in facts:
        key = fact.id
        found[None if key in found else key] = fact
    return found


def _same(before: CatalogObject | None, fact: CatalogObject) -> CatalogObject:
    """Return the fact that was there before if it says the same."""
    is_same = before == fact and before.depends == fact.depends and before.prefers == fact.prefers if before else False
    return before if is_same and before is not None else fact


def all_facts(parts: Iterable[Part]) -> Iterator[CatalogObject]:
    """Yield the facts of all parts."""
    for part in parts:
        yield from part.make()
