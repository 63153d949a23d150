"""The fields of one carried entry after renames and removals, each by what it means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from designer_kernel.catalog import types
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.spelling import split_list
from designer_kernel.design.design import Design
from designer_kernel.design.edits import carried_sql, columns
from designer_kernel.design.edits.meanings import SEQUENCE_PLACES, TYPE_PLACES, meaning_of, relation_places
from designer_kernel.design.edits.moves import GONE, Moves, Path
from designer_kernel.design.opaque import Opaque
from designer_kernel.errors import DesignerError

_PARTS_OF_INDEXES: Final = frozenset({"cluster_mark", "index_statistics", "unattached_index", "index_attachment"})
"""Kinds that say something of an index and mean nothing without it."""


class PartIsGone(Exception):
    """What an entry is a part of is gone."""


class NeededIsGone(Exception):
    """What an entry names, and is no part of, is gone."""


class Fields:
    """The fields of one entry after the moves."""

    def __init__(self, before: Design, moves: Moves, names: columns.Names, one: Opaque, values: dict[str, Any]) -> None:
        self._before = before
        self._moves = moves
        self._names = names
        self._one = one
        self._values = values
        self._homes = self._places()
        self._needed = {ObjectId(kind, tuple(path)) for kind, *path in one.depends}

    def _places(self) -> list[Path]:
        """Return the relations that the entry speaks of by places, its own first."""
        if not self._one.target:
            return [(self._values[a], self._values.get(b, "")) for a, b in relation_places(self._one.kind)]
        kind, *path = self._one.target
        if kind == "index":
            return list(self._homes_of_index(path[0], path[1]))
        return [(path[0], path[1])] if len(path) > 1 else []

    def _homes_of_index(self, schema: str, name: str) -> Iterator[Path]:
        """Yield the table of an index that is drawn."""
        for entity in self._before.entities:
            if self._before.schema_of(entity) == schema and any(index.name == name for index in entity.indexes):
                yield schema, entity.name

    def followed(self) -> dict[str, Any]:
        """Return the fields as they are now."""
        changed = {name: self._value(name, value) for name, value in self._values.items()}
        if self._one.effect != "fact":
            return changed
        for number, pair in enumerate(relation_places(self._one.kind)):
            place = self._homes[number]
            if not place[1]:  # which table it is, its index says
                self._of_index(changed, pair)
                continue
            now = self._moves.identity(ObjectId("relation", place))
            if now == GONE:
                raise (PartIsGone if number == 0 else NeededIsGone)(f"it is about {'.'.join(place)}")
            if now.path != place:
                changed[pair[0]], changed[pair[1]] = now.path
        self._of_types(changed)
        self._of_sequences(changed)
        return changed

    def _of_index(self, changed: dict[str, Any], pair: tuple[str, str]) -> None:
        name = pair[1].replace("table", "index")
        key = ObjectId("index", (self._values[pair[0]], self._values[name]))
        now = self._moves.identity(key)
        if now == GONE:
            raise PartIsGone
        changed[pair[0]], changed[name] = now.path

    def _of_types(self, changed: dict[str, Any]) -> None:
        pair = TYPE_PLACES.get(self._one.kind)
        if pair is not None:
            place = (self._values[pair[0]], self._values[pair[1]])
            now = self._moves.types.get(place, place)
            if now is None:
                raise PartIsGone
            changed[pair[0]], changed[pair[1]] = now

    def _of_sequences(self, changed: dict[str, Any]) -> None:
        pair = SEQUENCE_PLACES.get(self._one.kind)
        if pair is None:
            return
        place = (self._values[pair[0]], self._values[pair[1]])
        key = ObjectId("relation", place)
        if self._one.kind == "sequence_owner":
            schema, old = changed["table"][0], self._values["table"][0]
            if schema != old:  # a sequence lives in the schema of the table that owns it
                self._moves.others[key] = ObjectId("relation", (schema, place[1]))
        now = self._moves.others.get(key, key)
        if now == GONE:
            raise PartIsGone
        changed[pair[0]], changed[pair[1]] = now.path

    def _value(self, name: str, value: Any) -> Any:
        meaning = meaning_of(self._one.kind, name)
        if not value or meaning in {"plain", "own"}:
            return value
        return getattr(self, f"_as_{meaning}")(name, value)

    def _as_identity(self, name: str, value: ObjectId) -> ObjectId:
        key = self._moves.identity(value)
        if key == GONE:
            raise PartIsGone
        return key

    def _as_role(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            now = self._moves.roles.get(value, value)
            if now is None:
                raise NeededIsGone(f"it names the role {value}")
            return now
        left = tuple(now for role in value if (now := self._moves.roles.get(role, role)) is not None)
        if not left:
            raise NeededIsGone(
                f"it is for the role {', '.join(value)} alone, and without one it would be for everybody"
            )
        return left

    def _as_column(self, name: str, value: Any, home: int = 0) -> Any:
        place = self._home_of_columns(home)
        renamed = self._moves.columns.get(place, {}) if place is not None else {}
        if isinstance(value, str):
            now = renamed.get(value, value)
            if now is None:
                raise PartIsGone
            return now
        for column in value:
            if renamed.get(column, column) is None:
                raise NeededIsGone(f"it names the column {column}")
        return tuple(renamed.get(column, column) for column in value)

    def _home_of_columns(self, number: int) -> Path | None:
        if self._one.kind == "sequence_owner":
            table: Path = self._values["table"]
            return table
        return self._homes[number] if number < len(self._homes) else None

    def _as_referenced_column(self, name: str, value: Any) -> Any:
        if self._one.effect != "fact":
            return value  # which table is referenced is drawn, and its own relationship says the columns
        return self._as_column(name, value, 1)

    def _as_extension(self, name: str, value: str) -> str:
        now = self._moves.identity(ObjectId("extension", (value,)))
        if now == GONE:
            raise PartIsGone
        return now.path[0]

    def _as_relation(self, name: str, value: Any) -> Any:
        return self._pairs(value, "relation")

    def _as_type(self, name: str, value: Any) -> Any:
        return self._pairs(self._pairs(value, "type"), "relation")

    def _as_function(self, name: str, value: Any) -> Any:
        return self._pairs(value, "function")

    def _pairs(self, value: Any, kind: str) -> Any:
        if isinstance(value[0], tuple):
            return tuple(self._pairs(one, kind) for one in value)
        now = self._moves.identity(ObjectId(kind, value))
        if now == GONE:
            if self._one.kind == "sequence_owner":
                raise PartIsGone
            raise NeededIsGone(f"it names {'.'.join(value)}")
        return now.path

    def _as_index(self, name: str, value: str) -> str:
        if not self._homes:
            return value
        schema, table = self._homes[0]
        for key in (ObjectId("index", (schema, value)), ObjectId("constraint", (schema, table, value))):
            now = self._moves.others.get(key)
            if now == GONE:
                raise (PartIsGone if self._one.kind in _PARTS_OF_INDEXES else NeededIsGone)(
                    f"it names the index {value}"
                )
            if now is not None:
                return now.path[-1]
        return value

    def _as_trigger(self, name: str, value: Any) -> Any:
        found = []
        for path in value:
            key = self._moves.identity(ObjectId("trigger", path))
            if key == GONE:
                raise NeededIsGone(f"it names the trigger {'.'.join(path)}")
            found.append(key.path)
        return tuple(found)

    def _as_type_sql(self, name: str, value: str) -> str:
        places = {**self._moves.relations, **self._moves.types}
        if not any(place[1] in value for place in places):
            return value
        try:
            parsed = types.parse(value)
        except DesignerError:
            return self._unread(value, places)
        place = (parsed.schema, parsed.name)
        now = places.get(place, place)
        if now is None:
            raise NeededIsGone(f"it has the type {value}")
        if now == place:
            return value
        return str(types.TypeName(now[0], now[1], parsed.modifiers, parsed.dimensions, parsed.fields))

    def _unread(self, value: str, places: dict[Path, Path | None]) -> str:
        if any(carried_sql.names_it(value, ObjectId("type", place)) for place in places):
            raise carried_sql.CannotFollow(f"it names a type in {value[:60]}")
        return value

    def _as_types_sql(self, name: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return ", ".join(self._as_type_sql(name, one.strip()) for one in split_list(value)) if value else value

    def _as_sql(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(name, value)
        if name == "elements":  # what is compared, and the operator
            return tuple((self._text(name, compared), operator) for compared, operator in value)
        return tuple(self._text(name, one) for one in value)

    def _text(self, name: str, text: str) -> str:
        kind = self._one.kind
        home = self._homes[0] if self._homes else None
        gone = frozenset(old for old, new in self._moves.columns.get(home or ("", ""), {}).items() if new is None)
        if gone and carried_sql.speaks_of_gone(kind, name, text, gone):
            raise NeededIsGone(f"its SQL speaks of {', '.join(sorted(gone))}")
        return carried_sql.renamed(kind, name, text, self._moves, self._scope(home), self._names, self._needed)

    def _scope(self, home: Path | None) -> columns.Scope:
        """Return what SQL can speak of outside of queries."""
        if home is None:
            return {}
        whole = self._names.entity_of(*self._moves.wholes.get(home, home))
        return {home[1]: whole, "old": whole, "new": whole}
