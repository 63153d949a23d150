"""One reading of a server: the facts of each kind, and who needs whom, from the addresses that ``pg_depend`` has.

Rows are fetched by `designer_kernel.postgres.fetching`, while those that came before become facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
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
    ) -> None:
        """Read all kinds and the dependencies, over connections that see one snapshot."""
        version = connections[0].info.server_version // 10000
        with pipeline(connections[0]):
            kinds = _present(connections[0], kinds)
            parameters = self._shared(connections[0], version, schemas)
            named = {row[:3]: ObjectId("extension", (row[3],)) for row in send(connections[0], _EXTENSIONS)}
        queries = [(kind, query) for kind in kinds if (query := kind.introspection(version))]
        plain = [(partial(self._take, kind), query) for kind, query in queries if not kind.by_address]
        # What is about other objects comes last, when their addresses are known.
        about = [(partial(self._take_about, kind), query) for kind, query in queries if kind.by_address]
        steps = [*plain, (partial(self._link, named), _DEPENDENCIES), *about]
        # Closed at once when a step fails, since nobody else may use the connections until the last query is over.
        with closing(Fetching(connections, [query for _, query in steps], parameters).rows()) as fetched:
            for (take, _), rows in zip(steps, fetched, strict=True):
                take(rows)

    def _shared(self, connection: psycopg.Connection[Any], version: int, schemas: Sequence[str]) -> dict[str, Any]:
        """Return the parameters of queries: the schemas, and the numbers that many queries need."""
        parameters: dict[str, Any] = {"schemas": list(schemas)}
        waiting = {name: query(version) for name, query in shared_queries().items()}
        while waiting:  # one may need another
            name = next(one for one, query in waiting.items() if not any(f"%({other})s" in query for other in waiting))
            parameters[name] = [oid for (oid,) in send(connection, waiting.pop(name), parameters)]
        return parameters

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
        from_row, ids = kind.from_row, self.ids
        for row in rows:
            fact = from_row(row[3:])
            key = fact.id
            self._add(key, fact)
            ids[row[0], row[1], row[2]] = key

    def _take_about(self, kind: type[CatalogObject], rows: Iterable[tuple[Any, ...]]) -> None:
        owners = ((self._at((row[0], row[1], row[2])), row) for row in rows)
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
        for classid, objid, part, *other, how in rows:
            one, needed = (classid, objid, part), (other[0], other[1], other[2])
            if how == "e":
                if needed in extensions:
                    self.members[one] = extensions[needed]
            elif how == "i":
                self.inside.setdefault(one, needed)
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
        for place in (address, *self.around(address)):
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
        resolved: dict[Address, ObjectId | None] = {}
        for pair in links:
            for address in pair:
                if address not in resolved:
                    resolved[address] = self._resolved(address)
            dependent, needed = resolved[pair[0]], resolved[pair[1]]
            if dependent is None or needed is None or dependent == needed:
                continue
            if pair[0] in self.members or dependent not in self.facts or needed not in self.facts:
                continue
            if needed != self.facts[dependent].parent:
                self._needs[dependent].add(needed)


def _present(connection: psycopg.Connection[Any], kinds: Sequence[type[CatalogObject]]) -> list[type[CatalogObject]]:
    """Return the kinds that the server can have facts of, asked for all of them at once."""
    conditions = sorted({kind.presence for kind in kinds if kind.presence})
    if not conditions:
        return list(kinds)
    (answers,) = send(connection, f"SELECT {', '.join(conditions)}").fetchall()
    absent = {condition for condition, is_there in zip(conditions, answers, strict=True) if not is_there}
    return [kind for kind in kinds if kind.presence not in absent]
