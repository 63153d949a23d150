"""Names inside SQL: finds and renames columns, tables and types where a piece of SQL really means them.

The SQL is parsed by PostgreSQL's grammar and names are resolved as PostgreSQL does: an unqualified column belongs to
the innermost query that has one of that name, a qualified one to the table or alias it names. Text in which nothing is
renamed is returned as it was typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.references import references

Scope = Mapping[str, UUID | None]
"""Names of the tables that a query can speak of; ``None`` for what is no entity of the design."""


@dataclass(frozen=True, slots=True)
class Names:
    """What SQL of a design can speak of.

    Parameters
    ----------
    entity_of
        The entity that a (schema or ``""``, name) pair means, if it means one.
    columns_of
        The attributes that an entity has.
    """

    entity_of: Callable[[str, str], UUID | None]
    columns_of: Callable[[UUID], frozenset[str]]


def rename_column(sql: str, old: str, new: str, *, entity_id: UUID, home: Scope, names: Names) -> str:
    """Return an expression in which references to the entity's attribute ``old`` say ``new``.

    Parameters
    ----------
    home
        What the expression speaks of outside of any query: the table it belongs to, ``old`` and ``new`` in triggers.
    """

    def visit(tree: Any) -> bool:
        return rename_in_tree(tree, {old: new}, entity_id=entity_id, home=home, names=names)

    return _rewritten(sql, old, visit)


def rename_in_tree(tree: Any, renames: Mapping[str, str], *, entity_id: UUID, home: Scope, names: Names) -> bool:
    """Let references to the entity's attributes say their new names, and return whether there was one."""
    found = False
    for reference, scopes in _column_references(tree, (home,), names):
        old = reference.fields[-1].string.sval
        if old in renames and _owner(reference, scopes, names, old) == entity_id:
            reference.fields[-1].string.sval = renames[old]
            found = True
    return found


def speaks_of(sql: str, column: str, *, entity_id: UUID, home: Scope, names: Names) -> bool:
    """Return whether an expression refers to the entity's attribute ``column``."""
    if column not in sql.replace('""', '"') and column.lower() not in sql.lower():
        return False
    return any(
        reference.fields[-1].string.sval == column and _owner(reference, scopes, names, column) == entity_id
        for reference, scopes in _column_references(_parsed(sql), (home,), names)
    )


def unknown_columns(sql: str, *, home: Scope, names: Names) -> list[str]:
    """Return the columns that an expression names outside of any query and that its table does not have."""
    unknown: list[str] = []
    for reference, scopes in _column_references(_parsed(sql), (home,), names):
        parts = [field.string.sval for field in reference.fields if field.WhichOneof("node") == "string"]
        if len(parts) != len(reference.fields) or len(scopes) > 1 or len(parts) > 2:
            continue
        owners = {home.get(parts[0])} if len(parts) == 2 else set(home.values())
        known = [names.columns_of(owner) for owner in owners if owner is not None]
        if known and not any(parts[-1] in columns for columns in known) and parts[-1] not in unknown:
            unknown.append(parts[-1])
    return unknown


def rename_table(
    sql: str, name: str, new: tuple[str, str], *, entity_id: UUID, home: Scope, names: Names, is_found: bool
) -> str:
    """Return an expression in which the table of an entity, also as a qualifier of columns, has its new name.

    Parameters
    ----------
    name
        The table's name until now.
    new
        Its new schema and name.
    is_found
        Whether the new name alone means the table; otherwise the schema is written too.
    """

    def visit(tree: Any) -> bool:
        found = False
        for reference, scopes in _column_references(tree, (home,), names, plain=True):
            qualifier = reference.fields[-2] if len(reference.fields) > 1 else None
            if qualifier is not None and qualifier.string.sval == name:
                scope = next((one for one in reversed(scopes) if name in one), {})
                if scope.get(name) == entity_id:
                    qualifier.string.sval = new[1]
                    found = True
        hidden = {node.ctename for node in sqltext.walk(tree) if type(node).__name__ == "CommonTableExpr"}
        for node in sqltext.walk(tree):
            if type(node).__name__ != "RangeVar" or (not node.schemaname and node.relname in hidden):
                continue
            if node.relname == name and names.entity_of(node.schemaname, node.relname) == entity_id:
                node.schemaname = new[0] if node.schemaname or not is_found else ""
                node.relname = new[1]
                found = True
        return found

    return _rewritten(sql, name, visit)


def rename_type(
    sql: str, name: str, new: tuple[str, str], *, is_meant: Callable[[str, str], bool], is_found: bool
) -> str:
    """Return an expression in which casts to a type of the design name it anew.

    Parameters
    ----------
    name
        The type's name until now.
    new
        Its new schema and name.
    is_meant
        Whether a (schema or ``""``, name) pair means the type.
    is_found
        Whether the new name alone means the type; otherwise the schema is written too.
    """

    def visit(tree: Any) -> bool:
        found = False
        for node in sqltext.walk(tree):
            if type(node).__name__ != "TypeName" or not node.names or node.names[-1].string.sval != name:
                continue
            schema = node.names[-2].string.sval if len(node.names) > 1 else ""
            if is_meant(schema, name):
                del node.names[:]
                for part in new if schema or not is_found else new[1:]:
                    node.names.add().string.sval = part
                found = True
        return found

    return _rewritten(sql, name, visit)


def tables(sql: str) -> frozenset[tuple[str, str]]:
    """Return the (schema or ``""``, name) pairs of tables that an expression queries."""
    if "select" not in sql.lower():
        return frozenset()
    return references(f"SELECT {sql}").relations


def _parsed(sql: str) -> Any:
    return postgast.parse(f"SELECT {sql}")


def _rewritten(sql: str, hint: str, visit: Callable[[Any], bool]) -> str:
    """Parse, visit and deparse; the text is left alone when it cannot hold the name or nothing was found."""
    if hint.lower() not in sql.lower() and '"' not in sql:
        return sql
    tree = _parsed(sql)
    return sqltext.deparse(tree).removeprefix("SELECT ") if visit(tree) else sql


def _column_references(
    node: Any, scopes: tuple[Scope, ...], names: Names, *, plain: bool = False
) -> Iterator[tuple[Any, tuple[Scope, ...]]]:
    """Yield every column reference with the scopes around it, innermost last; the wrapping SELECT opens none.

    With ``plain`` a scope says only of tables without an alias what they are.
    """
    name = type(node).__name__
    if name == "ColumnRef":
        if node.fields and node.fields[-1].WhichOneof("node") == "string":
            yield node, scopes
        return
    if name == "SelectStmt" and node.from_clause:
        scopes = (*scopes, dict(_bindings(node.from_clause, names, plain=plain)))
    for field, value in node.ListFields():
        if field.message_type is None:
            continue
        for child in value if isinstance(value, list) or hasattr(value, "add") else (value,):
            yield from _column_references(child, scopes, names, plain=plain)


def _bindings(from_clause: Any, names: Names, *, plain: bool) -> Iterator[tuple[str, UUID | None]]:
    for item in from_clause:
        for node in sqltext.walk(item):
            kind = type(node).__name__
            if kind == "RangeVar":
                is_aliased = node.HasField("alias")
                entity_id = None if plain and is_aliased else names.entity_of(node.schemaname, node.relname)
                yield (node.alias.aliasname if is_aliased else node.relname), entity_id
            elif kind in {"RangeSubselect", "RangeFunction"} and node.HasField("alias"):
                yield node.alias.aliasname, None


def _owner(reference: Any, scopes: tuple[Scope, ...], names: Names, column: str) -> UUID | None:
    """Return the entity that a column reference belongs to, or ``None`` if that cannot be told."""
    parts = [field.string.sval for field in reference.fields if field.WhichOneof("node") == "string"]
    for scope in reversed(scopes):
        if len(parts) > 1:
            if parts[-2] in scope:
                return scope[parts[-2]]
            continue
        holders = [owner for owner in scope.values() if owner is not None and column in names.columns_of(owner)]
        if holders:
            return holders[0]
        if None in scope.values():
            return None
    return None
