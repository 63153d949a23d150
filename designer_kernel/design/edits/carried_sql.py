"""SQL of carried facts after renames: each field is parsed in the statement that it is a piece of."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Final

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.edits import columns
from designer_kernel.design.edits.moves import Moves, Path
from designer_kernel.errors import DesignerError, InvalidSql

_PIECES: Final[dict[tuple[str, str], str]] = {
    ("index", "keys"): "CREATE INDEX ON t USING btree ({})",
    ("exclusion", "elements"): "CREATE INDEX ON t USING btree ({})",
    ("table", "partition_by"): "CREATE TABLE t () PARTITION BY {}",
    ("foreign_table", "partition_by"): "CREATE TABLE t () PARTITION BY {}",
    ("table", "bound"): "CREATE TABLE t PARTITION OF x {}",
    ("foreign_table", "bound"): "CREATE TABLE t PARTITION OF x {}",
    ("rule", "action"): "CREATE RULE r AS ON UPDATE TO t {}",
    ("view", "query"): "{}",
    ("materialized_view", "query"): "{}",
    ("function", "definition"): "{}",
}
"""The statement around a field's text, where it is no expression."""

_WHOLE: Final = frozenset({("rule", "action"), ("view", "query"), ("materialized_view", "query")})
"""Statements whose columns are not told apart here: a table may be renamed in them, a column may not."""


class CannotFollow(DesignerError):
    """SQL that would have to change in a way that is not known."""


def renamed(
    kind: str,
    field: str,
    text: str,
    moves: Moves,
    scope: columns.Scope,
    names: columns.Names,
    needed: Container[ObjectId] = (),
) -> str:
    """Return SQL of a carried fact with tables, columns and types under their new names.

    ``scope`` says which entity each table outside of queries is; names are those from before. ``needed`` is what the
    fact needs, as far as a server has said so.

    Raises
    ------
    CannotFollow
        If it speaks of what is renamed, and cannot be written anew.
    """
    if not text or not _may_speak(text, moves):
        return text
    if kind == "rule":  # it speaks of its table's rows as old and new, and of the table only where it queries it
        scope = {name: owner for name, owner in scope.items() if name in {"old", "new"}}
    piece = _PIECES.get((kind, field), "SELECT {}")
    try:
        tree = postgast.parse(piece.format(text))
        whole = needed if (kind, field) in _WHOLE else None
        is_changed = _visit(tree, moves, scope, names, whole)
        return _cut(sqltext.deparse(tree), piece) if is_changed else text
    except (InvalidSql, ValueError, postgast.PgQueryError, DecodeError) as error:
        if any(old in text for old in _old_names(moves)):
            raise CannotFollow(f"its SQL cannot be read: {error}") from error
        return text


def speaks_of_gone(kind: str, field: str, text: str, gone: frozenset[str]) -> bool:
    """Whether SQL of a part of a table speaks of one of its columns that are gone."""
    if not any(name in text.replace('""', '"') for name in gone):
        return False
    piece = _PIECES.get((kind, field), "SELECT {}")
    try:
        tree = postgast.parse(piece.format(text))
    except (postgast.PgQueryError, DecodeError):
        return True  # what cannot be read may speak of what it names
    return any(_bare_name(node) in gone for node in sqltext.walk(tree))


def _bare_name(node: Any) -> str | None:
    kind = type(node).__name__
    if kind == "ColumnRef" and node.fields and node.fields[-1].WhichOneof("node") == "string":
        return str(node.fields[-1].string.sval)
    return str(node.name) if kind in {"IndexElem", "PartitionElem"} and node.name else None


def _may_speak(text: str, moves: Moves) -> bool:
    lower = text.lower()
    return '"' in text or any(name.lower() in lower for name in _old_names(moves))


def _old_names(moves: Moves) -> set[str]:
    names = {place[1] for places in (moves.relations, moves.types) for place, new in places.items() if new is not None}
    names |= {old for renames in moves.columns.values() for old, new in renames.items() if new is not None}
    return names | {key.path[1] for key, new in moves.others.items() if key.kind == "relation" and new.path}


def _visit(
    tree: Any, moves: Moves, scope: columns.Scope, names: columns.Names, whole: Container[ObjectId] | None
) -> bool:
    """Rename what a tree speaks of; ``whole`` is what a whole statement needs."""
    found = False
    by_id = {names.entity_of(*place): place for place in {**moves.relations, **moves.columns}}
    for place, renames in moves.columns.items():
        entity_id = names.entity_of(*place)
        told = {old: new for old, new in renames.items() if new is not None and new != old}
        if entity_id is None or not told:
            continue
        if whole is not None:
            is_home = entity_id in scope.values()
            _refuse_columns(tree, {old for old in told if is_home or ObjectId("column", (*place, old)) in whole})
            continue
        found |= columns.rename_in_tree(tree, told, entity_id=entity_id, home=scope, names=names)
        if entity_id in scope.values():
            for node in sqltext.walk(tree):
                if type(node).__name__ in {"IndexElem", "PartitionElem"} and node.name in told:
                    node.name = told[node.name]
                    found = True
    found |= _tables(tree, moves.relations, by_id, scope)
    found |= _types(tree, {**moves.types, **moves.relations})
    return _constants(tree, moves) or found


def _refuse_columns(tree: Any, told: Container[str]) -> None:
    for node in sqltext.walk(tree):
        if _bare_name(node) in told or (type(node).__name__ == "ResTarget" and node.name in told):
            raise CannotFollow(f"it is a whole statement that may speak of the column {_bare_name(node) or node.name}")


def _tables(tree: Any, relations: Mapping[Path, Path | None], by_id: Mapping[Any, Path], scope: columns.Scope) -> bool:
    found = False
    qualifiers = [field for node in sqltext.walk(tree) if (field := _qualifier(node)) is not None]
    said = {field.string.sval for field in qualifiers}
    preserved = set()
    for node in sqltext.walk(tree):
        if type(node).__name__ != "RangeVar" or not node.schemaname:
            continue  # in facts every name has its schema
        new = relations.get((node.schemaname, node.relname))
        if new is not None:
            if not node.HasField("alias") and node.relname in said:
                node.alias.aliasname = node.relname  # what qualifies columns stays what it is
                preserved.add(node.relname)
            node.schemaname, node.relname = new
            found = True
    for field in qualifiers:
        if field.string.sval in preserved:
            continue
        owner = scope.get(field.string.sval)
        place = by_id.get(owner) if owner is not None else None
        new = relations.get(place) if place is not None and place[1] == field.string.sval else None
        if new is not None:
            field.string.sval = new[1]
            found = True
    return found


def _qualifier(node: Any) -> Any:
    """Return the field of a column reference that says which table it is of, if it says so."""
    is_qualified = type(node).__name__ == "ColumnRef" and len(node.fields) > 1
    return node.fields[0] if is_qualified and node.fields[0].WhichOneof("node") == "string" else None


def _types(tree: Any, types: Mapping[Path, Path | None]) -> bool:
    found = False
    for node in sqltext.walk(tree):
        if type(node).__name__ != "TypeName" or len(node.names) != 2:
            continue
        new = types.get((node.names[0].string.sval, node.names[1].string.sval))
        if new is not None:
            node.names[0].string.sval, node.names[1].string.sval = new
            found = True
    return found


def _constants(tree: Any, moves: Moves) -> bool:
    """Rename constants such as ``'public.orders_id_seq'::regclass``."""
    places = {quote_path(*old): quote_path(*new) for old, new in moves.relations.items() if new is not None}
    places |= {
        quote_path(*key.path): quote_path(*new.path)
        for key, new in moves.others.items()
        if key.kind == "relation" and new.path
    }
    found = False
    for node in sqltext.walk(tree):
        if type(node).__name__ == "TypeCast" and node.type_name.names[-1].string.sval == "regclass":
            constant = node.arg.a_const.sval if node.arg.WhichOneof("node") == "a_const" else None
            if constant is not None and constant.sval in places:
                constant.sval = places[constant.sval]
                found = True
    return found


def _cut(text: str, piece: str) -> str:
    """Return what stands in the place of the piece."""
    before, after = piece.split("{}")
    if not text.startswith(before) or not text.endswith(after):
        raise CannotFollow(f"its SQL cannot be written anew: {text[:80]}")
    return text[len(before) : len(text) - len(after)]


def names_it(text: str, key: ObjectId) -> bool:
    """Whether a text that is no SQL of its own names a relation, type or function in full."""
    return len(key.path) > 1 and (quote_path(*key.path[:2]) in text or f"{quote(key.path[0])}.{key.path[1]}" in text)
