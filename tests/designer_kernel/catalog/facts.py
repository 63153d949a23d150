"""Short ways to write facts down, and random catalogs of them."""

from __future__ import annotations

from dataclasses import fields
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds import all_kinds
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.objects import CatalogObject, ObjectId


def relation(name: str) -> ObjectId:
    """Identify a table of the schema ``s``."""
    return table_id("s", name)


def table(name: str, *columns: str, to: dict[str, str] | None = None) -> list[CatalogObject]:
    """Make a table with a key ``id``, columns, and foreign keys: column to table."""
    links = to or {}
    return [
        Table(schema="s", name=name),
        *(Column(schema="s", table=name, name=c, type="bigint") for c in ("id", *columns, *links)),
        PrimaryKey(schema="s", table=name, name=f"{name}_pkey", columns=("id",)),
        *(link(name, column, target) for column, target in links.items()),
    ]


def link(name: str, column: str, target: str) -> ForeignKey:
    """Make a foreign key to the ``id`` of a table."""
    return ForeignKey(
        schema="s",
        table=name,
        name=f"{name}_{column}_fkey",
        columns=(column,),
        referenced_schema="s",
        referenced_table=target,
        referenced_columns=("id",),
    )


_TEXT = st.text(max_size=12)
_ID = st.builds(ObjectId, _TEXT, st.lists(_TEXT, max_size=3).map(tuple))
_SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: _TEXT,
    bool: st.booleans(),
    int: st.integers(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    NoneType: st.none(),
    ObjectId: _ID,
}


def _values(hint: Any) -> st.SearchStrategy[Any]:
    """Return random values of a field's type: scalars, and tuples, sets and alternatives of them."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    inner = [_values(argument) for argument in arguments if argument is not Ellipsis]
    if origin is tuple and arguments[-1] is Ellipsis:
        return st.lists(inner[0], max_size=3).map(tuple)
    if origin is frozenset:
        return st.frozensets(inner[0], max_size=3)
    return st.tuples(*inner) if origin is tuple else st.one_of(inner)


def _facts(kind: type[CatalogObject]) -> st.SearchStrategy[CatalogObject]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{field.name: _values(hints[field.name]) for field in fields(kind)})


def _catalog(facts: list[CatalogObject]) -> Catalog:
    return Catalog({fact.id: fact for fact in facts}.values())


CATALOGS = st.lists(st.one_of([_facts(kind) for kind in all_kinds()]), max_size=12).map(_catalog)
"""Catalogs of random facts of every kind; they need not make sense."""
