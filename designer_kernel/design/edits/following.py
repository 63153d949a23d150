"""What is carried along follows what is drawn: it is renamed with it, and goes when what it is a part of goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from functools import cached_property
from typing import Any
from uuid import UUID

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog import entries
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds import kinds_by_name
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.edits import columns
from designer_kernel.design.edits.moves import GONE, Moves, Path, moves_between
from designer_kernel.design.edits.references import resolver
from designer_kernel.design.opaque import Opaque
from designer_kernel.errors import DesignerError


def followed(before: Design, after: Design) -> Design:
    """Return the design after a change with its opaque entries following.

    An entry goes with what it is a part of, and with any table, column or role that its fields name: it could not be
    made without. SQL of parts of a table follows renamed columns.
    """
    if not after.opaque:
        return after
    moves = moves_between(before, after)
    if not moves:
        return after
    following = _Following(before, moves)
    opaque = tuple(now for one in after.opaque if (now := following.entry(one)) is not None)
    while (kept := tuple(one for one in opaque if not following.is_orphan(one))) != opaque:
        opaque = kept
    is_same = len(opaque) == len(after.opaque) and all(a is b for a, b in zip(opaque, after.opaque, strict=True))
    return after if is_same else after.model_copy(update={"opaque": opaque})


class _Following:
    """One run of `followed`; remembers what went, since what hangs on that goes too."""

    def __init__(self, before: Design, moves: Moves) -> None:
        self._before = before
        self._moves = moves
        self._gone: set[ObjectId] = set()

    @cached_property
    def _names(self) -> columns.Names:
        return resolver(self._before)

    @cached_property
    def _entities(self) -> dict[Path, UUID]:
        return {(self._before.schema_of(e), e.name): e.id for e in self._before.entities}

    def is_orphan(self, one: Opaque) -> bool:
        """Whether an entry hangs on one that went."""
        above = one.fact.parent if one.effect == "fact" else None
        if above is None or above not in self._gone:
            return False
        self._gone.add(one.key)
        return True

    def entry(self, one: Opaque) -> Opaque | None:
        """Return an entry as it is now, or ``None`` if it goes."""
        target: tuple[str, ...] = ()
        if one.target:
            key = self._moves.identity(one.key)
            if key == GONE:
                return None
            target = (key.kind, *key.path)
        try:
            changed = self._fields(one)
        except LookupError:
            self._gone.add(one.key)
            return None
        depends = tuple(
            (key.kind, *key.path)
            for kind, *path in one.depends
            if (key := self._moves.identity(ObjectId(kind, tuple(path)))) != GONE
        )
        if target == one.target and changed == one.fields and depends == one.depends:
            return one
        now: Opaque = one.replace(target=target, fields=changed, depends=depends)
        return now

    def _fields(self, one: Opaque) -> dict[str, Any]:
        """Return the fields as they are now.

        Raises
        ------
        LookupError
            If one of them names what is gone.
        """
        values = entries.values_of(one.kind, one.fields)
        home = self._home(one, values)
        place = self._moves.relations.get(home, home) if home is not None else None
        if home is not None and place is None:
            raise LookupError(home)
        changed = {name: self._value(one.kind, name, value, home) for name, value in values.items()}
        if place is not None and place != home and "schema" in values:
            changed["schema"] = place[0]
            for field in ("table", "relation"):
                if isinstance(values.get(field), str):
                    changed[field] = place[1]
        return {name: entries.plain(value) for name, value in changed.items()}

    def _home(self, one: Opaque, values: dict[str, Any]) -> Path | None:
        """Return the relation that an entry is a part of, if its fields say so."""
        if one.target:
            kind, *path = one.target
            return (path[0], path[1]) if kind != "index" and len(path) > 1 else None
        schema = values.get("schema")
        for field in ("table", "relation"):
            if isinstance(schema, str) and isinstance(values.get(field), str):
                return schema, values[field]
        return None

    def _value(self, kind: str, field: str, value: Any, home: Path | None) -> Any:
        if isinstance(value, ObjectId):
            key = self._moves.identity(value)
            if key == GONE:
                raise LookupError(value)
            return key
        if field in {"role", "roles", "owner", "grantee"}:
            return _mapped(value, lambda name: _there(self._moves.roles.get(name, name)))
        if field in {"column", "columns", "include", "update_columns", "attribute"} and home is not None:
            renamed = self._moves.columns.get(home, {})
            return _mapped(value, lambda name: _there(renamed.get(name, name)))
        if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, str) for part in value):
            return self._pair(field, value)
        if isinstance(value, tuple):
            return tuple(
                self._value(kind, field, one, home) if isinstance(one, tuple) else self._sql(kind, field, one, home)
                for one in value
            )
        return self._sql(kind, field, value, home)

    def _pair(self, field: str, value: Path) -> Path:
        """Return (schema, name) of a relation, type or function as it is now."""
        places = self._moves.functions if field == "function" else self._moves.relations
        now = places.get(value, value)
        if now == value and field not in {"function", "table"}:
            now = self._moves.types.get(value, value)
        if now is None:
            raise LookupError(value)
        return now

    def _sql(self, kind: str, field: str, value: Any, home: Path | None) -> Any:
        """Return SQL of a part of a table with its columns renamed."""
        renamed = self._moves.columns.get(home, {}) if home is not None else {}
        if not renamed or not isinstance(value, str) or not _is_sql(kind, field):
            return value
        entity_id = self._entities.get(home) if home is not None else None
        for old, new in renamed.items():
            if new is None or entity_id is None or home is None:
                continue
            if value == quote(old):
                value = quote(new)
                continue
            scope = {home[1]: entity_id, "old": entity_id, "new": entity_id}
            try:
                value = columns.rename_column(value, old, new, entity_id=entity_id, home=scope, names=self._names)
            except (DesignerError, ValueError, postgast.PgQueryError, DecodeError):
                continue  # no expression by itself; the server says what is wrong with it
        return value


def _is_sql(kind: str, field: str) -> bool:
    return any(f.name == field and f.metadata.get("sql") for f in fields(kinds_by_name()[kind]))


def _mapped(value: Any, rename: Callable[[str], str]) -> Any:
    if isinstance(value, tuple):
        return tuple(rename(name) for name in value)
    return rename(value) if value else value


def _there(name: str | None) -> str:
    if name is None:
        raise LookupError(name)
    return name
