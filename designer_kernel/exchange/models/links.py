"""Foreign keys as attributes of both models: ``order.customer`` and ``customer.orders``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column, column_id
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.exchange.models.python_names import PythonNames
from designer_kernel.exchange.models.spelling import call


@dataclass(frozen=True, slots=True)
class Model:
    """A table in a module: its name there, and the names of its columns' attributes."""

    table: ObjectId
    class_name: str
    attributes: Mapping[str, str]
    names: PythonNames
    is_mapped: bool = True
    """Whether it is a class: nothing identifies the rows of a table without a primary key, so it is a plain table."""


def links(
    model: Model, models: Mapping[ObjectId, Model], catalog: Catalog, back: Mapping[ObjectId, tuple[str, str]]
) -> list[str]:
    """Return the lines of a class that lead to other models, forth and back.

    Parameters
    ----------
    back
        For each foreign key, the names of its attributes in the child and in the parent, see `name_links`.
    """
    lines = []
    for key, (forth, backwards) in back.items():
        fact = catalog[key]
        assert isinstance(fact, ForeignKey)  # `name_links` takes no others
        child, parent = models[table_id(fact.schema, fact.table)], models[fact.referenced]
        columns = ", ".join(f"{child.class_name}.{child.attributes[name]}" for name in fact.columns)
        common = [f'foreign_keys="[{columns}]"', *_overlaps(fact, catalog, back)]
        if child is model:
            optional = _is_optional(fact, catalog)
            kind = f"{parent.class_name} | None" if optional else parent.class_name
            given = [*common, *_remote_side(fact, parent), f'back_populates="{backwards}"']
            lines.append(call("    ", f"{forth}: Mapped[{kind}] = relationship(", given))
        if parent is model:
            many = not _is_unique(fact, catalog)
            kind = f"list[{child.class_name}]" if many else f"{child.class_name} | None"
            given = [*common, f'back_populates="{forth}"']
            lines.append(call("    ", f"{backwards}: Mapped[{kind}] = relationship(", given))
    return lines


@dataclass(frozen=True, slots=True)
class Junction:
    """A table that only joins rows of two: ``near`` and ``far`` are its foreign keys, seen from ``owner``."""

    owner: ObjectId
    name: str
    near: ForeignKey
    far: ForeignKey
    others: tuple[str, ...]
    back: str


def junctions(
    models: Mapping[ObjectId, Model], catalog: Catalog, named: Mapping[ObjectId, tuple[str, str]]
) -> list[Junction]:
    """Return the many-to-many relationships of models, each from both sides.

    A junction's columns are all of its primary key, and each belongs to one of its two foreign keys.
    """
    found = []
    for table, model in models.items():
        keys = [key for key in catalog.parts(table, ForeignKey) if key.id in named]
        primary = [set(key.columns) for key in catalog.parts(table, PrimaryKey)]
        if len(keys) != 2 or keys[0].referenced == keys[1].referenced or primary != [set(model.attributes)]:
            continue
        one, two = keys
        if {*one.columns, *two.columns} != primary[0] or {*one.columns} & {*two.columns}:
            continue
        left, right = models[one.referenced], models[two.referenced]
        names = left.names.attribute(two.referenced_table), right.names.attribute(one.referenced_table)
        others = tuple(name for key in keys for name in named[key.id])
        found.append(Junction(left.table, names[0], one, two, others, names[1]))
        found.append(Junction(right.table, names[1], two, one, others, names[0]))
    return found


def junction_lines(junction: Junction, models: Mapping[ObjectId, Model]) -> str:
    """Return the line of a class that leads through a junction to the other side: ``user.roles``."""
    far, through = models[junction.far.referenced], models[table_id(junction.near.schema, junction.near.table)]
    given = [
        f"secondary=lambda: {through.class_name}.__table__",
        f'primaryjoin="{_joined(junction.near, models)}"',
        f'secondaryjoin="{_joined(junction.far, models)}"',
        f'back_populates="{junction.back}"',
        f'overlaps="{",".join(junction.others)}"',  # rows of the junction can be written through both
    ]
    return call("    ", f"{junction.name}: Mapped[list[{far.class_name}]] = relationship(", given)


def _joined(key: ForeignKey, models: Mapping[ObjectId, Model]) -> str:
    child, parent = models[table_id(key.schema, key.table)], models[key.referenced]
    pairs = [
        f"{parent.class_name}.{parent.attributes[theirs]} == {child.class_name}.{child.attributes[own]}"
        for own, theirs in zip(key.columns, key.referenced_columns, strict=True)
    ]
    return pairs[0] if len(pairs) == 1 else f"and_({', '.join(pairs)})"


def name_links(models: Mapping[ObjectId, Model], catalog: Catalog) -> dict[ObjectId, tuple[str, str]]:
    """Return for each foreign key between models the names of its attributes in the child and in the parent."""
    named = {}
    for key in catalog.of(ForeignKey):
        child, parent = models.get(table_id(key.schema, key.table)), models.get(key.referenced)
        if child is None or parent is None or not (child.is_mapped and parent.is_mapped):
            continue
        last = key.columns[-1]
        stem = last.removesuffix("_id") if last.endswith("_id") and len(last) > 3 else key.referenced_table
        forth = child.names.attribute(stem)
        backwards = parent.names.attribute(key.table if stem in key.referenced_table else f"{key.table}_by_{stem}")
        named[key.id] = (forth, backwards)
    return named


def _remote_side(key: ForeignKey, parent: Model) -> list[str]:
    """Return the side of a self-reference that is the parent's."""
    if (key.schema, key.table) != (key.referenced_schema, key.referenced_table):
        return []
    columns = ", ".join(f"{parent.class_name}.{parent.attributes[name]}" for name in key.referenced_columns)
    return [f'remote_side="[{columns}]"']


def _is_optional(key: ForeignKey, catalog: Catalog) -> bool:
    columns: Sequence[object] = [catalog.get(column_id(key.schema, key.table, name)) for name in key.columns]
    return any(isinstance(column, Column) and not column.not_null for column in columns)


def _is_unique(key: ForeignKey, catalog: Catalog) -> bool:
    table = table_id(key.schema, key.table)
    keys = [set(k.columns) for k in catalog.parts(table, PrimaryKey)] + [
        set(k.columns) for k in catalog.parts(table, Unique)
    ]
    return any(columns <= set(key.columns) for columns in keys)


def _overlaps(key: ForeignKey, catalog: Catalog, back: Mapping[ObjectId, tuple[str, str]]) -> list[str]:
    """Return the relationships that write a column of this one too, such as the tenant's; they agree by the keys."""
    others = [k for k in catalog.parts(table_id(key.schema, key.table), ForeignKey) if k.id != key.id and k.id in back]
    shared = [name for other in others if set(other.columns) & set(key.columns) for name in back[other.id]]
    return [f'overlaps="{",".join(shared)}"'] if shared else []
