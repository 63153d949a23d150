"""How introspection queries of types, aggregates and operators name functions, operators and options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.errors import InvalidIdentifier

Options = tuple[tuple[str, str], ...]
"""Options of a definition in the order they are written: ``(("SFUNC", "public.add"), ("STYPE", "integer"))``."""

_OPERATOR: Final = re.compile(r"[-+*/<>=~!@#%^&|`?]+\Z")


def path_of(catalog: str, prefix: str, oid: str) -> str:
    """Return SQL for the qualified name of a row of a system catalog, or NULL: ``path_of("pg_proc", "pro", "p.oid")``.

    Parameters
    ----------
    prefix
        What the names of the catalog's columns begin with.
    """
    return f"""(SELECT format('%%I.%%I', named_in.nspname, named.{prefix}name)
                     FROM {catalog} named JOIN pg_namespace named_in ON named_in.oid = named.{prefix}namespace
                     WHERE named.oid = {oid})"""


def routine_path(oid: str) -> str:
    """Return SQL for the qualified name of a function, without its arguments, or NULL."""
    return path_of("pg_proc", "pro", oid)


def operator_path(oid: str) -> str:
    """Return SQL for the qualified name of an operator as definitions take it, or NULL: ``OPERATOR(public.+)``."""
    return f"""(SELECT format('OPERATOR(%%I.%%s)', named_in.nspname, named.oprname)
                     FROM pg_operator named JOIN pg_namespace named_in ON named_in.oid = named.oprnamespace
                     WHERE named.oid = {oid})"""


def option_pairs(options: Iterable[tuple[str, str]]) -> str:
    """Return SQL for an array of pairs of those options whose value is not NULL, given each option's value as SQL."""
    values = ",\n                           ".join(
        f"({place}, '{word}', {value})" for place, (word, value) in enumerate(options)
    )
    return f"""(SELECT array_agg(ARRAY[o.word, o.value] ORDER BY o.place)
                    FROM (VALUES {values}) o (place, word, value)
                    WHERE o.value IS NOT NULL)"""


def pairs(value: Sequence[Sequence[Any]] | None) -> Options:
    """Return what `option_pairs` gave."""
    return tuple((word, text) for word, text in value or ())


def definition(head: str, options: Iterable[tuple[str, str]]) -> str:
    """Return a statement with its options on lines of their own."""
    lines = ",\n".join(f"    {word} = {value}" for word, value in options)
    return f"{head} (\n{lines}\n)"


def replacing(statements: Iterable[str]) -> tuple[str, ...]:
    """Return statements that make something as those that put it in the place of what has its name."""
    return tuple(sql.replace("CREATE ", "CREATE OR REPLACE ", 1) for sql in statements)


def qualified_operator(schema: str, name: str) -> str:
    """Return the path of an operator; its name is made of signs and is never quoted.

    Raises
    ------
    InvalidIdentifier
        If the name holds anything else.
    """
    if not _OPERATOR.match(name):
        raise InvalidIdentifier(
            f"{name!r} is no name of an operator", where=f"{schema}.{name}", mend="use the signs + - * / < > = ~ ! @ #"
        )
    return f"{quote(schema)}.{name}"
