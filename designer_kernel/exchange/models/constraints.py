"""Constraints and indexes as arguments of ``__table_args__``; names that PostgreSQL would give come by a convention."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from designer_kernel.catalog.identifiers import fits, quote
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.exchange.models.spelling import expression, listed, literal, sql

CONVENTION: Final = """    metadata = MetaData(
        naming_convention={
            "pk": "%(table_name)s_pkey",
            "uq": "%(table_name)s_%(column_0_N_name)s_key",
            "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
            "ix": "%(table_name)s_%(column_0_N_name)s_idx",
        }
    )"""
"""The names that PostgreSQL gives."""

_ENDINGS: Final = {PrimaryKey: "pkey", Unique: "key", ForeignKey: "fkey", Index: "idx"}


def is_named_as_usual(fact: PrimaryKey | Unique | ForeignKey | Index) -> bool:
    """Whether the convention gives a fact its name."""
    columns = fact.keys if isinstance(fact, Index) else () if isinstance(fact, PrimaryKey) else fact.columns
    usual = "_".join([fact.table, *columns, _ENDINGS[type(fact)]])
    return fact.name == usual and fits(usual)


def key_words(key: PrimaryKey | Unique) -> Iterator[str]:
    """Yield the arguments of a primary key or a unique constraint."""
    yield from map(literal, key.columns)
    if not is_named_as_usual(key):
        yield f"name={literal(key.name)}"
    if isinstance(key, Unique) and key.nulls_not_distinct:
        yield "postgresql_nulls_not_distinct=True"
    if key.include:
        yield f"postgresql_include=[{listed(key.include)}]"
    yield from _deferred(key.deferrable)


def check_words(check: Check) -> Iterator[str]:
    """Yield the arguments of a check."""
    yield expression(check.expression)
    yield f"name={literal(check.name)}"


def foreign_key_words(key: ForeignKey, *, is_inline: bool) -> Iterator[str]:
    """Yield the arguments of a foreign key, beside its column or for itself."""
    targets = [f"{key.referenced_schema}.{key.referenced_table}.{name}" for name in key.referenced_columns]
    yield from [literal(targets[0])] if is_inline else [f"[{listed(key.columns)}]", f"[{listed(targets)}]"]
    if not is_named_as_usual(key):
        yield f"name={literal(key.name)}"
    if key.on_delete != "NO ACTION":
        narrowed = f" ({', '.join(map(quote, key.on_delete_columns))})" if key.on_delete_columns else ""
        yield f"ondelete={literal(key.on_delete + narrowed)}"
    if key.on_update != "NO ACTION":
        yield f"onupdate={literal(key.on_update)}"
    if key.match_full:
        yield 'match="FULL"'
    yield from _deferred(key.deferrable)
    if not key.valid:  # CREATE TABLE would take it for valid
        yield from ("use_alter=True", "postgresql_not_valid=True")


def index_words(index: Index, columns: Mapping[str, str]) -> Iterator[str]:
    """Yield the arguments of an index, ``columns`` being the table's by their names in SQL."""
    yield literal(index.name)
    for key in index.keys:
        yield literal(columns[key]) if key in columns else sql(key)
    if index.unique:
        yield "unique=True"
    if index.method != "btree":
        yield f"postgresql_using={literal(index.method)}"
    if index.include:
        yield f"postgresql_include=[{listed(index.include)}]"
    if index.nulls_not_distinct:
        yield "postgresql_nulls_not_distinct=True"
    if index.options:
        options = (option.partition("=") for option in index.options)
        yield f"postgresql_with={{{', '.join(f'{literal(name)}: {literal(value)}' for name, _, value in options)}}}"
    if index.tablespace:
        yield f"postgresql_tablespace={literal(index.tablespace)}"
    if index.predicate:
        yield f"postgresql_where={sql(index.predicate)}"


def _deferred(state: str) -> list[str]:
    return ["deferrable=True", f"initially={literal(state)}"] if state else []
