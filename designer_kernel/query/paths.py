"""Ways to join an entity: the shortest along the foreign keys from what a query reads already."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final, Literal

from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.query.model import Join, Query
from designer_kernel.query.tables import Tables, tables_of

if TYPE_CHECKING:
    from designer_kernel.design import Design

MOST: Final = 20
"""How many ways are told at most."""

Edge = tuple[str, tuple[tuple[str, str], ...]]
"""An entity that is reached, and pairs of its columns and those it is reached from."""


class AmbiguousJoin(DesignerError):
    """An entity that can be joined in several ways that are equally short; ``proposals`` has them."""

    code = "ambiguous_join"

    def __init__(self, entity: str, proposals: tuple[Proposal, ...]) -> None:
        ways = "\n".join(f"  {number}: {proposal.words}" for number, proposal in enumerate(proposals, 1))
        super().__init__(f"{entity!r} can be joined in {len(proposals)} ways:\n{ways}", where="query", mend="say way=1")
        self.proposals = proposals


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to join an entity: in words, and the query that comes of it."""

    words: str
    joins: tuple[Join, ...]
    query: Query


def proposals(
    query: Query, entity: str, design: Design, *, alias: str = "", kind: Literal["inner", "left"] = "inner"
) -> tuple[Proposal, ...]:
    """Return the shortest ways from what a query reads to an entity, those through rarely used tables first.

    Parameters
    ----------
    entity
        Its name in the design; one that is read already is joined to itself, or once more.
    alias
        What it is called in the query; its own name, with a number if that is taken.
    kind
        How each step of the way is joined.

    Raises
    ------
    UnknownObject
        If the design has no such entity, or no relationships lead there.
    """
    tables = tables_of(design)
    target = tables.named(entity).name
    starts = [(source.alias, tables.named(source.entity).name) for source in query.sources]
    tenants = {key.parent for key in tables.foreign_keys if key.is_tenant_key}
    names = {target, *(start for _, start in starts)}
    for without_tenants in (True, False):  # by way of its tenant every row meets every other
        edges = _edges(tables, without_tenants=without_tenants and not names & tenants)
        distances = _distances(edges, target)
        steps = (edge for _, start in starts for edge in edges.get(start, ()))
        lengths = [1 + distances[after] for after, _ in steps if after in distances]
        if lengths:
            break
    else:
        raise UnknownObject(
            f"no relationships lead from {', '.join(start for _, start in starts)} to {target!r}",
            where="query",
            mend="relate the entities in the design, or write the join in SQL",
        )
    ways = [
        (start_alias, way)
        for start_alias, start in starts
        for way in _ways(edges, distances, start, min(lengths))
    ]  # fmt: skip
    ways.sort(key=lambda one: sum(len(edges[name]) for name, _ in one[1][:-1]))
    return tuple(_proposal(query, start, way, alias, kind) for start, way in ways[:MOST])


def join(
    query: Query,
    entity: str,
    design: Design,
    *,
    alias: str = "",
    kind: Literal["inner", "left"] = "inner",
    way: int | None = None,
) -> Query:
    """Return a query with an entity joined by the shortest way.

    Parameters
    ----------
    way
        Which of several equally short ways, from 1.

    Raises
    ------
    AmbiguousJoin
        If there are several, and ``way`` does not say which.
    UnknownObject
        See `proposals`.
    """
    found = proposals(query, entity, design, alias=alias, kind=kind)
    if way is None and len(found) > 1:
        raise AmbiguousJoin(entity, found)
    if way is not None and not 1 <= way <= len(found):
        raise UnknownObject(f"there is no way {way}", where="query", mend=f"there are 1 to {len(found)}")
    return found[(way or 1) - 1].query


def _edges(tables: Tables, *, without_tenants: bool) -> dict[str, list[Edge]]:
    """Return where each entity leads: along its foreign keys, and against those of others."""
    edges: dict[str, list[Edge]] = {}
    for key in tables.foreign_keys:
        if without_tenants and key.is_tenant_key:
            continue
        pairs = tuple(zip(key.parent_columns, key.child_columns, strict=True))
        edges.setdefault(key.child, []).append((key.parent, pairs))
        edges.setdefault(key.parent, []).append((key.child, tuple((child, parent) for parent, child in pairs)))
    return edges


def _distances(edges: dict[str, list[Edge]], target: str) -> dict[str, int]:
    """Return how many joins away from the target each entity is."""
    distances = {target: 0}
    waiting = deque([target])
    while waiting:
        name = waiting.popleft()
        for after, _ in edges.get(name, ()):
            if after not in distances:
                distances[after] = distances[name] + 1
                waiting.append(after)
    return distances


def _ways(
    edges: dict[str, list[Edge]], distances: dict[str, int], start: str, length: int
) -> Iterator[tuple[Edge, ...]]:
    """Yield the ways of a length, not endlessly many."""
    waiting: deque[tuple[str, tuple[Edge, ...]]] = deque([(start, ())])
    told = 0
    while waiting and told < 10 * MOST:
        name, way = waiting.popleft()
        if len(way) == length:
            told += 1
            yield way
            continue
        left = length - len(way) - 1
        waiting.extend((after, (*way, (after, pairs))) for after, pairs in edges.get(name, ())
                       if distances.get(after) == left)  # fmt: skip


def _proposal(query: Query, start: str, way: tuple[Edge, ...], alias: str, kind: Literal["inner", "left"]) -> Proposal:
    taken = {source.alias for source in query.sources}
    joins: list[Join] = []
    before = start
    for number, (entity, pairs) in enumerate(way, 1):
        own = entity.rpartition(".")[2]
        chosen = alias if alias and number == len(way) else _free(own, taken)
        taken.add(chosen)
        joins.append(Join(entity=entity, alias=chosen, to=before, on=pairs, kind=kind))
        before = chosen
    words = ", ".join(
        f"{one.alias} by {' and '.join(f'{one.alias}.{own} = {one.to}.{other}' for own, other in one.on)}"
        for one in joins
    )
    return Proposal(words, tuple(joins), query.replaced(joins=(*query.joins, *joins)))


def _free(name: str, taken: set[str]) -> str:
    """Return a name, with a number if it is taken; a long one is cut to make room for it."""
    if name not in taken:
        return name
    for number in count(2):
        ending = f"_{number}"
        shown = name.encode()[: 63 - len(ending)].decode(errors="ignore") + ending
        if shown not in taken:
            return shown
    raise AssertionError(name)
