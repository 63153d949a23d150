"""What the SQL inside facts speaks of: views of tables, checks of functions, columns of types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from designer_kernel.catalog import types
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.catalog.references import references
from designer_kernel.catalog.spelling import UNPARSED
from designer_kernel.errors import InvalidSql


def resolve(
    catalog: Catalog,
    search_path: Sequence[str] = ("public",),
    *,
    late_bound_only: bool = False,
    told: Collection[ObjectId] = (),
) -> Catalog:
    """Return the catalog with the facts that each fact's SQL names added to its ``depends`` or its ``prefers``.

    Names that the catalog does not hold are the server's own or an error that only the server can tell, and are
    passed over.

    Parameters
    ----------
    search_path
        Schemas in which unqualified names are looked up.
    late_bound_only
        Whether to look only at SQL that is bound when it runs: a server has recorded all other dependencies.
    told
        The facts of which a server has recorded them.
    """
    names = _Names(catalog, search_path)
    found = catalog.with_changed({
        key: _with_edges(fact, names, late_bound_only or key in told)
        for key, fact in catalog.items()
        if fact.late_bound or not (late_bound_only or key in told)
    })  # fmt: skip
    return found.with_changed(_reaching(found))


class Resolver:
    """Finds what the facts of a catalog name, some of them at a time; see `resolve`.

    Attributes
    ----------
    spoken_of
        What SQL may speak of in any fact. What a fact names depends on nothing else but its own table's columns.
    """

    def __init__(self, catalog: Catalog, search_path: Sequence[str]) -> None:
        self._names = _Names(catalog, search_path)
        self.spoken_of = frozenset(key for key in catalog if key.kind in _SPOKEN_OF)

    def resolved(self, facts: Mapping[ObjectId, CatalogObject]) -> dict[ObjectId, CatalogObject]:
        """Return facts with what their SQL names added to their ``depends`` or their ``prefers``."""
        return {key: _with_edges(fact, self._names, False) for key, fact in facts.items()}

    def reaching(self, catalog: Catalog) -> Catalog:
        """Return the catalog with what its facts need because of what is reached through others."""
        return catalog.with_changed(_reaching(catalog))


_SPOKEN_OF: Final = frozenset({"relation", "type", "function"})


def _reaching(catalog: Catalog) -> dict[ObjectId, CatalogObject]:
    """Return the facts that need others perhaps because of what is reached through those, changed to prefer that."""
    reached: dict[ObjectId, set[ObjectId]] = defaultdict(set)
    for key, fact in catalog.items():
        if type(fact).reached_through is not CatalogObject.reached_through:
            for needed in fact.reached_through():
                reached[needed].add(key)
    changed: dict[ObjectId, CatalogObject] = {}
    if reached:
        for key, fact in catalog.items():
            more = {other for needed in fact.depends & reached.keys() for other in reached[needed]}
            more -= {key} | fact.depends | fact.prefers
            if more:
                changed[key] = replace(fact, prefers=fact.prefers | more)
    return changed


def _with_edges(fact: CatalogObject, names: _Names, late_bound_only: bool) -> CatalogObject:
    depends = fact.depends if late_bound_only else fact.depends.union(names.needed_by(fact))
    prefers = fact.prefers.union(names.preferred_by(fact)) - depends
    if depends == fact.depends and prefers == fact.prefers:
        return fact
    return replace(fact, depends=depends, prefers=prefers)


class _Names:
    """The names that a catalog holds, by what can be said in SQL."""

    def __init__(self, catalog: Catalog, search_path: Sequence[str]) -> None:
        self._catalog = catalog
        self._path = tuple(search_path)
        self._known_types: dict[tuple[str, str], tuple[ObjectId, ...]] = {}
        self._functions: dict[tuple[str, str], list[ObjectId]] = defaultdict(list)
        for key in catalog:
            if key.kind == "function":
                self._functions[key.path[0], key.path[1]].append(key)

    def needed_by(self, fact: CatalogObject) -> set[ObjectId]:
        """Return what must exist before a fact."""
        found = {key for sql in fact.sql_fields() for key in self._named_in(fact, sql)}
        found.update(self._types_of(fact))
        return found - {fact.id, fact.parent} if found else found

    def preferred_by(self, fact: CatalogObject) -> set[ObjectId]:
        """Return what had better exist before a fact."""
        found = {key for sql in fact.late_sql() for key in self._named_in(fact, sql)}
        return found - {fact.id, fact.parent} if found else found

    def _types_of(self, fact: CatalogObject) -> Iterator[ObjectId]:
        for name in fact.type_names():
            try:
                parsed = types.parse(name)
            except InvalidSql:
                continue  # a spelling of the server's that the grammar reads otherwise; it names no type of ours
            yield from self._types(parsed.schema, parsed.name)

    def _named_in(self, fact: CatalogObject, sql: str) -> Iterator[ObjectId]:
        try:
            found = references(sql)
        except UNPARSED:
            return  # newer grammar than ours, from introspection; the server's own dependencies cover it
        for schema, name in found.relations:
            yield from self._first("relation", schema, name)
        for schema, name in found.types:
            yield from self._types(schema, name)
        for schema, name in found.functions:
            for place in (schema,) if schema else self._path:
                yield from self._functions.get((place, name), ())
        relation = fact.parent
        while relation is not None and relation.kind != "relation":
            above = self._catalog.get(relation)
            relation = above.parent if above is not None else None
        if relation is not None:
            for name in found.columns:
                column = ObjectId("column", (*relation.path, name))
                if column in self._catalog:
                    yield column

    def _types(self, schema: str, name: str) -> tuple[ObjectId, ...]:
        found = self._known_types.get((schema, name))
        if found is None:
            # Every table is a row type too.
            found = (*self._first("type", schema, name), *self._first("relation", schema, name))
            self._known_types[schema, name] = found
        return found

    def _first(self, kind: str, schema: str, name: str) -> Iterator[ObjectId]:
        for place in (schema,) if schema else self._path:
            key = ObjectId(kind, (place, name))
            if key in self._catalog:
                yield key
                return
