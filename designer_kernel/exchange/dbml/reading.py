"""DBML to a design. Types of other databases become PostgreSQL's, and the report says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal
from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.design.objects import Area, Enum
from designer_kernel.design.parts import Check, Index, IndexKey, Key
from designer_kernel.errors import DesignerError, DocumentError, InvalidSql
from designer_kernel.exchange.dbml import grammar
from designer_kernel.exchange.dbml.foreign_types import TYPES
from designer_kernel.exchange.transfer import Imported

T = TypeVar("T")

_SERIAL: Final = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}
_CONSTANTS: Final = frozenset({"true", "false", "null"})
_COLUMN_SETTINGS: Final = frozenset({
    "pk", "primary key", "not null", "null", "unique", "increment", "default", "ref", "check", "note",
})  # fmt: skip
_REF_SETTINGS: Final = frozenset({"delete", "update"})
_METHODS: Final = frozenset({"btree", "hash", "gin", "gist", "brin", "spgist"})


def read_dbml(text: str, name: str = "") -> Imported:
    """Return the design that a DBML text draws, and what became of each of its objects.

    Parameters
    ----------
    name
        The name of the design; without, that of the DBML project.

    Raises
    ------
    DocumentError
        If the text is no DBML, with line and column.
    """
    document = grammar.parse(text)
    return _Reading(document, name or document.name or "imported").run()


class _Reading:
    """One run of `read_dbml`."""

    def __init__(self, document: grammar.Document, name: str) -> None:
        self._document = document
        self._name = name
        self._losses: list[Loss] = []
        self._enums = {enum.path: enum for enum in document.enums}
        self._partials = {table.path[-1]: table for table in document.partials}
        self._tables: dict[grammar.Path, grammar.Table] = {}
        self._entities: dict[grammar.Path, Entity] = {}
        self._inline: list[grammar.Ref] = []

    def run(self) -> Imported:
        for table in self._document.tables:
            self._entities[table.path] = self._told(table.line, partial(self._entity, table))
            for path in (table.path, (table.alias,), ("public", *table.path), table.path[-1:]):
                if path[-1]:
                    self._tables.setdefault(path, table)
        relationships = [
            self._told(ref.line, partial(self._relationship, ref)) for ref in (*self._inline, *self._document.refs)
        ]
        for kind, name in self._document.skipped:
            self._losses.append(Loss(name or kind, kind.lower(), "refused", "it says nothing about the schema"))
        design = Design(
            name=self._name,
            description=self._document.note,
            enums=tuple(self._told(enum.line, partial(self._enum, enum)) for enum in self._document.enums),
            entities=tuple(self._entities.values()),
            relationships=tuple(relationships),
            areas=tuple(self._areas()),
        )
        return Imported(design, LossReport(tuple(self._losses)))

    def _told(self, line: int, make: Callable[[], T]) -> T:
        """Return what ``make`` gives; its errors say the line."""
        try:
            return make()
        except ValidationError as error:
            cause = error.errors()[0]
            raise DocumentError(
                str(cause["msg"]).removeprefix("Value error, "), where=f"{line}:1", mend="correct this line"
            ) from error
        except DocumentError:
            raise
        except DesignerError as error:
            raise DocumentError(error.what, where=f"{line}:1", mend=error.mend) from error

    # tables

    def _entity(self, table: grammar.Table) -> Entity:
        name, schema = table.path[-1], _schema(table.path)
        columns, parts = self._columns(table)
        attributes = [self._told(column.line, partial(self._attribute, table, column)) for column in columns]
        self._losses.append(Loss(".".join(table.path), "table", "kept"))
        key: tuple[str, ...] = ()
        keys: list[Key] = []
        indexes: list[Index] = []
        for part in parts:
            for index in part.indexes:
                if "pk" in index.settings:
                    key = tuple(text for text, _ in index.parts)
                    continue
                made = self._told(index.line, partial(self._index, table, index))
                if isinstance(made, Key):
                    keys += [] if _is_said(made, attributes, keys) else [made]
                else:
                    indexes.append(made)
        if key:
            attributes = [a.replace(is_primary_key=True, is_nullable=False) if a.name in key else a for a in attributes]
        checks = [
            Check(expression=expression, name=_text(settings, "name") or None)
            for part in parts
            for expression, settings in part.checks
        ]
        checks += [Check(expression=v.text) for column in columns for v in column.settings.get("check", ())]
        self._losses += [Loss(".".join((*table.path, c.expression)), "check", "kept") for c in checks]
        return Entity(
            name=name,
            schema_name=schema,
            description=table.note,
            attributes=tuple(attributes),
            primary_key=key if len(key) > 1 else (),
            keys=tuple(keys),
            indexes=tuple(indexes),
            checks=tuple(checks),
            colour=self._header(parts),
        )

    def _header(self, parts: list[grammar.Table]) -> str | None:
        """Return the colour of a table, its own or that of the last partial that has one."""
        own, *taken = (_colour(_text(part.settings, "headercolor")) for part in parts)
        return own or next(filter(None, reversed(taken)), None)

    def _unknown(self, where: str, settings: grammar.Settings, known: frozenset[str]) -> None:
        """Name the settings that a design has no place for."""
        for name in sorted(settings.keys() - known):
            self._losses.append(Loss(where, "setting", "refused", f"a design has no {name}"))

    def _columns(self, table: grammar.Table) -> tuple[list[grammar.Column], list[grammar.Table]]:
        """Return the columns of a table with those of its partials; its own win over a partial's of the same name."""
        parts = [table]
        found: dict[str, grammar.Column] = {}
        own_names: set[str] = set()
        for entry in table.columns:
            if isinstance(entry, grammar.Column):
                if entry.name in own_names:
                    raise DocumentError(
                        f"two columns of {table.path[-1]!r} are called {entry.name!r}",
                        where=f"{entry.line}:1",
                        mend="rename or remove one of them",
                    )
                own_names.add(entry.name)
                found[entry.name] = entry
                continue
            taken = self._partials.get(entry)
            if taken is None:
                raise DocumentError(
                    f"there is no TablePartial {entry!r}", where=f"{table.line}:1", mend="define it, or take ~ out"
                )
            parts.append(taken)
            own = {c.name for c in table.columns if isinstance(c, grammar.Column)}
            found |= {c.name: c for c in self._columns(taken)[0] if c.name not in own}
            self._losses.append(
                Loss(".".join(table.path), "partial", "changed", f"the columns of {entry} are written out in it")
            )
        return list(found.values()), parts

    def _attribute(self, table: grammar.Table, column: grammar.Column) -> Attribute:
        where = ".".join((*table.path, column.name))
        data_type, is_serial = self._type(where, column)
        settings = column.settings
        is_key = "pk" in settings or "primary key" in settings
        is_counted = is_serial or "increment" in settings
        default = None if is_counted else self._default(column)
        for value in settings.get("ref", ()):
            here, there = (table.path, [column.name]), (value.path, [value.text])
            if value.sign == "-":  # the column that has the setting refers; elsewhere it is the one that stands last
                here, there = there, here
            self._inline.append(grammar.Ref(here, value.sign, there, {}, column.line))
        self._losses.append(Loss(where, "column", "kept"))
        self._unknown(where, settings, _COLUMN_SETTINGS)
        return Attribute(
            name=column.name,
            data_type=data_type,
            is_primary_key=is_key,
            is_nullable=not is_key and "not null" not in settings and not is_counted,
            is_unique="unique" in settings and not is_key,
            default_value=default,
            identity="BY DEFAULT" if is_counted else None,
            description=_text(settings, "note"),
        )

    def _type(self, where: str, column: grammar.Column) -> tuple[str, bool]:
        """Return the type for PostgreSQL, and whether it counts by itself."""
        path = (*column.type_path[:-1], column.type.rstrip("[]"))
        for known in (path, path[1:] if path[0] == "public" else path):
            if known in self._enums:
                arrays = column.type[len(column.type.rstrip("[]")) :]
                return ".".join(map(quote, known)) + arrays, False
        text = column.type
        head, bracket, rest = text.partition("(")
        lower = head.lower().strip()
        if lower in _SERIAL:
            return _SERIAL[lower], True
        stem, dimensions = (lower[:-2], "[]") if lower.endswith("[]") else (lower, "")
        if stem in TYPES:
            wanted = TYPES[stem]
            keeps_size = bracket and wanted in {"numeric", "character varying", "character"}
            made = (f"{wanted}({rest}" if keeps_size else wanted) + dimensions
            self._losses.append(Loss(where, "type", "changed", f"{text} is {made} in PostgreSQL"))
            return made, False
        try:
            return types.canonical(text), False
        except InvalidSql:
            self._losses.append(Loss(where, "type", "changed", f"{text!r} is no type of PostgreSQL; it became text"))
            return "text", False

    def _default(self, column: grammar.Column) -> str | None:
        values = column.settings.get("default")
        if not values:
            return None
        value = values[0]
        if value.kind in {"expression", "number"}:
            return value.text
        if value.kind == "word" and value.text.lower() in _CONSTANTS:
            return value.text.lower() if value.text.lower() != "null" else None
        return literal(value.text)

    def _index(self, table: grammar.Table, index: grammar.Index) -> Key | Index:
        name = _text(index.settings, "name") or None
        note = _text(index.settings, "note")
        label = ".".join((*table.path, name or ",".join(text for text, _ in index.parts)))
        self._losses.append(Loss(label, "index", "kept"))
        is_plain = not any(is_expression for _, is_expression in index.parts)
        if "unique" in index.settings and is_plain:
            return Key(name=name, attributes=tuple(text for text, _ in index.parts), description=note)
        method = _text(index.settings, "type").lower() or "btree"
        if method not in _METHODS:
            self._losses.append(Loss(label, "index", "changed", f"{method} is no index method; it became btree"))
            method = "btree"
        keys = tuple(
            IndexKey(expression=text) if is_expression else IndexKey(attribute=text)
            for text, is_expression in index.parts
        )
        return Index(name=name, keys=keys, method=method, is_unique="unique" in index.settings, description=note)

    # everything else

    def _enum(self, enum: grammar.Enum) -> Enum:
        self._losses.append(Loss(".".join(enum.path), "enum", "kept"))
        for label, note in enum.labels:
            if note:
                where = ".".join((*enum.path, label))
                self._losses.append(Loss(where, "note", "refused", "PostgreSQL has no comments on labels"))
        return Enum(name=enum.path[-1], schema_name=_schema(enum.path), labels=tuple(label for label, _ in enum.labels))

    def _relationship(self, ref: grammar.Ref) -> Relationship:
        left, right = (self._end(path, columns, ref.line) for path, columns in (ref.left, ref.right))
        label = ref.name or f"{left[0].name} {ref.sign} {right[0].name}"
        if ref.sign == ">":  # many to one: the child stands first
            left, right = right, left
        (source, source_columns), (target, target_columns) = left, right
        self._losses.append(Loss(label, "relationship", "kept"))
        ends: dict[str, Any] = {"source_entity_id": source.id, "target_entity_id": target.id, "name": ref.name or None}
        self._unknown(label, ref.settings, _REF_SETTINGS)
        if ref.sign == "<>":
            for entity, columns in (left, right):
                if set(columns) != set(entity.key):
                    reason = f"many-to-many goes by the key of {entity.name}, not by {', '.join(columns)}"
                    self._losses.append(Loss(label, "relationship", "changed", reason))
            return Relationship(
                **ends, relationship_type="MANY_TO_MANY", source_cardinality="N", target_cardinality="N"
            )
        optional = any(attribute.is_nullable for attribute in target.attributes if attribute.name in target_columns)
        one = ref.sign == "-"
        given = () if set(source_columns) == set(source.key) and len(source_columns) == 1 else tuple(source_columns)
        return Relationship(
            **ends,
            relationship_type="ONE_TO_ONE" if one else "ONE_TO_MANY",
            source_cardinality="0..1" if optional else "1",
            target_cardinality="0..1" if one else "N",
            source_attributes=given,
            target_attributes=tuple(target_columns),
            on_delete_action=_text(ref.settings, "delete").upper() or "NO ACTION",
            on_update_action=_text(ref.settings, "update").upper() or "NO ACTION",
        )

    def _end(self, path: grammar.Path, columns: list[str], line: int) -> tuple[Entity, list[str]]:
        table = self._tables.get(path)
        if table is None:
            raise DocumentError(
                f"there is no table {'.'.join(path)!r}", where=f"{line}:1", mend="define it, or correct the name"
            )
        entity = self._entities[table.path]
        for column in columns:
            if entity.attribute(column) is None:
                raise DocumentError(
                    f"{entity.name} has no column {column!r}", where=f"{line}:1", mend="correct the name"
                )
        return entity, columns

    def _areas(self) -> Iterator[Area]:
        for group in self._document.groups:
            members = [self._end(path, [], 1)[0].id for path in group.members]
            self._losses.append(Loss(group.name, "area", "kept"))
            yield Area(
                name=group.name,
                description=group.note or _text(group.settings, "note"),
                colour=_colour(_text(group.settings, "color")),
                members=tuple(members),
            )


def _is_said(key: Key, attributes: list[Attribute], keys: list[Key]) -> bool:
    """Whether columns are unique already: a partial may say it of the column and once more as an index."""
    alone = {(a.name,) for a in attributes if a.is_unique} if key.name is None else set()
    return key.attributes in alone or any(key.attributes == k.attributes and key.name == k.name for k in keys)


def _schema(path: grammar.Path) -> str | None:
    return path[-2] if len(path) > 1 and path[-2] != "public" else None


def _text(settings: grammar.Settings, name: str) -> str:
    values = settings.get(name)
    return values[0].text if values else ""


def _colour(text: str) -> str | None:
    if len(text) == 4:
        return "#" + "".join(digit * 2 for digit in text[1:])
    return text or None
