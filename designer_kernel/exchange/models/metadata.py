"""SQLAlchemy's ``MetaData`` as a source of designs: PostgreSQL itself says what it means, from SQLAlchemy's own DDL."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from sqlalchemy import MetaData

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

    return import_sql(script_of(metadata), name=name, cancel=cancel)


def script_of(metadata: MetaData) -> str:
    """Return the statements that ``create_all`` runs on PostgreSQL, schemas first.

    Raises
    ------
    InvalidDesign
        If SQLAlchemy cannot write it for PostgreSQL.
    """
    from sqlalchemy import create_mock_engine, exc
    from sqlalchemy.schema import CreateSchema
    from sqlalchemy.sql.ddl import ExecutableDDLElement

    statements: list[str] = []

    def keep(element: ExecutableDDLElement, *_parameters: object, **_options: object) -> None:
        statements.append(f"{str(element.compile(dialect=engine.dialect)).strip()};")

    engine = create_mock_engine("postgresql+psycopg://", keep)
    try:
        for schema in sorted({table.schema for table in metadata.tables.values() if table.schema}):
            keep(CreateSchema(schema, if_not_exists=True))
        metadata.create_all(engine, checkfirst=False)
    except (exc.SQLAlchemyError, TypeError, AttributeError) as error:
        raise InvalidDesign(
            f"SQLAlchemy cannot write this metadata for PostgreSQL: {error}",
            mend="use types that PostgreSQL has, or leave the table out",
        ) from error
    return "\n".join(statements)
