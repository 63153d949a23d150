"""What has another name now: told by whoever knows, or plain, since nothing but the name differs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, TypeAlias

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.extension import Extension
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


def order(renames: Iterable[Rename]) -> list[Rename]:
    """Return renames in an order in which each whole comes before its parts."""
    return sorted(renames, key=lambda pair: (len(pair[1].id.path), pair[1].rank))


def statements(renames: Iterable[Rename]) -> Iterator[tuple[Rename, tuple[str, ...]]]:
    """Yield the statements that rename, for each rename; two that swap their names go by a third one."""
    for old, new in order(renames):
        yield (old, new), old.rename(new)


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
            found[(fact.kind, *content.items())].append(fact)
    return found


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
    pairs = pairs or plain(before, after)
    while pairs:
        texts = tuple(sql for _, made in statements(pairs) for sql in made)
        done += texts
        before = shadow(before, texts)
        pairs = plain(before, after)
    return tuple(done), before


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
