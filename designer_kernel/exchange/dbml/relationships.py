"""Relationships of a DBML text, between entities that are there already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, Final

from designer_kernel.design import Entity, Relationship
from designer_kernel.design.losses import Loss
from designer_kernel.design.parts import Key
from designer_kernel.errors import DocumentError
from designer_kernel.exchange.dbml import tree

_SETTINGS: Final = frozenset({"delete", "update"})


class Ends:
    """The tables that a text may name, under all their names, and their entities."""

    def __init__(self) -> None:
        self.entities: MutableMapping[tree.Path, Entity] = {}
        self._tables: dict[tree.Path, tree.Table] = {}

    def add(self, table: tree.Table, entity: Entity) -> None:
        """Let a table be known by its name."""
        self.entities[table.path] = entity
        self._tables[table.path] = table

    def name(self) -> None:
        """Let tables also be known by their aliases, and by shorter or longer names that are not another's.

        Raises
        ------
        DocumentError
            If an alias is the name or alias of another table.
        """
        tables = list(self._tables.values())
        for table in tables:
            other = self._tables.setdefault((table.alias,), table) if table.alias else table
            if other is not table:
                raise DocumentError(
                    f"{table.alias!r} already means the table {'.'.join(other.path)!r}",
                    where=f"{max(table.line, other.line)}:1",
                    mend="take another alias",
                )
        for table in tables:
            plain = table.path[1:] if table.path[0] == "public" else ("public", *table.path)
            self._tables.setdefault(plain, table)
        for table in tables:
            self._tables.setdefault(table.path[-1:], table)

    def find(self, path: tree.Path, columns: list[str], line: int) -> Entity:
        """Return the entity that a text names, which has these columns.

        Raises
        ------
        DocumentError
            If there is none, or a column is missing.
        """
        table = self._tables.get(path)
        if table is None:
            raise DocumentError(
                f"there is no table {'.'.join(path)!r}", where=f"{line}:1", mend="define it, or correct the name"
            )
        entity = self.entities[table.path]
        for column in columns:
            if entity.attribute(column) is None:
                raise DocumentError(
                    f"{entity.name} has no column {column!r}", where=f"{line}:1", mend="correct the name"
                )
        return entity

    def replace(self, entity: Entity) -> None:
        """Put an entity in the place of its former self."""
        path = next(path for path, known in self.entities.items() if known.id == entity.id)
        self.entities[path] = entity


def relationship(ref: tree.Ref, ends: Ends) -> tuple[Relationship, list[Loss]]:
    """Return a relationship, and what became of it.

    Columns that it points at, and that nothing makes unique, become a key: PostgreSQL asks for one.

    Raises
    ------
    DocumentError
        If there is no such table or column.
    """
    (left, own), (right, theirs) = ((ends.find(*end, ref.line), end[1]) for end in (ref.left, ref.right))
    label = ref.name or f"{_shown(ref.left)} {ref.sign} {_shown(ref.right)}"
    if ref.sign == ">":  # many to one: the child stands first
        left, own, right, theirs = right, theirs, left, own
    given: dict[str, Any] = {"source_entity_id": left.id, "target_entity_id": right.id, "name": ref.name or None}
    if ref.sign == "<>":
        given |= {"relationship_type": "MANY_TO_MANY", "source_cardinality": "N", "target_cardinality": "N"}
        reasons = [*_by_other_columns(left, own), *_by_other_columns(right, theirs)]
        reasons += [f"a junction has no {name} of the text's" for name in sorted(_SETTINGS & ref.settings.keys())]
    else:
        reasons = _made_unique(left, own, ends)
        given |= _properties(ref, left, own, right, theirs)
    losses = [Loss(label, "relationship", "changed" if reasons else "kept", "; ".join(reasons))]
    return Relationship(**given), losses + list(unknown(label, ref.settings, _SETTINGS))


def unknown(where: str, settings: Mapping[str, object], known: frozenset[str]) -> Iterator[Loss]:
    """Name the settings that a design has no place for."""
    for name in sorted(settings.keys() - known):
        yield Loss(where, "setting", "refused", f"a design has no {name}")


def _properties(ref: tree.Ref, source: Entity, own: list[str], target: Entity, theirs: list[str]) -> dict[str, Any]:
    """Return what a relationship is that a foreign key stands for."""
    optional = any(attribute.is_nullable for attribute in target.attributes if attribute.name in theirs)
    one = ref.sign == "-"
    return {
        "relationship_type": "ONE_TO_ONE" if one else "ONE_TO_MANY",
        "source_cardinality": "0..1" if optional else "1",
        "target_cardinality": "0..1" if one else "N",
        "source_attributes": () if len(own) == 1 and tuple(own) == tuple(source.key) else tuple(own),
        "target_attributes": tuple(theirs),
        "on_delete_action": tree.first(ref.settings, "delete").upper() or "NO ACTION",
        "on_update_action": tree.first(ref.settings, "update").upper() or "NO ACTION",
    }


def _made_unique(entity: Entity, columns: list[str], ends: Ends) -> list[str]:
    """Give an entity a key of the columns that are pointed at, unless it has one, and say so."""
    if set(columns) in entity.unique_sets():
        return []
    ends.replace(entity.replace(keys=(*entity.keys, Key(attributes=tuple(columns)))))
    return [f"{', '.join(columns)} of {entity.name} became a key, since a foreign key has to point at one"]


def _by_other_columns(entity: Entity, columns: list[str]) -> Iterator[str]:
    if set(columns) != set(entity.key):
        yield f"many-to-many goes by the key of {entity.name}, not by {', '.join(columns)}"


def _shown(end: tuple[tree.Path, list[str]]) -> str:
    path, columns = end
    return ".".join([*path, columns[0] if len(columns) == 1 else f"({', '.join(columns)})"])
