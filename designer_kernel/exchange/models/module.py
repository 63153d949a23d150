"""A design as a Python module of SQLAlchemy models that runs: ``Base.metadata.create_all`` creates all of it.

Tables become typed declarative classes. What SQLAlchemy has no words for (views, functions, triggers, policies, types)
stands in the module as SQL that runs before or after the tables, in the order of dependencies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design import Design
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.design.lower import lower
from designer_kernel.exchange.models.column_types import imports
from designer_kernel.exchange.models.links import Model, links, name_links
from designer_kernel.exchange.models.python_names import PythonNames
from designer_kernel.exchange.models.tables import WRITTEN, TableWriter, unsaid
from designer_kernel.exchange.transfer import Exported

_HEAD: Final = '''"""{title}: SQLAlchemy models.

``Base.metadata.create_all(engine)`` creates the tables, and before and after them what SQLAlchemy has no words for.
"""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from typing import Any

from sqlalchemy import (
{names}
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import UserDefinedType


class Base(DeclarativeBase):
    """What all models have in common: the metadata."""


class SqlType(UserDefinedType[Any]):
    """A type that SQLAlchemy has no class for, by its name in SQL."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        return self.name


'''
_TAIL: Final = '''

@event.listens_for(Base.metadata, "before_create")
def _create_before(_target: object, connection: Connection, *, tables: Any = (), **_: Any) -> None:
    """Run what the tables need, unless they are there already."""
    for statement in BEFORE_TABLES if tables else ():
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


@event.listens_for(Base.metadata, "after_create")
def _create_after(_target: object, connection: Connection, *, tables: Any = (), **_: Any) -> None:
    """Run what needs the tables."""
    for statement in AFTER_TABLES if tables else ():
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
'''
_ALWAYS: Final = (
    "CheckConstraint", "Column", "Computed", "ForeignKeyConstraint", "Identity", "Index", "PrimaryKeyConstraint",
    "Table", "UniqueConstraint", "event", "text",
)  # fmt: skip


def write_models(design: Design) -> Exported:
    """Return the module of a design, and what became of each fact of its catalog.

    Raises
    ------
    DesignerError
        If the design cannot be lowered.
    """
    return write_catalog(lower(design), design.name)


def write_catalog(catalog: Catalog, title: str) -> Exported:
    """Return the module of a catalog, see `write_models`."""
    module = _Module(catalog)
    return Exported(module.text(title), LossReport(tuple(module.losses())))


@dataclass(slots=True)
class _Module:
    """What goes where: ``said`` by models, ``before`` and ``after`` them as SQL."""

    catalog: Catalog
    said: set[ObjectId] = field(init=False)
    before: set[ObjectId] = field(init=False)

    def __post_init__(self) -> None:
        self.said = {fact.id for fact in self.catalog.values() if type(fact) in WRITTEN and self._is_sayable(fact)}
        # A part without its table, or a key without its columns, is left to SQL with the rest of it.
        for fact in self.catalog.values():
            if fact.id in self.said and not self._has_home(fact):
                self.said.discard(fact.id)
        self.before = self._needed_by_tables()

    def text(self, title: str) -> str:
        """Return the module."""
        models = self._models()
        named = name_links(models, self.catalog)
        named = {key: value for key, value in named.items() if key in self.said}
        blocks, kinds = [], set(_ALWAYS)
        for model in models.values():
            table = self.catalog[model.table]
            assert isinstance(table, Table)  # `_models` takes no others
            writer = TableWriter(table, model, self.catalog, self.said)
            kinds |= set(imports([kind.expression for kind in writer.types]))
            is_class = any(key.id in self.said for key in self.catalog.parts(table.id, PrimaryKey))
            blocks.append(writer.as_class(links(model, models, self.catalog, named)) if is_class else writer.as_table())
        names = "\n".join(f"    {name}," for name in sorted(kinds))
        head = _HEAD.format(title=title.replace("\\", "").replace('"', "'"), names=names)
        return head + "\n\n".join(blocks) + "\n\n" + self._scripts() + _TAIL

    def losses(self) -> Iterator[Loss]:
        """Yield what became of each fact."""
        for key, fact in self.catalog.items():
            name = ".".join(key.path)
            if key in self.said:
                yield Loss(name, fact.kind, "kept")
            else:
                yield Loss(name, fact.kind, "opaque", "kept as SQL: SQLAlchemy has no words for it")

    def _is_sayable(self, fact: CatalogObject) -> bool:
        if isinstance(fact, Table) and (fact.partition_of or unsaid(fact)):
            return False
        if isinstance(fact, Comment):
            return isinstance(self.catalog.get(fact.on), Table | Column)
        if isinstance(fact, ForeignKey):
            path = (fact.referenced_schema, fact.referenced_table, *fact.referenced_columns)
            if any("." in name for name in path):  # SQLAlchemy takes the target as one text with dots
                return False
        return not unsaid(fact)

    def _has_home(self, fact: CatalogObject) -> bool:
        parent = fact.parent
        while parent is not None and parent.kind in {"column", "relation"}:
            if parent not in self.said:
                return False
            above = self.catalog.get(parent)
            parent = above.parent if above is not None else None
        if isinstance(fact, ForeignKey):
            return fact.referenced in self.said
        return True

    def _models(self) -> dict[ObjectId, Model]:
        names = PythonNames(is_module=True)
        models = {}
        for table in self.catalog.of(Table):
            if table.id not in self.said:
                continue
            own = PythonNames(is_module=False)
            attributes = {column.name: own.attribute(column.name) for column in self.catalog.parts(table.id, Column)}
            models[table.id] = Model(table.id, names.class_name(table.name), attributes, own)
        return models

    def _needed_by_tables(self) -> set[ObjectId]:
        """Return what is not said by models and has to exist before them: types, functions of defaults, schemas."""
        found: set[ObjectId] = set()
        waiting = list(self.said)
        seen = set(waiting)
        while waiting:
            fact = self.catalog[waiting.pop()]
            for key in self._needs(fact):
                if key in self.catalog and key not in seen:
                    seen.add(key)
                    waiting.append(key)
                    if key not in self.said:
                        found.add(key)
        parts = {part.id for key in found for part in self.catalog.all_parts(key) if part.integral}
        return found | parts | {key for key in self.catalog if key.kind in {"schema", "extension", "role"}}

    def _needs(self, fact: CatalogObject) -> Iterable[ObjectId]:
        parent = () if fact.parent is None else (fact.parent,)
        return (*parent, *fact.requires(self.catalog), *fact.depends)

    def _scripts(self) -> str:
        after = [key for key in self.catalog if key not in self.said and key not in self.before]
        texts = {
            "BEFORE_TABLES": [s.sql for s in render.create(self.catalog, self.before)],
            "AFTER_TABLES": [*self._row_security(), *(s.sql for s in render.create(self.catalog, after))],
        }
        words = {"BEFORE_TABLES": "What the tables need", "AFTER_TABLES": "What needs the tables"}
        return "\n".join(
            f"{name} = (\n{''.join(f'    {_quoted(text)},{chr(10)}' for text in statements)})\n"
            f'"""{words[name]}, in this order."""\n'
            for name, statements in texts.items()
        )

    def _row_security(self) -> Iterator[str]:
        """Yield what follows ``CREATE TABLE`` in a table's own statements."""
        for table in self.catalog.of(Table):
            if table.id in self.said:
                yield from table.create(self.catalog, {})[1:]


def _quoted(text: str) -> str:
    """Return a statement as Python; one of several lines keeps them."""
    plain = text.replace("\n", "").isprintable() and not any(mark in text for mark in ("\\", '"""'))
    return f'"""\\\n{text}"""' if "\n" in text and plain and not text.endswith('"') else repr(text)
