"""What a ``MetaData`` says that PostgreSQL never hears of: defaults, conversions and events that run in Python."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design.losses import Loss

if TYPE_CHECKING:
    from sqlalchemy import Column, Dialect, MetaData
    from sqlalchemy.types import TypeDecorator, TypeEngine

_EVENTS: Final = ("before_create", "after_create", "before_drop", "after_drop")


def python_side(metadata: MetaData) -> Iterator[Loss]:
    """Yield what stays in Python, by the table, column, constraint or index that has it."""
    if metadata.info:
        yield _info("MetaData", metadata.info)
    yield from _of_events("MetaData", metadata)
    for table in metadata.tables.values():
        if table.info:
            yield _info(table.fullname, table.info)
        yield from _of_events(table.fullname, table)
        yield from _of_other_databases(table.fullname, table)
        for column in table.columns:
            yield from _of_column(f"{table.fullname}.{column.name}", column)
        for part in (*table.constraints, *table.indexes):
            where = f"{table.fullname}.{getattr(part, 'name', None) or type(part).__name__}"
            if part.info:
                yield _info(where, part.info)
            yield from _of_other_databases(where, part)


def has_events(metadata: MetaData) -> bool:
    """Whether Python runs when the tables are created."""
    return any(_listeners(one, name) for one in (metadata, *metadata.tables.values()) for name in _EVENTS[:2])


def _info(where: str, info: object) -> Loss:
    return Loss(where, "info", "refused", f"info stays in Python: {info!r:.100}")


def _of_column(where: str, column: Column[Any]) -> Iterator[Loss]:
    from sqlalchemy import FetchedValue, Sequence

    if isinstance(column.default, Sequence):
        reason = f"SQLAlchemy draws from the sequence {column.default.name}; the column has no default in PostgreSQL"
        yield Loss(where, "default", "changed", reason)
    elif column.default is not None:
        yield _left(where, "default", column.default)
    if column.onupdate is not None:
        yield _left(where, "onupdate", column.onupdate)
    for name in ("server_default", "server_onupdate"):
        value = getattr(column, name)
        if type(value) is FetchedValue:
            reason = f"{name}=FetchedValue() only says that the database sets it, not to what"
            yield Loss(where, name.replace("_", " "), "refused", reason)
    if column.key != column.name:
        yield Loss(where, "key", "refused", f"it is called {column.key!r} in Python only")
    if column.info:
        yield _info(where, column.info)
    yield from _of_type(where, column.type)


def _left(where: str, kind: str, default: Any) -> Loss:
    """Return the entry of a value that SQLAlchemy sends with each row."""
    value = default.arg
    shown = getattr(value, "__qualname__", None) or (str(value) if default.is_clause_element else repr(value))
    reason = f"{kind}={shown:.100} is set by SQLAlchemy for each row; PostgreSQL knows nothing of it"
    return Loss(where, kind, "refused", reason)


def _of_type(where: str, found: TypeEngine[Any]) -> Iterator[Loss]:
    from sqlalchemy import ARRAY, TypeDecorator
    from sqlalchemy.dialects import postgresql

    if isinstance(found, ARRAY):
        yield from _of_type(where, found.item_type)
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy's own
    # SQLAlchemy's Interval is a decorator as well, which PostgreSQL has no need of: it has the type itself.
    if isinstance(found, TypeDecorator) and isinstance(found.dialect_impl(dialect), TypeDecorator):
        reason = f"{type(found).__name__} converts values in Python; PostgreSQL has {_in_sql(found, dialect)}"
        yield Loss(where, "conversion", "changed", reason)


def _in_sql(found: TypeDecorator[Any], dialect: Dialect) -> str:
    """Return a type as PostgreSQL spells it; as SQLAlchemy does where it is one of another database."""
    from sqlalchemy import exc

    try:
        return found.compile(dialect=dialect)
    except (exc.CompileError, NotImplementedError, AttributeError):
        return repr(found.impl)


def _of_events(where: str, target: Any) -> Iterator[Loss]:
    for name in _EVENTS:
        for listener in _listeners(target, name):
            called = getattr(listener, "__qualname__", type(listener).__name__)
            if name.endswith("create"):
                reason = f"{called} runs in Python: only the SQL that it has sent to a connection of ours is there"
                yield Loss(where, f"event {name}", "changed", reason)
            else:
                yield Loss(where, f"event {name}", "refused", f"{called} runs in Python, when tables go")


def _listeners(target: Any, name: str) -> list[object]:
    """Return what a person has told to listen; SQLAlchemy's own types listen as well."""
    from sqlalchemy.sql.ddl import BaseDDLElement

    found = getattr(target.dispatch, name)
    return [
        one
        for one in map(_unwrapped, found)
        if not isinstance(one, BaseDDLElement) and not type(one).__module__.startswith("sqlalchemy.")
        and not getattr(one, "__module__", "").startswith("sqlalchemy.")
    ]  # fmt: skip


def _unwrapped(listener: object) -> object:
    while isinstance(listener, functools.partial):
        listener = listener.func
    return listener


def _of_other_databases(where: str, part: Any) -> Iterator[Loss]:
    for name, value in part.dialect_kwargs.items():
        if not name.startswith("postgresql_"):
            yield Loss(where, name, "refused", f"{name}={value!r} is for another database")
