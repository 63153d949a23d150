"""A design as a Python module of SQLAlchemy models that runs: ``Base.metadata.create_all`` creates all of it.

Tables become typed declarative classes. What SQLAlchemy has no words for (views, functions, triggers, policies, types)
stands in the module as SQL that runs before or after the tables, in the order of dependencies.
"""

from __future__ import annotations

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
from designer_kernel.exchange.models.column_types import written
from designer_kernel.exchange.models.columns import Said
from designer_kernel.exchange.models.constraints import CONVENTION
from designer_kernel.exchange.models.division import Division
from designer_kernel.exchange.models.imports import imports
from designer_kernel.exchange.models.links import Links, Model, joined_by
from designer_kernel.exchange.models.named_types import NamedTypes
from designer_kernel.exchange.models.python_names import PythonNames
from designer_kernel.exchange.models.sequences import SequenceConstants
from designer_kernel.exchange.models.spelling import doc, literal
from designer_kernel.exchange.models.tables import TableWriter
from designer_kernel.exchange.transfer import Exported

_BASE: Final = f'''class Base(DeclarativeBase):
    """What all models have in common: the metadata, with the names that PostgreSQL gives."""

{CONVENTION}
'''
_SQL_TYPE: Final = '''class SqlType(UserDefinedType[Any]):
    """A type that SQLAlchemy has no class for, by its name in SQL."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        return self.name
'''
_SCRIPT: Final = '''@event.listens_for(Base.metadata, "{when}_create")
def _create_{when}(target: MetaData, connection: Connection, **given: Any) -> None:
    """{about}"""
    are_new = len(given.get("tables", ())) == len(target.tables)
    for statement in {name} if are_new else ():
        connection.exec_driver_sql(statement, execution_options={{"no_parameters": True}})
'''
_SCRIPTS: Final = (
    ("before", "BEFORE_TABLES", "What the tables need", "Run what the tables need, unless some are there already."),
    ("after", "AFTER_TABLES", "What needs the tables", "Run what needs the tables, if all of them are new."),
)

_ABOUT: Final = "``Base.metadata.create_all(engine)`` creates the tables"
_ABOUT_SQL: Final = ", and before and after them what SQLAlchemy has no words for"


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
        names = PythonNames.for_module()
        sequences = SequenceConstants(catalog, self._division.said, self._division.serials.values())
        said = frozenset(self._division.said)
        called = dict(self._called(names, said))
        sequences.name(names)
        types = NamedTypes(catalog, names)
        for column in catalog.of(Column):
            if column.id in said:
                written(column, types)
        self._models = {table: self._model(table, *called[table], names.for_class()) for table in called}
        self._said = Said(catalog, said, types, sequences, self._division.serials)

    def text(self, title: str) -> str:
        """Return the module."""
        links = Links(self._models, self.catalog, self._said.facts)
        tables = []
        for model in sorted(self._models.values(), key=lambda model: model.is_mapped):  # classes name junctions
            table = self.catalog[model.table]
            assert isinstance(table, Table)  # `_called` takes no others
            writer = TableWriter(table, model, self._said)
            tables.append(writer.as_class(links.lines(model)) if model.is_mapped else writer.as_table())
        scripts = [*self._scripts()]
        blocks = [_BASE, *self._said.types.definitions, *self._said.sequences.definitions, *tables, *scripts]
        if any("SqlType(" in one for one in blocks):
            blocks.insert(1, _SQL_TYPE)
        about = doc(f"{title}: SQLAlchemy models.")
        head = f'"""{about}\n\n{_ABOUT}{_ABOUT_SQL if scripts else ""}.\n"""\n\n'
        body = "\n\n".join(blocks)
        return f"{head}from __future__ import annotations\n\n{imports(body)}\n\n\n{body}"

    def losses(self) -> Iterator[Loss]:
        """Yield what became of each fact."""
        for key, fact in self.catalog.items():
            name = ".".join(key.path)
            if key in self._said.facts or key in self._said.types.ids:
                yield Loss(name, fact.kind, "kept")
            else:
                yield Loss(name, fact.kind, "opaque", "kept as SQL: SQLAlchemy has no words for it")

    def _called(self, names: PythonNames, said: frozenset[ObjectId]) -> Iterator[tuple[ObjectId, tuple[str, bool]]]:
        """Yield the name of each table in the module, and whether it is a class."""
        # A table of public has the plain name; one of the same name elsewhere is told apart by its schema.
        for table in sorted(self.catalog.of(Table), key=lambda table: table.schema != "public"):
            if table.id in said:
                has_key = any(key.id in said for key in self.catalog.parts(table.id, PrimaryKey))
                is_mapped = has_key and joined_by(table.id, self.catalog, said) is None
                name = names.class_name if is_mapped else names.variable
                yield table.id, (name(table.name, table.schema), is_mapped)

    def _model(self, table: ObjectId, name: str, is_mapped: bool, own: PythonNames) -> Model:
        columns = self.catalog.parts(table, Column)
        return Model(table, name, {column.name: own.attribute(column.name) for column in columns}, own, is_mapped)

    def _scripts(self) -> Iterator[str]:
        """Yield the SQL that runs before or after the tables, and what runs it; nothing for what there is none."""
        division = self._division
        texts = {
            "before": self._script(division.before),
            "after": [*self._row_security(), *self._script(division.after)],
        }
        for when, name, words, about in _SCRIPTS:
            if texts[when]:
                lines = "".join(f"    {_quoted(text)},\n" for text in texts[when])
                yield f'{name} = (\n{lines})\n"""{words}, in this order."""\n'
                yield _SCRIPT.format(when=when, name=name, about=about)

    def _script(self, keys: Iterable[ObjectId]) -> list[str]:
        """Return what creates facts; bodies of functions may name what comes after them."""
        statements = [statement.sql for statement in render.create(self.catalog, keys)]
        has_bodies = any(key.kind == "function" for key in keys)
        return ["SET LOCAL check_function_bodies = off", *statements] if has_bodies else statements

    def _row_security(self) -> Iterator[str]:
        """Yield what follows ``CREATE TABLE`` in a table's own statements."""
        for table in self.catalog.of(Table):
            if table.id in self._said.facts:
                yield from table.create(self.catalog, {})[1:]


def _quoted(text: str) -> str:
    """Return a statement as Python; one of several lines keeps them."""
    plain = text.replace("\n", "").isprintable() and not any(mark in text for mark in ("\\", '"""'))
    return f'"""\\\n{text}"""' if "\n" in text and plain and not text.endswith('"') else literal(text)
