"""What may have another name now, between catalogs that share no identities: proposed with evidence, never taken.

Names alone tell little, and types alone less. What is gone is held against what is new by what it is made of; a pair is
proposed if each is the other's best by far.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Final

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.composite import Composite, CompositeAttribute
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.sequence import Sequence as Sequenced
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.objects import CatalogObject, ObjectId

LEAST: Final = 0.55
"""Least likeness, from 0 to 1, of what is proposed."""

_MARGIN: Final = 0.08
"""How much more like the second best the best has to be."""

_COMPARED: Final = 24
"""Most new tables that one that is gone is compared with, so that a thousand renamed tables are no million pairs."""

_ALIKE: Final = 0.6
"""Least likeness of two names that counts as evidence."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A rename that somebody should confirm: identities before and after, why, and how sure it looks from 0 to 1."""

    old: ObjectId
    new: ObjectId
    evidence: str
    score: float

    def __str__(self) -> str:
        return f"{self.old} → {'.'.join(self.new.path)}: {self.evidence}"


@dataclass(frozen=True, slots=True)
class _Likeness:
    score: float
    evidence: str


_Rated = dict[tuple[ObjectId, ObjectId], _Likeness]


def proposals(
    before: Catalog,
    after: Catalog,
    *,
    known: Mapping[ObjectId, ObjectId] | None = None,
    source: psycopg.Connection[Any] | None = None,
    target: psycopg.Connection[Any] | None = None,
) -> tuple[Proposal, ...]:
    """Return what may have been renamed, the whole before its parts, the likeliest first.

    Parameters
    ----------
    known
        What is known to have another name, by identities before and after.
    source, target
        Databases that hold the catalogs with their rows: what the server knows of the values of columns is compared.
    """
    told = dict(known or {})
    schemas = _best(_schemas(before, after, told))
    moved = {**told, **{each.old: each.new for each in schemas}}
    types = _best(_types(before, after, moved))
    tables = _best(_tables(before, after, moved))
    pairs = {**moved, **{each.old: each.new for each in tables}}
    values = _Values(source, target) if source is not None and target is not None else None
    columns = [each for pair in _kept(before, after, pairs) for each in _columns(before, after, *pair, told, values)]
    return (*schemas, *types, *tables, *columns)


def _best(rated: _Rated) -> list[Proposal]:
    """Return the pairs of which each is the other's best by far."""
    rivals: dict[ObjectId, list[float]] = {}
    for pair, likeness in rated.items():
        for end in pair:
            rivals.setdefault(end, []).append(likeness.score)
    found, taken = [], set[ObjectId]()
    for (old, new), likeness in sorted(rated.items(), key=lambda item: (-item[1].score, item[0])):
        if old in taken or new in taken or likeness.score < LEAST:
            continue
        others = [score for end in (old, new) for score in _without(rivals[end], likeness.score)]
        taken.update((old, new))
        if likeness.score - max(others, default=0.0) >= _MARGIN:
            found.append(Proposal(old, new, likeness.evidence, round(likeness.score, 2)))
    return found


def _without(scores: Sequence[float], one: float) -> list[float]:
    left = list(scores)
    left.remove(one)
    return left


def _gone(ours: Catalog, theirs: Catalog, kind: type[CatalogObject], settled: Iterable[ObjectId]) -> list[Any]:
    done = set(settled)
    return [fact for fact in ours.of(kind) if fact.id not in theirs and fact.id not in done]


def _similar(one: str, other: str) -> float:
    """Return how much two names have in common; one that holds the other is like it."""
    if one in other or other in one:
        return max(0.75, SequenceMatcher(None, one, other).ratio())
    return SequenceMatcher(None, one, other).ratio()


def _named(old: str, new: str) -> str:
    return f"{old} and {new} are alike" if _similar(old, new) >= _ALIKE else ""


def _words(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _schemas(before: Catalog, after: Catalog, told: Mapping[ObjectId, ObjectId]) -> _Rated:
    rated: _Rated = {}
    for old in _gone(before, after, Schema, told):
        ours = _inside(before, old.name)
        for new in _gone(after, before, Schema, told.values()):
            theirs = _inside(after, new.name)
            if both := len(ours & theirs):
                words = _words(f"same {both} of {len(ours)} relations and types", _named(old.name, new.name))
                rated[old.id, new.id] = _Likeness(both / len(ours | theirs), words)
    return rated


def _inside(catalog: Catalog, schema: str) -> set[tuple[str, str]]:
    return {(key.kind, key.path[1]) for key in catalog if key.kind in {"relation", "type"} and key.path[0] == schema}


def _moves_along(old: CatalogObject, new: CatalogObject, moved: Mapping[ObjectId, ObjectId]) -> bool:
    """Whether something only has another name since its schema has one."""
    schema = moved.get(ObjectId("schema", old.id.path[:1]))
    return schema is not None and (schema.path[0], *old.id.path[1:]) == new.id.path


def _types(before: Catalog, after: Catalog, moved: Mapping[ObjectId, ObjectId]) -> _Rated:
    rated: _Rated = {}
    for kind, rate in _TYPES:
        for old in _gone(before, after, kind, moved):
            for new in _gone(after, before, kind, moved.values()):
                likeness = None if _moves_along(old, new, moved) else rate(old, new, before, after)
                if likeness is not None:
                    name = _similar(old.name, new.name)
                    words = _words(likeness.evidence, _named(old.name, new.name))
                    rated[old.id, new.id] = _Likeness(0.8 * likeness.score + 0.2 * name, words)
    return rated


def _enums(old: Enum, new: Enum, before: Catalog, after: Catalog) -> _Likeness | None:
    both = set(old.labels) & set(new.labels)
    if not both:
        return None
    return _Likeness(len(both) / len({*old.labels, *new.labels}), f"same {len(both)} of {len(old.labels)} values")


def _domains(old: Domain, new: Domain, before: Catalog, after: Catalog) -> _Likeness | None:
    if (old.type, old.collation) != (new.type, new.collation):
        return None
    ours, theirs = (
        {check.expression for check in catalog.parts(domain.id, DomainCheck)}
        for catalog, domain in ((before, old), (after, new))
    )
    if ours != theirs or not ours:  # every other domain is of text
        return _Likeness(0.5, f"both are {old.type}") if not ours and not theirs else None
    return _Likeness(1.0, f"both are {old.type} with the same checks")


def _composites(old: Composite, new: Composite, before: Catalog, after: Catalog) -> _Likeness | None:
    ours, theirs = (
        {(part.name, part.type) for part in catalog.parts(fact.id, CompositeAttribute)}
        for catalog, fact in ((before, old), (after, new))
    )
    both = ours & theirs
    if not both:
        return None
    return _Likeness(len(both) / len(ours | theirs), f"same {len(both)} of {len(ours)} attributes")


def _sequences(old: Sequenced, new: Sequenced, before: Catalog, after: Catalog) -> _Likeness | None:
    if any(ObjectId("sequence_owner", one.id.path) in side for one, side in ((old, before), (new, after))):
        return None
    if replace(old, schema=new.schema, name=new.name) != new:
        return None
    is_usual = new == Sequenced(schema=new.schema, name=new.name)  # as nearly every other one
    return _Likeness(0.6 if is_usual else 1.0, "both count alike")


_TYPES: Final[tuple[tuple[type[CatalogObject], Callable[..., _Likeness | None]], ...]] = (
    (Enum, _enums),
    (Domain, _domains),
    (Composite, _composites),
    (Sequenced, _sequences),
)


def _tables(before: Catalog, after: Catalog, moved: Mapping[ObjectId, ObjectId]) -> _Rated:
    old_ones = [t for t in _gone(before, after, Table, moved) if t.partition_of is None]
    new_ones = [t for t in _gone(after, before, Table, moved.values()) if t.partition_of is None]
    old_ones = [t for t in old_ones if not any(_moves_along(t, other, moved) for other in new_ones)]
    new_ones = [t for t in new_ones if not any(_moves_along(other, t, moved) for other in before.of(Table))]
    ours, theirs = _Shapes(before), _Shapes(after)
    holders: dict[tuple[str, str], list[Table]] = {}
    for new in new_ones:
        for column in theirs.columns(new):
            holders.setdefault(column, []).append(new)
    rated: _Rated = {}
    for old in old_ones:
        for new in _near(old, ours, holders, new_ones):
            likeness = _table(old, new, ours, theirs)
            if likeness is not None:
                rated[old.id, new.id] = likeness
    return rated


def _near(
    old: Table, shapes: _Shapes, holders: Mapping[tuple[str, str], list[Table]], others: Sequence[Table]
) -> list[Table]:
    """Return tables that share columns, those of rare columns first; all, if they are few."""
    if len(others) <= _COMPARED:
        return list(others)
    shared = sorted((holders[column] for column in shapes.columns(old) if column in holders), key=len)
    near = dict.fromkeys(table for tables in shared for table in tables)
    return list(near)[:_COMPARED]


def _table(old: Table, new: Table, ours: _Shapes, theirs: _Shapes) -> _Likeness | None:
    mine, other = ours.columns(old), theirs.columns(new)
    both = mine & other
    types = _overlap(Counter(kind for _, kind in ours.ordered(old)), Counter(kind for _, kind in theirs.ordered(new)))
    if not mine or (len(both) < len(mine) / 3 and types < 1):
        return None
    keys = _overlap(ours.constraints(old), theirs.constraints(new))
    name = _similar(old.name, new.name) if old.name != new.name else 1.0
    columns = len(both) / len(mine | other)
    score = 0.6 * columns + 0.15 * types + 0.1 * keys + 0.15 * name
    told = f"same {len(both)} of {len(mine)} columns" if both else "same types of columns, in the same order"
    if not both and [kind for _, kind in ours.ordered(old)] != [kind for _, kind in theirs.ordered(new)]:
        return None
    words = _words(
        told,
        "same constraints" if keys == 1 and ours.constraints(old) else "",
        "same name in another schema" if old.name == new.name else _named(old.name, new.name),
    )
    return _Likeness(score, words)


class _Shapes:
    """What the tables of a catalog look like from outside."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def ordered(self, table: Table) -> list[tuple[str, str]]:
        """Return the names and types of a table's columns."""
        return [(column.name, column.type) for column in self._catalog.parts(table.id, Column)]

    def columns(self, table: Table) -> set[tuple[str, str]]:
        """Return the same without their order."""
        return set(self.ordered(table))

    def constraints(self, table: Table) -> Counter[object]:
        """Return a table's keys and other constraints, by what they are over."""
        parts = self._catalog.all_parts(table.id)
        found = Counter[object]((p.kind, getattr(p, "columns", ())) for p in parts if p.id.kind == "constraint")
        for key in self._catalog.having(ForeignKey, "referenced_table", table.name):
            if key.referenced_schema == table.schema:
                found[("from", key.table)] += 1
        return found


def _overlap(one: Counter[Any], other: Counter[Any]) -> float:
    both = (one | other).total()
    return (one & other).total() / both if both else 1.0


def _kept(before: Catalog, after: Catalog, pairs: Mapping[ObjectId, ObjectId]) -> Iterator[tuple[ObjectId, ObjectId]]:
    """Yield tables before and after, also those that have another name, or whose schema has."""
    for table in before.of(Table):
        schema = pairs.get(ObjectId("schema", (table.schema,)))
        new = pairs.get(table.id, table_id(schema.path[0], table.name) if schema is not None else table.id)
        if isinstance(after.get(new), Table):
            yield table.id, new


def _columns(
    before: Catalog,
    after: Catalog,
    old_table: ObjectId,
    new_table: ObjectId,
    told: Mapping[ObjectId, ObjectId],
    values: _Values | None,
) -> list[Proposal]:
    ours, theirs = before.parts(old_table, Column), after.parts(new_table, Column)
    here, there = {column.name for column in ours}, {column.name for column in theirs}
    given = set(told.values())
    gone = [column for column in ours if column.name not in there and column.id not in told]
    come = [column for column in theirs if column.name not in here and column.id not in given]
    rated: _Rated = {}
    for old in gone:
        for new in come:
            if (likeness := _column(old, new, ours, theirs, before, after)) is not None:
                same = values is not None and values.same(old, new)
                rated[old.id, new.id] = (
                    _Likeness(min(likeness.score + 0.2, 1.0), _words(likeness.evidence, "same values by pg_stats"))
                    if same
                    else likeness
                )
    return _best(rated)


def _column(
    old: Column, new: Column, ours: Sequence[Column], theirs: Sequence[Column], before: Catalog, after: Catalog
) -> _Likeness | None:
    if (old.type, old.identity, bool(old.generated)) != (new.type, new.identity, bool(new.generated)):
        return None
    in_place = _place(old, ours, theirs) == _place(new, theirs, ours)
    name = _similar(old.name, new.name)
    if not in_place and name < _ALIKE:
        return None
    defaults = [
        default.expression if isinstance(default, Default) else ""
        for default in (before.get(ObjectId("default", old.id.path)), after.get(ObjectId("default", new.id.path)))
    ]
    alike = (old.not_null == new.not_null) + (defaults[0] == defaults[1])
    words = _words("same type and place" if in_place else "same type", _named(old.name, new.name))
    return _Likeness(0.35 + 0.25 * in_place + 0.05 * alike + 0.3 * name, words)


def _place(column: Column, own: Sequence[Column], others: Sequence[Column]) -> tuple[str, str]:
    """Return the nearest columns before and after one that both states have."""
    shared = {other.name for other in others}
    names = [each.name for each in own]
    place = names.index(column.name)
    earlier = next((name for name in reversed(names[:place]) if name in shared), "")
    later = next((name for name in names[place + 1 :] if name in shared), "")
    return earlier, later


class _Values:
    """What servers know of the values of columns."""

    def __init__(self, source: psycopg.Connection[Any], target: psycopg.Connection[Any]) -> None:
        self._source = source
        self._target = target

    def same(self, old: Column, new: Column) -> bool:
        """Whether the commonest values, or the bounds of all values, are the same."""
        ours, theirs = _stats(self._source, old), _stats(self._target, new)
        return ours is not None and ours == theirs


def _stats(connection: psycopg.Connection[Any], column: Column) -> tuple[Any, ...] | None:
    row = connection.execute(
        "SELECT most_common_vals::text, histogram_bounds::text, n_distinct FROM pg_catalog.pg_stats"
        " WHERE schemaname = %s AND tablename = %s AND attname = %s",
        [column.schema, column.table, column.name],
    ).fetchone()
    return row if row is not None and (row[0] or row[1]) else None
