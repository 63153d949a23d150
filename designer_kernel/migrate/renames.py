"""What has another name now: told by whoever knows, or plain, since nothing but the name differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import count
from typing import Any, Final, TypeAlias

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, shorten
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.range import Multirange, Range
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.errors import StatementFailed

Rename: TypeAlias = tuple[CatalogObject, CatalogObject]
"""A fact as it is, and the fact that it becomes."""

_HOLDERS: Final = frozenset({
    "schema", "table", "foreign_table", "column", "view", "materialized_view", "enum", "domain", "composite",
    "composite_attribute", "range", "base_type", "shell_type", "function", "aggregate", "operator", "statistics_target",
})  # fmt: skip
"""Kinds that hold rows, or whose name others use: that nothing but the name differs does not tell who they are.

Operators, and what is told of statistics, cannot be given another name."""

_PARTS: Final = frozenset({"column", "composite_attribute"})
_SHARED: Final = ("relation", "type")
"""Kinds of identity that share their names: a table has a row type."""


def statements(renames: Iterable[Rename], catalog: Catalog) -> Iterator[tuple[Rename, tuple[str, ...]]]:
    """Yield the statements that rename, for each rename: each whole comes before its parts.

    What has a name that another one takes is renamed first, or put aside: it goes, or they swap their names.
    """
    waiting = sorted(renames, key=lambda pair: (len(pair[1].id.path), pair[1].rank))
    taken = set(catalog)
    while waiting:
        free = (pair for pair in waiting if not _occupants(pair, taken))
        old, new = pair = next(free, waiting[0])
        occupants = _occupants(pair, taken)
        aside = {key: _aside(catalog[key], taken) for key in occupants}
        for key, other in aside.items():
            yield (catalog[key], other), catalog[key].rename(other)
            taken = (taken - {key}) | {other.id}
        waiting = [(aside.get(fact.id, fact), to) for fact, to in waiting if (fact, to) != pair]
        taken = (taken - {old.id}) | {_place(pair)}
        yield pair, old.rename(new)


def _place(pair: Rename) -> ObjectId:
    """Return what a rename's outcome is called as long as what it is a part of has its old name."""
    old, new = pair
    is_part = old.kind in _PARTS
    return ObjectId(old.id.kind, (*old.id.path[:-1], new.id.path[-1])) if is_part else new.id


def _occupants(pair: Rename, taken: AbstractSet[ObjectId]) -> list[ObjectId]:
    old, place = pair[0], _place(pair)
    kinds = _SHARED if place.kind in _SHARED else (place.kind,)
    keys = (ObjectId(kind, place.path) for kind in kinds)
    return [key for key in keys if key in taken and key != old.id]


def _aside(fact: CatalogObject, taken: AbstractSet[ObjectId]) -> CatalogObject:
    *whole, name = fact.id.path
    kinds = _SHARED if fact.id.kind in _SHARED else (fact.id.kind,)
    for number in count():
        free = shorten(f"{name}__old{number or ''}")
        if not any(ObjectId(kind, (*whole, free)) in taken for kind in kinds):
            break
    changed: dict[str, Any] = {"name": free}
    return replace(fact, **changed)


def origin(key: ObjectId, known: Mapping[ObjectId, ObjectId]) -> ObjectId:
    """Return what something was called before renames of it, and of what it is a part of.

    Parameters
    ----------
    known
        Identities before, and those after.
    """
    for old, new in known.items():
        if new == key:
            return old
    if len(key.path) == 1:
        return key
    whole = origin(ObjectId("schema" if len(key.path) == 2 else "relation", key.path[:-1]), known)
    return ObjectId(key.kind, (*whole.path, key.path[-1]))


def plain(before: Catalog, after: Catalog) -> list[Rename]:
    """Return what differs in nothing but its name: constraints, indexes, triggers, policies and the like.

    Two of one parent that are alike but for their names are told apart by their order.
    """
    gone, come = _nameless(before, after), _nameless(after, before)
    return [pair for key, facts in gone.items() if key in come for pair in zip(facts, come[key], strict=False)]


def _nameless(ours: Catalog, theirs: Catalog) -> Mapping[tuple[Any, ...], list[CatalogObject]]:
    found: dict[tuple[Any, ...], list[CatalogObject]] = defaultdict(list)
    for key, fact in ours.items():
        if key not in theirs and fact.kind not in _HOLDERS and "name" in (content := fact.content()) and fact.parent:
            del content["name"]
            if content.get("inherited"):
                continue  # its name is the parent's
            if fact.kind == "multirange":  # its range says which one it is, wherever it stands
                del content["schema"]
            owner = ours.get(ObjectId("sequence_owner", key.path))  # the numbers of one column are not another's
            if fact.kind == "sequence" and owner is None:
                continue  # nothing tells whose numbers it gives
            found[(fact.kind, *content.items(), *_owned_by(owner))].append(fact)
    return found


def _owned_by(owner: CatalogObject | None) -> Iterator[object]:
    if owner is not None:
        content = owner.content()
        yield from (content["table"], content["column"])


Shadow: TypeAlias = Callable[[Catalog, tuple[str, ...]], Catalog]
"""Creates a catalog in a scratch database, runs statements there, and returns what it holds then."""


def renamed(
    before: Catalog, after: Catalog, known: Mapping[ObjectId, ObjectId], shadow: Shadow
) -> tuple[tuple[str, ...], Catalog]:
    """Return the statements that rename, and the catalog once they have run.

    Parameters
    ----------
    known
        Identities in ``before`` of what is known to be something else in ``after``.
    shadow
        Says what the catalog is after statements: the text of views speaks of what was renamed.
    """
    done: list[str] = []
    pairs = [(before[old], after[new]) for old, new in known.items() if old in before and new in after and old != new]
    pairs = [*pairs, *_multiranges(pairs, before, after)] or plain(before, after)
    while pairs:
        texts = tuple(sql for _, made in statements(pairs, before) for sql in made)
        done += texts
        before = shadow(before, texts)
        pairs = plain(before, after)
    return tuple(done), before


def _multiranges(pairs: Iterable[Rename], before: Catalog, after: Catalog) -> Iterator[Rename]:
    """Yield the multirange types that are called otherwise with their ranges, unless that is known already."""
    known = {old.id for old, _ in pairs}
    for old, new in pairs:
        if isinstance(old, Range):
            for ours, theirs in zip(before.parts(old.id, Multirange), after.parts(new.id, Multirange), strict=False):
                if ours.id != theirs.id and ours.id not in known:
                    yield ours, theirs


def moved(before: Catalog, after: Catalog, shadow: Shadow) -> tuple[list[Extension], tuple[str, ...], Catalog]:
    """Return the extensions that go to other schemas as they are, the statements, and the catalog once they have run.

    What an extension brings keeps its identity, so that no row of its types is lost. One that cannot be moved stays
    where it is: it has to be made anew.
    """
    gone: list[Extension] = []
    done: tuple[str, ...] = ()
    for extension in before.of(Extension):
        meant = after.get(extension.id)
        if not isinstance(meant, Extension) or meant.schema == extension.schema:
            continue
        texts = (*_schema_for(meant, before), f"ALTER {extension.address()} SET SCHEMA {quote(meant.schema)}")
        try:
            before = shadow(before, texts)
        except StatementFailed:
            continue
        gone.append(extension)
        done += texts
    return gone, done, before


def _schema_for(extension: Extension, catalog: Catalog) -> tuple[str, ...]:
    key = ObjectId("schema", (extension.schema,))
    return () if key in catalog else (f"CREATE SCHEMA IF NOT EXISTS {quote(extension.schema)}",)
