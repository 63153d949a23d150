"""DBML to a design. Types of other databases become PostgreSQL's, and the report says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, TypeVar

from pydantic import ValidationError

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal
from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.diagrams import LONGEST_NOTE, Note
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.design.objects import Area, Enum
from designer_kernel.design.parts import Check, Index, IndexKey, Key
from designer_kernel.design.values import Position
from designer_kernel.errors import DesignerError, DocumentError, InvalidSql
from designer_kernel.exchange.dbml import grammar, tree
from designer_kernel.exchange.dbml.foreign_types import TYPES
from designer_kernel.exchange.dbml.partials import Partials
from designer_kernel.exchange.dbml.relationships import Ends, relationship, unknown
from designer_kernel.exchange.dbml.tree import first
from designer_kernel.exchange.transfer import Imported

T = TypeVar("T")

_SERIAL: Final = {"serial": "integer", "bigserial": "bigint", "smallserial": "smallint"}
_CONSTANTS: Final = frozenset({"true", "false", "null"})
_TRUTHS: Final = {"0": "false", "1": "true"}
"""What other databases write for the defaults of booleans."""

_COLUMN_SETTINGS: Final = frozenset({
    "pk", "primary key", "not null", "null", "unique", "increment", "default", "ref", "check", "note",
})  # fmt: skip
_INDEX_SETTINGS: Final = frozenset({"name", "note", "pk", "type", "unique"})
_CHECK_SETTINGS: Final = frozenset({"name"})
_TABLE_SETTINGS: Final = frozenset({"headercolor", "note"})
_GROUP_SETTINGS: Final = frozenset({"color", "note"})
_REASONS: Final = {
    "records": "a design holds no rows",
    "use": "it stands in another file; read that too",
    "reuse": "it stands in another file; read that too",
}
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

    def __init__(self, document: tree.Document, name: str) -> None:
        self._document = document
        self._name = name
        self._losses: list[Loss] = []
        self._enums = frozenset(enum.path for enum in document.enums)
        self._partials = Partials(document.partials)
        self._ends = Ends()
        self._inline: list[tree.Ref] = []

    def run(self) -> Imported:
        _refuse_twins("enumerations", self._document.enums)
        _refuse_twins("tables", self._document.tables)
        for table in self._document.tables:
            self._ends.add(table, self._told(table.line, partial(self._entity, table)))
        self._ends.name()
        relationships = tuple(self._relationships())  # gives keys to entities
        for kind, name in self._document.skipped:
            reason = _REASONS.get(kind.lower(), "it says nothing about the schema")
            self._losses.append(Loss(name or kind, kind.lower(), "refused", reason))
        design = Design(
            name=self._name,
            description=self._document.note,
            enums=tuple(self._told(enum.line, partial(self._enum, enum)) for enum in self._document.enums),
            entities=tuple(self._ends.entities.values()),
            relationships=relationships,
            areas=tuple(self._areas()),
            notes=tuple(self._notes()),
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

    def _entity(self, table: tree.Table) -> Entity:
        name, schema = table.path[-1], _schema(table.path)
        written = self._partials.write_out(table)
        columns, parts = written.columns, written.parts
        _refuse_unknown_columns(name, {column.name for column in columns}, parts)
        attributes = [self._told(column.line, partial(self._attribute, table, column)) for column in columns]
        self._losses.append(Loss(".".join(table.path), "table", "kept"))
        self._losses += [
            Loss(".".join(table.path), "partial", "changed", f"the columns of {taken} are written out in it")
            for taken in dict.fromkeys(entry for entry in table.columns if isinstance(entry, str))
        ]
        for part in parts:
            self._losses += unknown(".".join(table.path), part.settings, _TABLE_SETTINGS)
            for expression, settings in part.checks:
                self._losses += unknown(".".join((*table.path, expression)), settings, _CHECK_SETTINGS)
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
            Check(expression=expression, name=first(settings, "name") or None)
            for part in parts
            for expression, settings in part.checks
        ]
        checks += [Check(expression=v.text) for column in columns for v in column.settings.get("check", ())]
        self._losses += [Loss(".".join((*table.path, c.expression)), "check", "kept") for c in checks]
        return Entity(
            name=name,
            schema_name=schema,
            description=table.note or next((part.note for part in reversed(parts[1:]) if part.note), ""),
            attributes=tuple(attributes),
            primary_key=key if len(key) > 1 else (),
            keys=tuple(keys),
            indexes=tuple(indexes),
            checks=tuple(checks),
            colour=self._header(parts),
        )

    def _header(self, parts: tuple[tree.Table, ...]) -> str | None:
        """Return the colour of a table, its own or that of the last partial that has one."""
        own, *taken = (_colour(first(part.settings, "headercolor")) for part in parts)
        return own or next(filter(None, reversed(taken)), None)

    def _attribute(self, table: tree.Table, column: tree.Column) -> Attribute:
        where = ".".join((*table.path, column.name))
        data_type, is_serial, reason = self._type(column)
        settings = column.settings
        is_key = "pk" in settings or "primary key" in settings
        is_counted = is_serial or "increment" in settings
        default = None if is_counted else self._default(column)
        if data_type == "boolean" and default in _TRUTHS:
            default = _TRUTHS[default]
        for value in settings.get("ref", ()):
            here, there = (table.path, [column.name]), (value.path, [value.text])
            if value.sign == "-":  # the column that has the setting refers; elsewhere it is the one that stands last
                here, there = there, here
            self._inline.append(tree.Ref(here, value.sign, there, {}, column.line))
        self._losses.append(Loss(where, "column", "changed" if reason else "kept", reason))
        self._losses += unknown(where, settings, _COLUMN_SETTINGS)
        if self._is_elsewhere(data_type):
            reason = f"the file does not say what {data_type} is: a database must have it before the table is made"
            self._losses.append(Loss(where, "type", "refused", reason))
        return Attribute(
            name=column.name,
            data_type=data_type,
            is_primary_key=is_key,
            is_nullable=not is_key and "not null" not in settings and not is_counted,
            is_unique="unique" in settings and not is_key,
            default_value=default,
            identity="BY DEFAULT" if is_counted else None,
            description=first(settings, "note"),
        )

    def _type(self, column: tree.Column) -> tuple[str, bool, str]:
        """Return the type for PostgreSQL, whether it counts by itself, and why it is another one."""
        path = (*column.type_path[:-1], column.type.rstrip("[]"))
        for known in (path, path[1:] if path[0] == "public" else path):
            if known in self._enums:
                arrays = column.type[len(column.type.rstrip("[]")) :]
                return ".".join(map(quote, known)) + arrays, False, ""
        text = column.type
        head, bracket, rest = text.partition("(")
        lower = head.lower().strip()
        if lower in _SERIAL:
            return _SERIAL[lower], True, ""
        if lower == "tinyint" and rest.strip() == "1)":  # MySQL's boolean
            return "boolean", False, f"{text} is boolean in PostgreSQL"
        stem, dimensions = (lower[:-2], "[]") if lower.endswith("[]") else (lower, "")
        if stem in TYPES:
            wanted = TYPES[stem]
            keeps_size = bracket and wanted in {"numeric", "character varying", "character"}
            made = (f"{wanted}({rest}" if keeps_size else wanted) + dimensions
            return made, False, f"{text} is {made} in PostgreSQL"
        try:
            return types.canonical(text), False, ""
        except InvalidSql:
            return "text", False, f"{text!r} is no type of PostgreSQL; it became text"

    def _is_elsewhere(self, data_type: str) -> bool:
        """Whether a type is of a schema, and no enumeration of the file."""
        parsed = types.parse(data_type)
        return bool(parsed.schema) and (parsed.schema, parsed.name) not in self._enums

    def _default(self, column: tree.Column) -> str | None:
        values = column.settings.get("default")
        if not values:
            return None
        value = values[0]
        if value.kind in {"expression", "number"}:
            return value.text
        if value.kind == "word" and value.text.lower() in _CONSTANTS:
            return value.text.lower() if value.text.lower() != "null" else None
        return literal(value.text)

    def _index(self, table: tree.Table, index: tree.Index) -> Key | Index:
        name = first(index.settings, "name") or None
        note = first(index.settings, "note")
        label = ".".join((*table.path, name or ",".join(text for text, _ in index.parts)))
        method = first(index.settings, "type").lower() or "btree"
        reason = "" if method in _METHODS else f"{method} is no index method; it became btree"
        self._losses.append(Loss(label, "index", "changed" if reason else "kept", reason))
        self._losses += unknown(label, index.settings, _INDEX_SETTINGS)
        is_plain = not any(is_expression for _, is_expression in index.parts)
        if "unique" in index.settings and is_plain:
            return Key(name=name, attributes=tuple(text for text, _ in index.parts), description=note)
        keys = tuple(
            IndexKey(expression=text) if is_expression else IndexKey(attribute=text)
            for text, is_expression in index.parts
        )
        return Index(
            name=name,
            keys=keys,
            method="btree" if reason else method,
            is_unique="unique" in index.settings,
            description=note,
        )

    # everything else

    def _enum(self, enum: tree.Enum) -> Enum:
        notes = [f"{label}: {note}" for label, note in enum.labels if note]
        reason = "PostgreSQL has no comments on labels; their notes stand in the description" if notes else ""
        self._losses.append(Loss(".".join(enum.path), "enum", "changed" if notes else "kept", reason))
        return Enum(
            name=enum.path[-1],
            schema_name=_schema(enum.path),
            labels=tuple(label for label, _ in enum.labels),
            description="\n".join(notes),
        )

    def _relationships(self) -> Iterator[Relationship]:
        seen = set()
        for ref in (*self._inline, *self._document.refs):
            made, losses = self._told(ref.line, partial(relationship, ref, self._ends))
            ends = (made.source_entity_id, made.target_entity_id, made.source_attributes, made.target_attributes)
            if ends in seen:
                self._losses.append(Loss(losses[0].object, "relationship", "refused", "it is there already"))
                continue
            seen.add(ends)
            self._losses += losses
            yield made

    def _notes(self) -> Iterator[Note]:
        """Yield the notes, one below the other at the left of everything."""
        for place, (name, text) in enumerate(self._document.notes):
            is_long = len(text) > LONGEST_NOTE
            reason = f"what is beyond {LONGEST_NOTE:,} characters is left out" if is_long else ""
            self._losses.append(Loss(name or "note", "note", "changed" if is_long else "kept", reason))
            yield Note(text=text[:LONGEST_NOTE], position=Position(x=-300, y=140 * place))

    def _areas(self) -> Iterator[Area]:
        for group in self._document.groups:
            members = [self._ends.find(path, [], group.line).id for path in group.members]
            self._losses.append(Loss(group.name, "area", "kept"))
            self._losses += unknown(group.name, group.settings, _GROUP_SETTINGS)
            yield Area(
                name=group.name,
                description=group.note or first(group.settings, "note"),
                colour=_colour(first(group.settings, "color")),
                members=tuple(members),
            )


def _is_said(key: Key, attributes: list[Attribute], keys: list[Key]) -> bool:
    """Whether columns are unique already: a partial may say it of the column and once more as an index."""
    alone = {(a.name,) for a in attributes if a.is_unique} if key.name is None else set()
    return key.attributes in alone or any(key.attributes == k.attributes and key.name == k.name for k in keys)


def _refuse_twins(what: str, found: Iterable[tree.Table | tree.Enum]) -> None:
    """Refuse two things of one name: with its schema, and without where that is ``public``."""
    names = set()
    for one in found:
        name = (_schema(one.path), one.path[-1])
        if name in names:
            raise DocumentError(
                f"two {what} are called {'.'.join(one.path)!r}", where=f"{one.line}:1", mend="rename or remove one"
            )
        names.add(name)


def _refuse_unknown_columns(name: str, known: set[str], parts: Iterable[tree.Table]) -> None:
    """Refuse indexes and keys of columns that a table does not have."""
    for index in (index for part in parts for index in part.indexes):
        for text, is_expression in index.parts:
            if text not in known and (not is_expression or "pk" in index.settings):
                raise DocumentError(f"{name} has no column {text!r}", where=f"{index.line}:1", mend="correct the name")


def _schema(path: tree.Path) -> str | None:
    return path[-2] if len(path) > 1 and path[-2] != "public" else None


def _colour(text: str) -> str | None:
    if len(text) == 4:
        return "#" + "".join(digit * 2 for digit in text[1:])
    return text or None
