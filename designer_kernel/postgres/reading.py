"""One reading of a server: the facts of each kind, and who needs whom, from the addresses that ``pg_depend`` has.

Rows are fetched by `designer_kernel.postgres.fetching`, while those that came before become facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Any, Final, TypeAlias

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.dependencies import resolve
from designer_kernel.catalog.kinds import shared_queries
from designer_kernel.catalog.objects import CatalogObject, ObjectId, with_edges
from designer_kernel.errors import InvalidDesign
from designer_kernel.postgres.fetching import Fetching, pipeline, send

Address: TypeAlias = tuple[int, int, int]
"""How ``pg_depend`` names an object: its catalog, its row there, its column number or 0."""

Step: TypeAlias = tuple[Callable[[Iterable[tuple[Any, ...]]], None], str]
"""A query, and what takes its rows."""

_FIRST: Final = 16384
"""The first number that a server gives to an object of users."""

_DEPENDENCIES: Final = """
    SELECT d.classid, d.objid, d.objsubid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype::text
    FROM pg_depend d
    WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype IN ('n', 'a', 'i', 'P', 'S', 'e')
      AND NOT (d.deptype = 'a' AND d.refclassid = 'pg_class'::regclass
               AND d.classid IN ('pg_constraint'::regclass, 'pg_class'::regclass, 'pg_trigger'::regclass,
                                 'pg_attrdef'::regclass))
      AND NOT (d.deptype = 'i' AND d.classid = 'pg_trigger'::regclass)
    UNION ALL
    SELECT 'pg_type'::regclass, c.reltype, 0, 'pg_class'::regclass, c.oid, 0, 'i'
    FROM pg_class c WHERE c.relkind = 'c' AND c.oid >= 16384
"""
"""Dependencies between users' objects. What a part of a table needs of its own table is known without being told.

A composite type is found where its attributes are, in ``pg_class``, as tables are."""

_EXTENSIONS: Final = "SELECT 'pg_extension'::regclass::oid, oid, 0, extname FROM pg_extension WHERE oid >= 16384"


@dataclass(slots=True)
class Reading:
    """What was read: facts by identity, identities by address, and what belongs to other objects or to extensions.

    ``inside`` leads from a part of an object (the row type of a table, the index of a constraint, the rule of a view)
    to that object; ``members`` from an object to the extension that owns it.
    """

    facts: dict[ObjectId, CatalogObject] = field(default_factory=dict)
    ids: dict[Address, ObjectId] = field(default_factory=dict)
    inside: dict[Address, Address] = field(default_factory=dict)
    members: dict[Address, ObjectId] = field(default_factory=dict)
    _needs: defaultdict[ObjectId, set[ObjectId]] = field(default_factory=lambda: defaultdict(set))

    def run(
        self,
        connections: Sequence[psycopg.Connection[Any]],
        kinds: Sequence[type[CatalogObject]],
        schemas: Sequence[str],
        first: Sequence[Step] = (),
    ) -> None:
        """Read all kinds and the dependencies, over connections that see one snapshot.

        Parameters
        ----------
        first
            Queries that are asked before all others, and what takes their rows.
        """
        version = connections[0].info.server_version // 10000
        with pipeline(connections[0]):
            conditions = {kind.presence for kind in kinds} | {one.presence for one in shared_queries().values()}
            absent = _absent(connections[0], conditions)
            present = (kind for kind in kinds if kind.presence not in absent)
            queries = [(kind, query) for kind in present if (query := kind.introspection(version))]
            parameters: dict[str, Any] = {"schemas": list(schemas)}
            _add_shared(parameters, "".join(query for _, query in queries), connections[0], version, absent)
            named = {row[:3]: ObjectId("extension", (row[3],)) for row in send(connections[0], _EXTENSIONS)}
        queries = [(kind, query) for kind, query in queries if not kind.among or _users(parameters[kind.among])]
        plain = [(partial(self._take, kind), query) for kind, query in queries if not kind.by_address]
        # What is about other objects comes last, when their addresses are known.
        about = [(partial(self._take_about, kind), query) for kind, query in queries if kind.by_address]
        steps: list[Step] = [*first, *plain, (partial(self._link, named), _DEPENDENCIES), *about]
        # Closed at once when a step fails, since nobody else may use the connections until the last query is over.
        with closing(Fetching(connections, [query for _, query in steps], parameters).rows()) as fetched:
            for (take, _), rows in zip(steps, fetched, strict=True):
                take(rows)

    def catalog(self) -> Catalog:
        """Return the facts with what they need."""
        dropped = self._drop_unneeded()
        for key, needed in self._needs.items():
            if key not in dropped:
                with_edges(self.facts[key], depends=frozenset(needed - dropped))
        return resolve(Catalog.by_id(self.facts), late_bound_only=True)

    def is_known(self, address: Address) -> bool:
        """Whether an object is a fact, a part of one, or an extension's."""
        return self._resolved(address) is not None

    def around(self, address: Address) -> Iterator[Address]:
        """Yield the object that another one is a part of, and what that is a part of, and so on."""
        passed: set[Address | None] = set()
        outer: Address | None = address
        while outer is not None:
            passed.add(outer)
            outer = self.inside.get(outer) or self.inside.get((outer[0], outer[1], 0))
            if outer is None or outer in passed:
                return
            yield outer

    def _take(self, kind: type[CatalogObject], rows: Iterable[tuple[Any, ...]]) -> None:
        from_row, facts, ids = kind.from_row, self.facts, self.ids
        for row in rows:
            fact = from_row(row[3:])
            key = ids[row[:3]] = fact.id
            if facts.setdefault(key, fact) is not fact:
                self._add(key, fact)

    def _take_about(self, kind: type[CatalogObject], rows: Iterable[tuple[Any, ...]]) -> None:
        owners = ((self._at(row[:3]), row) for row in rows)
        # Addresses are numbers of this one server; the order of facts must not depend on them. The order of the rows
        # about one object is kept.
        found = [kind.from_row((owner, *row[3:])) for owner, row in owners if owner is not None]
        found.sort(key=lambda fact: fact.parent or fact.id)
        for fact in found:
            self._add(fact.id, fact)

    def _add(self, key: ObjectId, fact: CatalogObject) -> None:
        known = self.facts.setdefault(key, fact)
        if known is not fact and known != fact:
            raise InvalidDesign(
                f"two facts were read that are both {key}", where=".".join(key.path), mend="report this as a bug"
            )

    def _link(self, extensions: Mapping[Address, ObjectId], rows: Iterable[tuple[Any, ...]]) -> None:
        """Tell apart which dependencies are parts, memberships, and needs; find out which facts need which."""
        links: list[tuple[Address, Address]] = []
        # What a partition's object is inside of, if of nothing nearer: the whole's object, then the partition.
        outer: dict[str, list[tuple[Address, Address]]] = {"P": [], "S": []}
        for row in rows:
            one, needed, how = row[:3], row[3:6], row[6]
            if how == "i":
                self.inside.setdefault(one, needed)
            elif how == "e":
                if needed in extensions:
                    self.members[one] = extensions[needed]
            elif how in outer:
                outer[how].append((one, needed))
            else:
                links.append((one, needed))
        for one, needed in (*outer["P"], *outer["S"]):
            self.inside.setdefault(one, needed)
        self._need(links)

    def _at(self, address: Address) -> ObjectId | None:
        """Return the identity at an address, or of the whole object if its part is no fact of its own."""
        return self.ids.get(address) or self.ids.get((address[0], address[1], 0))

    def _resolved(self, address: Address) -> ObjectId | None:
        """Return the identity at an address, of what the object is a part of, or of its extension."""
        place: Address
        for place in chain((address,), self.around(address)):  # most are found at once
            found = self._at(place) or self.members.get((place[0], place[1], 0))
            if found is not None:
                return found
        return None

    def _drop_unneeded(self) -> set[ObjectId]:
        """Forget the facts that are told on demand, and that nothing names; return their identities."""
        offered = {key for key, fact in self.facts.items() if fact.on_demand}
        if offered:
            catalog = Catalog.by_id(self.facts)
            for fact in self.facts.values():
                if fact.demands:
                    offered.difference_update(fact.requires(catalog))
            for key in offered:
                del self.facts[key]
        return offered

    def _need(self, links: Iterable[tuple[Address, Address]]) -> None:
        ids, facts = self.ids, self.facts
        for one, other in links:
            dependent, needed = ids.get(one) or self._resolved(one), ids.get(other) or self._resolved(other)
            if dependent is None or needed is None or dependent == needed:
                continue
            fact = facts.get(dependent)
            if fact is not None and needed in facts and needed != fact.parent and one not in self.members:
                self._needs[dependent].add(needed)


def _users(numbers: Iterable[int]) -> bool:
    """Whether users' objects are among those with some numbers; the others are the system's own."""
    return any(number >= _FIRST for number in numbers)


def _absent(connection: psycopg.Connection[Any], conditions: Iterable[str]) -> set[str]:
    """Return the conditions that are false, asked for all of them at once."""
    asked = sorted(filter(None, conditions))
    if not asked:
        return set()
    (answers,) = send(connection, f"SELECT {', '.join(asked)}").fetchall()
    return {condition for condition, is_true in zip(asked, answers, strict=True) if not is_true}


def _add_shared(
    parameters: dict[str, Any],
    queries: str,
    connection: psycopg.Connection[Any],
    version: int,
    absent: Collection[str],
) -> None:
    """Add the numbers that queries need to their parameters."""
    for name, shared in shared_queries().items():
        if f"%({name})s" not in queries or name in parameters:
            continue
        if shared.presence in absent:
            parameters[name] = []
            continue
        query = shared.sql(version)
        _add_shared(parameters, query, connection, version, absent)  # one may need another
        parameters[name] = [oid for (oid,) in send(connection, query, parameters)]
