"""Which facts of a catalog models say, and which are left to SQL that runs before or after the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import fits
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.identity_sequence import IdentitySequence
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.sequence import Sequence, SequenceOwner
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.exchange.models.sequences import Drawn
from designer_kernel.exchange.models.tables import WRITTEN, unsaid

_PLAIN_OPTION: Final = re.compile(r"[a-z_]+=[A-Za-z0-9_.]+")
"""A storage parameter that SQLAlchemy can write: it puts values into SQL as they are."""


class Division:
    """The three parts of a catalog, by identity: ``said`` by models, and SQL ``before`` and ``after`` these."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._drawn = Drawn(catalog)
        self.serials = dict(self._drawn.serials)
        self.said = {key for key, fact in catalog.items() if type(fact) in WRITTEN and self._is_sayable(fact)}
        while leaving := {key for key in self.said if not self._may_stay(catalog[key])}:
            self.said -= leaving
            self.serials = {key: one for key, one in self.serials.items() if self.said.issuperset(one.facts)}
            self._forget()
        self.before = self._found_before()

    @cached_property
    def after(self) -> list[ObjectId]:
        """What is neither said by models nor needed by them."""
        return [key for key in self._catalog if key not in self.said and key not in self.before]

    def _forget(self) -> None:
        """Throw away what followed from the facts that were said."""
        for name in ("_needing_tables", "_waiting_tables"):
            self.__dict__.pop(name, None)

    # What can be said

    def _is_sayable(self, fact: CatalogObject) -> bool:
        if isinstance(fact, Table) and (fact.partition_of or unsaid(fact)):
            return False
        if isinstance(fact, Comment):
            return isinstance(self._catalog.get(fact.on), Table | Column)
        if isinstance(fact, Sequence) and fact.id not in self._drawn.sequences:
            return False
        if isinstance(fact, SequenceOwner):
            return any(fact.id == one.owner for one in self.serials.values())
        if isinstance(fact, Unique) and self._has_twin(fact):
            return False
        if isinstance(fact, Index) and not self._is_plain(fact):
            return False
        if isinstance(fact, IdentitySequence):  # SQLAlchemy takes the name that PostgreSQL gives
            return fact.name == f"{fact.table}_{fact.column}_seq" and fits(fact.name)
        if isinstance(fact, ForeignKey):
            path = (fact.referenced_schema, fact.referenced_table, *fact.referenced_columns)
            if any("." in name for name in path):  # SQLAlchemy takes the target as one text with dots
                return False
        return not unsaid(fact)

    def _has_twin(self, unique: Unique) -> bool:
        """Whether another key has the same columns: CREATE TABLE would make one of both."""
        table = table_id(unique.schema, unique.table)
        keys = (*self._catalog.parts(table, PrimaryKey), *self._catalog.parts(table, Unique))
        return any(key.id != unique.id and key.columns == unique.columns for key in keys)

    @staticmethod
    def _is_plain(index: Index) -> bool:
        return index.method.isidentifier() and all(map(_PLAIN_OPTION.fullmatch, index.options))

    def _may_stay(self, fact: CatalogObject) -> bool:
        """Whether what is said of a fact suffices: its table is said, and nothing that it needs waits for tables."""
        if isinstance(fact, Table) and fact.id in self._waiting_tables:
            return False
        if isinstance(fact, ForeignKey) and fact.referenced not in self.said:
            return False
        if isinstance(fact, Sequence):
            return any(drawn == fact.id and default in self.said for default, drawn in self._drawn.by_default.items())
        if isinstance(fact, SequenceOwner) and not any(fact.id == one.owner for one in self.serials.values()):
            return False
        return self._has_home(fact) and not any(key in self._needing_tables for key in self._needs(fact))

    def _has_home(self, fact: CatalogObject) -> bool:
        parent = fact.parent
        while parent is not None and parent.kind in {"column", "relation"}:
            if parent not in self.said:
                return False
            above = self._catalog.get(parent)
            parent = above.parent if above is not None else None
        return True

    @cached_property
    def _waiting_tables(self) -> set[ObjectId]:
        """The tables that models cannot create as a whole, so that SQL has to.

        A column that comes later would stand last, and a child takes from its parent what that has at the time.
        """
        above = {table_id(*path) for table in self._catalog.of(Table) for path in table.parents}
        return {
            table.id for table in self._catalog.of(Table) if self._is_incomplete(table, is_parent=table.id in above)
        }

    def _is_incomplete(self, table: Table, *, is_parent: bool) -> bool:
        columns = self._catalog.parts(table.id, Column)
        keys = {name for key in self._catalog.parts(table.id, PrimaryKey) for name in key.columns}
        if any(column.id not in self.said for column in columns):
            return True
        for column in columns:
            is_set = column.name in keys or bool(column.identity)  # to NOT NULL, by a constraint without a name
            for part in self._catalog.all_parts(column.id):
                if part.id not in self.said and (part.integral or is_parent or (is_set and part.kind == "not_null")):
                    return not isinstance(part, Comment)
        parts = (part for part in self._catalog.all_parts(table.id) if is_parent and part.placement != "own")
        return any(part.id not in self.said and not isinstance(part, Comment) for part in parts)

    # What comes before

    @cached_property
    def _needing_tables(self) -> set[ObjectId]:
        """What is not said, and needs what is."""
        return self._depending(with_wishes=False)

    def _depending(self, *, with_wishes: bool) -> set[ObjectId]:
        """Return what is not said and depends on what is; ``with_wishes`` what prefers it to be there, too."""
        dependents: dict[ObjectId, list[ObjectId]] = {}
        for key, fact in self._catalog.items():
            if key not in self.said:
                for needed in (*self._needs(fact), *(fact.prefers if with_wishes else ())):
                    dependents.setdefault(needed, []).append(key)
        waiting = [key for said in self.said for key in dependents.get(said, ())]
        found: set[ObjectId] = set()
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += dependents.get(key, ())
        return found

    def _found_before(self) -> set[ObjectId]:
        """Return what has to exist before the tables: types, functions of defaults, schemas, with their parts."""
        found: set[ObjectId] = set()
        later = self._depending(with_wishes=True)
        waiting = [key for said in self.said for key in self._needs(self._catalog[said])]
        waiting += [key for key in self._catalog if key.kind in {"schema", "extension", "role"}]
        while waiting:
            key = waiting.pop()
            if key in found or key in self.said or key not in self._catalog:
                continue
            found.add(key)
            waiting += self._needs(self._catalog[key])
            parts = (part for part in self._catalog.all_parts(key) if key.kind == "type" or part.integral)
            waiting += [part.id for part in parts if part.id not in later]
        return found

    def _needs(self, fact: CatalogObject) -> Iterator[ObjectId]:
        if fact.parent is not None:
            yield fact.parent
        yield from fact.requires(self._catalog)
        yield from fact.depends
        if fact.id not in self.said:
            yield from (part.id for part in self._catalog.all_parts(fact.id) if part.integral)
