"""SQLAlchemy's ``MetaData`` as a source of designs: PostgreSQL itself says what it means, from SQLAlchemy's own DDL."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design.losses import Loss
from designer_kernel.errors import InvalidDesign
from designer_kernel.exchange.models.python_side import has_events, python_side

_RUN: Final = frozenset({"event before_create", "event after_create"})

if TYPE_CHECKING:
    from sqlalchemy import MetaData
    from sqlalchemy.types import TypeEngine

    from designer_kernel.exchange.sql import ImportedScript


def read_metadata(metadata: MetaData, name: str = "models", *, cancel: threading.Event | None = None) -> ImportedScript:
    """Return the design that the tables of a ``MetaData`` mean, and what became of each object.

    The statements that ``create_all`` would run are run in a shadow database; no connection of yours is used.

    Parameters
    ----------
    metadata
        ``Base.metadata`` of declarative models, or one filled otherwise.
    name
        The name of the design.

    Raises
    ------
    InvalidDesign
        If SQLAlchemy cannot write it for PostgreSQL.
    """
    from designer_kernel.exchange.sql import import_sql

    losses = list(python_side(metadata))
    meant, changed = _in_types_of_postgresql(metadata)
    try:
        script = script_of(meant)
    except InvalidDesign:
        if not has_events(meant):
            raise
        # What listens may want more of a connection than we can give.
        script = script_of(_copied(meant))
        reason = "what listens fails without a connection to a database, so nothing of it ran"
        losses = [replace(one, outcome="refused", reason=reason) if one.kind in _RUN else one for one in losses]
    imported = import_sql(script, name=name, cancel=cancel)
    return replace(imported, losses=imported.losses + losses + changed)


def _copied(metadata: MetaData) -> MetaData:
    """Return the same tables, to whose creation nothing listens."""
    from sqlalchemy import MetaData

    copy = MetaData(naming_convention=metadata.naming_convention)
    for table in metadata.sorted_tables:
        table.to_metadata(copy)
    return copy


def _in_types_of_postgresql(metadata: MetaData) -> tuple[MetaData, list[Loss]]:
    """Return the metadata, or a copy where PostgreSQL cannot write a type of another database, and what changed."""
    from sqlalchemy import MetaData, Text, exc
    from sqlalchemy.dialects import postgresql

    def is_known(type_: TypeEngine[Any]) -> bool:
        try:
            type_.compile(dialect=dialect)
        except (exc.CompileError, NotImplementedError, AttributeError):
            return False
        return True

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's own
    if all(is_known(column.type) for table in metadata.tables.values() for column in table.columns):
        return metadata, []
    copy = MetaData(naming_convention=metadata.naming_convention)
    losses = []
    for table in metadata.sorted_tables:
        for column in table.to_metadata(copy).columns:
            if is_known(column.type):
                continue
            foreign = repr(column.type)
            try:
                column.type = column.type.as_generic()
            except NotImplementedError:
                column.type = Text()
            column.type = column.type if is_known(column.type) else Text()
            reason = f"{foreign} is no type of PostgreSQL; it became {column.type.compile(dialect=dialect)}"
            losses.append(Loss(f"{table.fullname}.{column.name}", "type", "changed", reason))
    return copy, losses


def script_of(metadata: MetaData) -> str:
    """Return the statements that ``create_all`` runs on PostgreSQL, schemas first.

    Raises
    ------
    InvalidDesign
        If SQLAlchemy cannot write it for PostgreSQL.
    """
    from sqlalchemy import exc
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.engine.mock import MockConnection
    from sqlalchemy.schema import CreateSchema
    from sqlalchemy.sql.ddl import ExecutableDDLElement

    class Keeping(MockConnection):
        """A connection that keeps the statements of events too, those of the models that we write among them."""

        def exec_driver_sql(self, statement: str, *_parameters: object, **_options: object) -> None:
            statements.append(f"{statement.strip().rstrip(';')};")

    statements: list[str] = []
    schemas = {table.schema for table in metadata.tables.values()}

    def keep(element: ExecutableDDLElement, *_parameters: object, **_options: object) -> None:
        schemas.add(getattr(getattr(element, "element", None), "schema", None))  # a type's or a sequence's
        statements.append(f"{str(element.compile(dialect=dialect)).strip()};")

    # A driver that takes values by % would have every % in comments and checks doubled.
    dialect = postgresql.dialect(paramstyle="named")  # type: ignore[no-untyped-call] # SQLAlchemy's own
    try:
        metadata.create_all(Keeping(dialect, keep), checkfirst=False)
        created, statements[:] = statements[:], []
        for schema in sorted(filter(None, schemas - {"public"})):  # which every database has
            keep(CreateSchema(schema, if_not_exists=True))
    except Exception as error:
        if not isinstance(error, exc.SQLAlchemyError | TypeError | AttributeError) and not has_events(metadata):
            raise
        raise InvalidDesign(
            f"SQLAlchemy cannot write this metadata for PostgreSQL: {error}",
            mend="use types that PostgreSQL has, or leave the table out",
        ) from error
    # What listens, in the models that we write too, may have made the same schemas.
    return "\n".join([*statements, *(one for one in created if one not in statements)])
