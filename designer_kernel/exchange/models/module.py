"""A design as a Python module of SQLAlchemy models that runs: ``Base.metadata.create_all`` creates all of it.

Tables become typed declarative classes. What SQLAlchemy has no words for (views, functions, triggers, policies, types)
stands in the module as SQL that runs before or after the tables, in the order of dependencies.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design import Design
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.design.lower import lower
from designer_kernel.exchange.models.column_types import imports
from designer_kernel.exchange.models.division import Division
from designer_kernel.exchange.models.links import Model, junction_lines, junctions, links, name_links
from designer_kernel.exchange.models.python_names import PythonNames
from designer_kernel.exchange.models.spelling import literal
from designer_kernel.exchange.models.tables import TableWriter
from designer_kernel.exchange.transfer import Exported

_HEAD: Final = '''"""{title}: SQLAlchemy models.

``Base.metadata.create_all(engine)`` creates the tables, and before and after them what SQLAlchemy has no words for.
"""

from __future__ import annotations

{imports}


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
def _create_before(target: MetaData, connection: Connection, **given: Any) -> None:
    """Run what the tables need, unless some of them are there already."""
    are_new = len(given.get("tables", ())) == len(target.tables)
    for statement in BEFORE_TABLES if are_new else ():
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


@event.listens_for(Base.metadata, "after_create")
def _create_after(target: MetaData, connection: Connection, **given: Any) -> None:
    """Run what needs the tables, if all of them are new."""
    are_new = len(given.get("tables", ())) == len(target.tables)
    for statement in AFTER_TABLES if are_new else ():
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})
'''
_STANDARD: Final = (("dt.", "import datetime as dt"), ("decimal.", "import decimal"), ("uuid.", "import uuid"))
_OWN: Final = (
    "CheckConstraint", "Column", "Computed", "ForeignKeyConstraint", "Identity", "Index", "PrimaryKeyConstraint",
    "Table", "UniqueConstraint", "literal_column", "text",
)  # fmt: skip
"""What a table may take from SQLAlchemy beside the types of its columns."""


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


class _Module:
    """One run of `write_catalog`."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self._division = Division(catalog)
        self.said = self._division.said

    def text(self, title: str) -> str:
        """Return the module."""
        models = self._models()
        named = name_links(models, self.catalog)
        named = {key: value for key, value in named.items() if key in self.said}
        joined = junctions(models, self.catalog, named)
        blocks, kinds = [], set()
        for model in models.values():
            table = self.catalog[model.table]
            assert isinstance(table, Table)  # `_models` takes no others
            writer = TableWriter(table, model, self.catalog, self.said)
            kinds |= set(imports([kind.expression for kind in writer.types]))
            lines = links(model, models, self.catalog, named)
            lines += [junction_lines(one, models) for one in joined if one.owner == model.table]
            blocks.append(writer.as_class(lines) if model.is_mapped else writer.as_table())
        body = "\n\n".join(blocks)
        head = _HEAD.format(title=title.replace("\\", "").replace('"', "'"), imports=_imports(body, kinds))
        return head + body + "\n\n" + self._scripts() + _TAIL

    def losses(self) -> Iterator[Loss]:
        """Yield what became of each fact."""
        for key, fact in self.catalog.items():
            name = ".".join(key.path)
            if key in self.said:
                yield Loss(name, fact.kind, "kept")
            else:
                yield Loss(name, fact.kind, "opaque", "kept as SQL: SQLAlchemy has no words for it")

    def _models(self) -> dict[ObjectId, Model]:
        names = PythonNames(is_module=True)
        models = {}
        # A table of public has the plain name; one of the same name elsewhere is told apart by its schema.
        for table in sorted(self.catalog.of(Table), key=lambda table: table.schema != "public"):
            if table.id not in self.said:
                continue
            own = PythonNames(is_module=False)
            attributes = {column.name: own.attribute(column.name) for column in self.catalog.parts(table.id, Column)}
            is_mapped = any(key.id in self.said for key in self.catalog.parts(table.id, PrimaryKey))
            models[table.id] = Model(table.id, names.class_name(table.name, table.schema), attributes, own, is_mapped)
        return models

    def _scripts(self) -> str:
        before, after = self._division.before, self._division.after
        texts = {
            "BEFORE_TABLES": self._script(before),
            "AFTER_TABLES": [*self._row_security(), *self._script(after)],
        }
        words = {"BEFORE_TABLES": "What the tables need", "AFTER_TABLES": "What needs the tables"}
        return "\n".join(
            f"{name} = (\n{''.join(f'    {_quoted(text)},{chr(10)}' for text in statements)})\n"
            f'"""{words[name]}, in this order."""\n'
            for name, statements in texts.items()
        )

    def _script(self, keys: Iterable[ObjectId]) -> list[str]:
        """Return what creates facts; bodies of functions may name what comes after them."""
        statements = [statement.sql for statement in render.create(self.catalog, keys)]
        has_bodies = any(key.kind == "function" for key in keys)
        return ["SET LOCAL check_function_bodies = off", *statements] if has_bodies else statements

    def _row_security(self) -> Iterator[str]:
        """Yield what follows ``CREATE TABLE`` in a table's own statements."""
        for table in self.catalog.of(Table):
            if table.id in self.said:
                yield from table.create(self.catalog, {})[1:]


def _imports(body: str, types: Iterable[str]) -> str:
    """Return the imports that the tables need, and those that every module needs."""
    standard = [line for word, line in _STANDARD if re.search(rf"Mapped\[.*\b{re.escape(word)}", body)]
    names = sorted({*types, *(name for name in _OWN if re.search(rf"\b{name}\(", body)), "MetaData", "event"})
    listed = f"from sqlalchemy import {', '.join(names)}"
    if len(listed) > 88:
        listed = "from sqlalchemy import (\n" + "".join(f"    {name},\n" for name in names) + ")"
    orm = ["DeclarativeBase"]
    orm += [name for name in ("Mapped", "mapped_column", "relationship") if re.search(rf"\b{name}[\[(]", body)]
    lines = [listed, "from sqlalchemy.engine import Connection", f"from sqlalchemy.orm import {', '.join(orm)}"]
    if "postgresql." in body:
        lines.insert(1, "from sqlalchemy.dialects import postgresql")
    return "\n".join([*standard, "from typing import Any", "", *lines, "from sqlalchemy.types import UserDefinedType"])


def _quoted(text: str) -> str:
    """Return a statement as Python; one of several lines keeps them."""
    plain = text.replace("\n", "").isprintable() and not any(mark in text for mark in ("\\", '"""'))
    return f'"""\\\n{text}"""' if "\n" in text and plain and not text.endswith('"') else literal(text)
