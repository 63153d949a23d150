"""Foreign keys as attributes of both models: ``order.customer`` and ``customer.orders``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column, column_id
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.naming import singular
from designer_kernel.exchange.models.python_names import PythonNames
from designer_kernel.exchange.models.spelling import call


@dataclass(frozen=True, slots=True)
class Model:
    """A table in a module: its name there, and the names of its columns' attributes."""

    table: ObjectId
    name: str
    attributes: Mapping[str, str]
    names: PythonNames
    is_mapped: bool = True
    """Whether it is a class, and not a plain table: one without a primary key, or one that only joins rows of two."""


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key between two models, and the names of its attributes in the child and in the parent."""

    key: ForeignKey
    forth: str
    back: str
    is_only: bool
    """Whether no other foreign key leads from one of the two tables to the other."""

    @property
    def child(self) -> ObjectId:
        return table_id(self.key.schema, self.key.table)

    @property
    def parent(self) -> ObjectId:
        return self.key.referenced


@dataclass(frozen=True, slots=True)
class Junction:
    """A table that only joins rows of two, seen from one of them, its ``owner``: ``user.roles``."""

    table: ObjectId
    owner: ObjectId
    other: ObjectId
    name: str
    back: str


class Links:
    """The relationships between models, all named."""

    def __init__(self, models: Mapping[ObjectId, Model], catalog: Catalog, said: frozenset[ObjectId]) -> None:
        self._models = models
        self._catalog = catalog
        every = [key for key in catalog.of(ForeignKey) if key.id in said]
        pairs = Counter(frozenset({table_id(key.schema, key.table), key.referenced}) for key in every)
        keys = [key for key in every if self._is_between(key)]
        self._links = [
            self._link(key, is_only=pairs[frozenset({table_id(key.schema, key.table), key.referenced})] == 1)
            for key in keys
        ]
        self._junctions = [one for model in models.values() for one in self._joined_by(model, said)]

    def lines(self, model: Model) -> list[str]:
        """Return the lines of a class that lead to other models, forth and back."""
        lines = []
        for link in self._links:
            if link.child == model.table:
                lines.append(self._forth(link))
            if link.parent == model.table:
                lines.append(self._back(link))
        return lines + [self._through(one) for one in self._junctions if one.owner == model.table]

    # Names

    def _is_between(self, key: ForeignKey) -> bool:
        ends = (self._models.get(table_id(key.schema, key.table)), self._models.get(key.referenced))
        is_of_itself = ends[0] is ends[1] and key.columns == key.referenced_columns  # each row is its own parent
        return not is_of_itself and all(end is not None and end.is_mapped for end in ends)

    def _link(self, key: ForeignKey, *, is_only: bool) -> Link:
        child, parent = self._models[table_id(key.schema, key.table)], self._models[key.referenced]
        stem = _stem(key)
        is_unique = self._is_unique(key)
        table = singular(key.table) if is_unique else key.table
        is_own = child is parent
        forth = stem or singular(key.referenced_table)
        if not stem and (is_own or not is_only):
            forth = f"{key.columns[-1]}_{forth}"
        if is_own and stem == "parent":
            back = "child" if is_unique else "children"
        elif not is_own and (is_only or (stem and stem in key.referenced_table)):
            back = table
        else:
            role = stem or key.columns[-1]
            back = f"{table}_{role}" if role.endswith("_by") else f"{table}_by_{role}"
        return Link(key, child.names.attribute(forth), parent.names.attribute(back), is_only=is_only)

    def _joined_by(self, model: Model, said: frozenset[ObjectId]) -> Iterator[Junction]:
        ends = joined_by(model.table, self._catalog, said)
        if model.is_mapped or ends is None or not all(key.referenced in self._models for key in ends):
            return
        near, far = ends
        left, right = self._models[near.referenced], self._models[far.referenced]
        if left.is_mapped and right.is_mapped:
            names = left.names.attribute(far.referenced_table), right.names.attribute(near.referenced_table)
            yield Junction(model.table, left.table, right.table, *names)
            yield Junction(model.table, right.table, left.table, *reversed(names))

    # Lines

    def _forth(self, link: Link) -> str:
        kind = self._models[link.parent].name
        columns = (self._catalog.get(column_id(link.key.schema, link.key.table, name)) for name in link.key.columns)
        if any(isinstance(column, Column) and not column.not_null for column in columns):
            kind = f"{kind} | None"
        given = [*self._shared(link), *self._remote_side(link), f'back_populates="{link.back}"']
        return call("    ", f"{link.forth}: Mapped[{kind}] = relationship(", given)

    def _back(self, link: Link) -> str:
        kind = self._models[link.child].name
        kind = f"{kind} | None" if self._is_unique(link.key) else f"list[{kind}]"
        given = [*self._shared(link), f'back_populates="{link.forth}"']
        if link.key.on_delete == "CASCADE":
            given.append('cascade="save-update, merge, delete"')
        if link.key.on_delete in {"CASCADE", "SET NULL", "SET DEFAULT"}:
            given.append("passive_deletes=True")  # PostgreSQL does it
        return call("    ", f"{link.back}: Mapped[{kind}] = relationship(", given)

    def _through(self, junction: Junction) -> str:
        kind = f"list[{self._models[junction.other].name}]"
        given = [f"secondary={self._models[junction.table].name}", f'back_populates="{junction.back}"']
        return call("    ", f"{junction.name}: Mapped[{kind}] = relationship(", given)

    def _shared(self, link: Link) -> list[str]:
        """Return what both sides say: which foreign key is meant, and which others write some of its columns."""
        child, own = self._models[link.child], set(link.key.columns)
        columns = ", ".join(f"{child.name}.{child.attributes[name]}" for name in link.key.columns)
        given = [] if link.is_only else [f'foreign_keys="[{columns}]"']
        others = [one for one in self._links if one.child == link.child and one is not link]
        # Such as the tenant's, which is in many: the keys make them agree.
        shared = [name for one in others if own & set(one.key.columns) for name in (one.forth, one.back)]
        return [*given, *([f'overlaps="{",".join(dict.fromkeys(shared))}"'] if shared else [])]

    def _remote_side(self, link: Link) -> list[str]:
        """Return the side of a self-reference that is the parent's."""
        if link.child != link.parent:
            return []
        parent = self._models[link.parent]
        columns = ", ".join(f"{parent.name}.{parent.attributes[name]}" for name in link.key.referenced_columns)
        return [f'remote_side="[{columns}]"']

    def _is_unique(self, key: ForeignKey) -> bool:
        table = table_id(key.schema, key.table)
        keys = (*self._catalog.parts(table, PrimaryKey), *self._catalog.parts(table, Unique))
        return any(set(one.columns) <= set(key.columns) for one in keys)


def joined_by(table: ObjectId, catalog: Catalog, said: frozenset[ObjectId]) -> tuple[ForeignKey, ForeignKey] | None:
    """Return the foreign keys of a table that only joins rows of two others, or nothing if it is more than that.

    Its columns are all of its primary key, and each belongs to one of its two foreign keys.
    """
    keys = [key for key in catalog.parts(table, ForeignKey) if key.id in said]
    primary = [set(key.columns) for key in catalog.parts(table, PrimaryKey) if key.id in said]
    columns = {column.name for column in catalog.parts(table, Column)}
    if len(keys) != 2 or primary != [columns] or len({table, keys[0].referenced, keys[1].referenced}) != 3:
        return None
    one, two = keys
    both = {*one.columns, *two.columns}
    return (one, two) if both == columns and not set(one.columns) & set(two.columns) else None


def _stem(key: ForeignKey) -> str:
    """Return what the last column of a foreign key calls the parent: ``author_id`` → ``author``."""
    last = key.columns[-1]
    return next(
        (last.removesuffix(end) for end in ("_id", "_uuid", "_fk") if len(last) > len(end) and last.endswith(end)), ""
    )
