"""What a refresh knows: which facts the database still has as the design means them."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.function import Function as FunctionFact
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.expansion import expand
from designer_kernel.design.lift.drawing import blank, draw, draw_some
from designer_kernel.design.lower import lower
from designer_kernel.design.lowering import Placed
from designer_kernel.design.objects import Function
from designer_kernel.errors import DesignerError


class State:
    """The design and the database, side by side."""

    def __init__(self, before: Design, design: Design, own: Catalog, catalog: Catalog, meant: Catalog | None) -> None:
        self.design = design
        self.catalog = catalog
        self.own = own
        self._first = self.own if before is design else lower(before)
        self._meant = meant if meant is not None else self._first
        self.distrusted: set[ObjectId] = set()
        self.rewritten: set[UUID] = set()
        self.adopted: set[ObjectId] = set()

    @property
    def is_equal(self) -> bool:
        """Whether the database holds what the design means, and nothing else."""
        return self.own.keys() == self.catalog.keys() and all(map(self.is_unchanged, self.own))

    def is_unchanged(self, key: ObjectId) -> bool:
        """Whether the database has this fact, or the absence of it, as the design means it."""
        return self.is_same(key, self.own.get(key))

    def is_same(self, key: ObjectId, made: CatalogObject | None) -> bool:
        """Whether a fact that a design means is what the database has, maybe in the server's words."""
        theirs = self.catalog.get(key)
        if made == theirs:
            return True
        if theirs is None and isinstance(made, Comment) and made.on in self.catalog:
            return True  # what is said here and not there stays said
        return made is not None and made == self._first.get(key) and theirs == self._meant.get(key)

    @cached_property
    def changed_tables(self) -> set[ObjectId]:
        """The tables with a part that the database has otherwise, foreign keys and what is opaque left out."""
        return self._tables(self.own)

    def write_out_all(self) -> None:
        """Take every table for changed, and no drawing of one for right."""
        tables = {table.id for table in (*self.own.of(Table), *self.catalog.of(Table))}
        self.changed_tables |= tables
        self.distrusted |= tables
        self.adopted |= set(self.own)

    def lost(self, drawn: Design) -> set[ObjectId]:
        """Return what the design implied and the database has, but a new drawing does not imply any more."""
        expanded = expand(drawn).design
        relations: list[Placed] = [*expanded.entities, *expanded.views, *expanded.materialized_views]
        there = {("relation", expanded.schema_of(item), item.name) for item in relations}
        there |= {("function", expanded.schema_of(item), item.name) for item in expanded.functions}
        return {
            key
            for key in self.own
            if key.kind in {"relation", "function"} and key in self.catalog and (key.kind, *key.path[:2]) not in there
        }

    def is_table_same(self, table: ObjectId) -> bool:
        """Whether a table and its parts are in the database as they were meant."""
        return table not in self.changed_tables and table in self.catalog

    def wrong_tables(self, made: Catalog) -> set[ObjectId]:
        """Return the changed tables that a new drawing does not mean as the database has them.

        The order of columns does not count: a server adds new ones behind those of a trait, where a drawing does not.
        """
        return self._tables(made) & self.changed_tables

    def _tables(self, made: Catalog) -> set[ObjectId]:
        found: set[ObjectId] = set()
        for key in {**self.catalog, **made}:
            if not self.is_same(key, made.get(key)):
                fact = made.get(key) or self.catalog[key]
                if fact.kind in _DRAWN:
                    found.add(self._table_of(fact, made))
        return found

    def _table_of(self, fact: CatalogObject, made: Catalog) -> ObjectId:
        while fact.id.kind != "relation":
            parent = fact.parent
            above = None if parent is None else made.get(parent) or self.catalog.get(parent)
            if above is None:
                return parent or fact.id
            if above.kind == "foreign_key":
                return above.id
            fact = above
        return fact.id

    @cached_property
    def _keys(self) -> tuple[dict[UUID, list[ObjectId]], dict[ObjectId, bool]]:
        from designer_kernel.design.refresh.updating import keys_of

        return keys_of(self.design, self.own)

    @property
    def foreign_keys(self) -> dict[UUID, list[ObjectId]]:
        """The foreign keys that each relationship means."""
        return self._keys[0]

    @property
    def implied_keys(self) -> dict[ObjectId, bool]:
        """The foreign keys that no relationship means: a trait does."""
        return self._keys[1]

    @cached_property
    def base(self) -> dict[tuple[str, str], Entity]:
        """The changed entities as they are lifted from what the design means."""
        try:
            return draw_some(self._meant, self.design, self.changed_tables)
        except DesignerError:  # names and SQL that no server would give
            return {}

    def implied_entity(self, place: tuple[str, str]) -> UUID | None:
        """Return the entity that a trait or relationship adds under a name."""
        return self._implied.get(place)

    @cached_property
    def expanded(self) -> dict[UUID, Entity]:
        """The entities with all that they imply."""
        return {entity.id: entity for entity in expand(self.design).design.entities}

    @cached_property
    def _implied(self) -> dict[tuple[str, str], UUID]:
        drawn = {entity.id for entity in self.design.entities}
        found = (entity for entity in self.expanded.values() if entity.id not in drawn)
        return {(self.design.schema_of(entity), entity.name): entity.id for entity in found}

    def function_key(self, function: Function) -> ObjectId | None:
        """Return the identity of what a function of the design is lowered to."""
        return _function_key(self.design, function, self.own)

    def lifted_function_key(self, design: Design, function: Function) -> ObjectId | None:
        """Return the identity of a function that was lifted."""
        return _function_key(design, function, self.catalog)


def drawn_as_it_is(catalog: Catalog, design: Design) -> Design:
    """Return what a catalog looks like, nothing of it taken for a trait and nothing carried along."""
    empty = blank(catalog, design.name, design.default_schema)
    try:
        return draw(catalog, empty)
    except DesignerError:  # names and SQL that no server would give
        return empty


def _function_key(design: Design, function: Function, catalog: Catalog) -> ObjectId | None:
    """Find a function's fact: the one of its name, or among several the one of its text."""
    schema = design.schema_of(function)
    found = [f for f in catalog.of(FunctionFact) if (f.schema, f.name) == (schema, function.name)]
    if len(found) > 1:
        found = [f for f in found if f.definition == function.definition] or found
    return found[0].id if found else None


_DRAWN = frozenset(
    {
        "table",
        "column",
        "default",
        "primary_key",
        "unique",
        "check",
        "exclusion",
        "index",
        "trigger",
        "policy",
        "comment",
    }
)
"""Kinds that a drawing of a table is made of."""
