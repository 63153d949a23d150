"""What the SQL inside facts speaks of: views of tables, checks of functions, columns of types."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog import sqltext, types
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.errors import InvalidSql


def resolve(catalog: Catalog, search_path: Sequence[str] = ("public",), *, late_bound_only: bool = False) -> Catalog:
    """Return the catalog with the facts that each fact's SQL names added to its ``depends``.

    Names that the catalog does not hold are the server's own or an error that only the server can tell, and are
    passed over.

    Parameters
    ----------
    search_path
        Schemas in which unqualified names are looked up.
    late_bound_only
        Whether to look only at kinds whose dependencies a server does not record.
    """
    names = _Names(catalog, search_path)
    return Catalog(
        fact if late_bound_only and not fact.late_bound else _with_depends(fact, frozenset(names.needed_by(fact)))
        for fact in catalog.values()
    )


def _with_depends(fact: CatalogObject, found: frozenset[ObjectId]) -> CatalogObject:
    return fact if found <= fact.depends else replace(fact, depends=fact.depends | found)


class _Names:
    """The names that a catalog holds, by what can be said in SQL."""

    def __init__(self, catalog: Catalog, search_path: Sequence[str]) -> None:
        self._catalog = catalog
        self._path = tuple(search_path)
        self._functions: dict[tuple[str, str], list[ObjectId]] = defaultdict(list)
        for key in catalog:
            if key.kind == "function":
                self._functions[key.path[0], key.path[1]].append(key)

    def needed_by(self, fact: CatalogObject) -> Iterator[ObjectId]:
        above = {fact.id, fact.parent}
        for key in self._named_by(fact):
            if key not in above:
                yield key

    def _named_by(self, fact: CatalogObject) -> Iterator[ObjectId]:
        for name in fact.type_names():
            try:
                parsed = types.parse(name)
            except InvalidSql:
                continue  # a spelling of the server's that the grammar reads otherwise; it names no type of ours
            yield from self._types(parsed.schema, parsed.name)
        for sql in fact.sql_fields():
            try:
                found = sqltext.references(sql)
            except (postgast.PgQueryError, DecodeError):
                continue  # newer grammar than ours, from introspection; the server's own dependencies cover it
            yield from self._resolved(fact, found)

    def _resolved(self, fact: CatalogObject, found: sqltext.References) -> Iterator[ObjectId]:
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

    def _types(self, schema: str, name: str) -> Iterator[ObjectId]:
        yield from self._first("type", schema, name)
        yield from self._first("relation", schema, name)  # every table is a row type too

    def _first(self, kind: str, schema: str, name: str) -> Iterator[ObjectId]:
        for place in (schema,) if schema else self._path:
            key = ObjectId(kind, (place, name))
            if key in self._catalog:
                yield key
                return
