"""What of a catalog a server of a major version cannot hold."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds._acl import PUBLIC
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.domain import DomainNotNull
from designer_kernel.catalog.kinds.grant import Revoke
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.catalog.references import References, references
from designer_kernel.catalog.spelling import UNPARSED
from designer_kernel.errors import InvalidSql
from designer_kernel.postgres.features import FEATURES, FUNCTIONS, SYNTAX, Feature


def lacking_features(version: int, catalog: Catalog) -> Iterator[tuple[Feature, tuple[ObjectId, ...]]]:
    """Yield the features that a server of a major version has not, with the facts that use them."""
    for feature in FEATURES:
        if not feature.is_on(version):
            affected = tuple(key for key, fact in catalog.items() if feature.uses(fact, catalog))
            if affected:
                yield feature, affected
    yield from _syntax(version, catalog)


def _syntax(version: int, catalog: Catalog) -> Iterator[tuple[Feature, tuple[ObjectId, ...]]]:
    newer = {node: about for node, about in SYNTAX.items() if about[0] > version}
    users: dict[str, list[ObjectId]] = defaultdict(list)
    for key, text in _texts(catalog) if newer else ():
        for node in _nodes(text) & newer.keys():
            if key not in users[node]:
                users[node].append(key)
    for node, affected in users.items():
        since, what, mend = newer[node]
        yield Feature(since, what, mend, lambda fact, _: False), tuple(affected)


def _nodes(text: str) -> set[str]:
    """Return the names of the nodes of a statement; of what is newer than our grammar the server itself will speak."""
    try:
        return {type(part).__name__ for part in sqltext.walk(sqltext.parsed(text))}
    except InvalidSql:
        return set()


def newer_functions(version: int, catalog: Catalog) -> dict[str, list[ObjectId]]:
    """Return the functions that a server of a major version has not, with the facts that call them."""
    newer = {name for name, (since, _) in FUNCTIONS.items() if since > version}
    ours = {key.path[1] for key in catalog if key.kind == "function"}
    users: dict[str, list[ObjectId]] = defaultdict(list)
    for key, text in _texts(catalog) if newer else ():
        for schema, name in named(text).functions:
            if name in newer and name not in ours and schema in {"", "pg_catalog"} and key not in users[name]:
                users[name].append(key)
    return users


def named(text: str) -> References:
    """Return what a statement names; nothing, if it is written as no grammar of ours can read it."""
    try:
        return references(text)
    except UNPARSED:
        return References(frozenset(), frozenset(), frozenset(), frozenset())


def _texts(catalog: Catalog) -> Iterable[tuple[ObjectId, str]]:
    return ((key, text) for key, fact in catalog.items() for text in fact.sql_fields())


def without_habits(version: int, catalog: Catalog) -> Catalog:
    """Return a catalog without what is so anyway on a server of a major version, where another one must be told.

    Before PostgreSQL 15 everybody may create objects in the schema ``public``, unless that was revoked. Since 18
    tables have names for the not-null constraints that they inherit.
    """
    if version < 18:
        catalog = _unnamed(catalog, [fact for fact in catalog.of(NotNull) if fact.inherited])
    revoke = catalog.get(ObjectId("revoke", ("schema", "public", PUBLIC)))
    if version < 15 or not isinstance(revoke, Revoke) or "CREATE" not in revoke.privileges:
        return catalog
    rest = tuple(privilege for privilege in revoke.privileges if privilege != "CREATE")
    kept = catalog.only(key for key in catalog if key != revoke.id)
    return kept.plus([replace(revoke, privileges=rest)]) if rest else kept


def as_run(version: int, catalog: Catalog) -> Catalog:
    """Return what a script makes on a server of a major version, though a newer one has read it.

    Before PostgreSQL 18 a server does not keep what not-null constraints are called, nor before 17 those of domains;
    ``ALL`` privileges on a table are fewer.
    """
    if version < 17:
        names = {fact.id for fact in catalog.of(DomainNotNull) if not catalog.all_parts(fact.id)}
        catalog = Catalog.by_id({key: _without_maintain(fact) for key, fact in catalog.items() if key not in names})
    if version >= 18:
        return catalog
    told = {(column.schema, column.table, column.name) for column in catalog.of(Column) if column.not_null}
    constraints = [fact for fact in catalog.of(NotNull) if (fact.schema, fact.table, fact.column) in told]
    return _unnamed(catalog, [fact for fact in constraints if not fact.no_inherit])


def _without_maintain(fact: CatalogObject) -> CatalogObject:
    """Return an access without the privilege that came with PostgreSQL 17, if it is one among others."""
    if fact.aspect != "privilege":
        return fact
    lists = {name: getattr(fact, name, ()) for name in ("privileges", "grantable", "revoked")}
    fewer: dict[str, Any] = {
        name: tuple(one for one in held if one != "MAINTAIN") for name, held in lists.items() if "MAINTAIN" in held
    }
    return replace(fact, **fewer) if fewer and any(fewer.values()) else fact


def _unnamed(catalog: Catalog, constraints: Iterable[NotNull]) -> Catalog:
    """Return a catalog that does not tell what constraints are called: their columns are not null all the same."""
    gone = {fact.id for fact in constraints if fact.valid and not catalog.all_parts(fact.id)}
    return catalog.only(key for key in catalog if key not in gone) if gone else catalog
