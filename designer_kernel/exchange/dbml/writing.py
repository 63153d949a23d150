"""A design as DBML. What the language has no words for is in the loss report, never left out in silence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.design import COLLECTIONS
from designer_kernel.design.expansion import expand
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.design.losses import Loss, LossReport, Outcome
from designer_kernel.design.objects import Domain, Enum
from designer_kernel.errors import InvalidSql
from designer_kernel.exchange.transfer import Exported

T = TypeVar("T", Enum, Domain)

_WORD: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")
_SHORT: Final = {
    "character varying": "varchar", "character": "char", "bit varying": "varbit",
    "timestamp with time zone": "timestamptz", "timestamp without time zone": "timestamp",
    "time with time zone": "timetz", "time without time zone": "time",
}  # fmt: skip
"""Types of several words, by the one word that PostgreSQL takes for each."""
_MISSING: Final = "the table has no such column: a trait has put another one in its place"
_NO_WORDS: Final = "DBML has no words for it"


def write_dbml(design: Design) -> Exported:
    """Return a design as DBML, with what its traits and relationships imply written out.

    Raises
    ------
    InvalidDesign
        If the design contradicts itself.
    """
    writing = _Writing(design)
    text = "\n\n".join(writing.blocks()) + "\n"
    return Exported(text, LossReport(tuple(writing.losses)))


class _Writing:
    """One run of `write_dbml`."""

    def __init__(self, design: Design) -> None:
        self._meant = design
        self._expanded = expand(design)
        self._design = self._expanded.design
        carried = (one.key for one in design.opaque if one.effect == "fact")
        self._carried_types = frozenset(key.path for key in carried if key.kind == "type")
        self.losses: list[Loss] = []

    def blocks(self) -> Iterator[str]:
        design = self._design
        lines = ["  database_type: 'PostgreSQL'"]
        if design.description:
            lines.append(f"  Note: {_text(design.description)}")
        yield _block(f"Project {_name(design.name)}", lines)
        for enum in design.enums:
            self._partly(design.qualified_name(enum), "enum", {"its description": enum.description})
            yield _block(f"Enum {self._path(enum.schema_name, enum.name)}", [f"  {_name(x)}" for x in enum.labels])
        for entity in design.entities:
            if not entity.is_abstract:
                yield self._table(entity)
        refs = [self._ref(key) for key in self._expanded.foreign_keys]
        if refs:
            yield "\n".join(refs)
        for area in design.areas:
            members = [e for e in design.entities if e.id in area.members and not e.is_abstract]
            settings = _settings(color=area.colour or "", note=_text(area.description) if area.description else "")
            yield _block(
                f"TableGroup {_name(area.name)}{settings}",
                [f"  {self._path(entity.schema_name, entity.name)}" for entity in members],
            )
            self._say(area.name, "area", "kept")
        for number, note in enumerate(self._design.notes, start=1):
            yield _block(f"Note note_{number}", [f"  {_text(note.text)}"])
            reason = "its colour, its place and its diagram are not there" if note.colour or note.diagram_id else ""
            self._say(f"note_{number}", "note", "changed" if reason else "kept", reason)
        self._others()

    def _say(self, name: str, kind: str, outcome: Outcome, reason: str = "") -> None:
        self.losses.append(Loss(name, kind, outcome, reason))

    def _path(self, schema: str | None, name: str) -> str:
        place = schema or self._design.default_schema
        return _name(name) if place == "public" else f"{_name(place)}.{_name(name)}"

    # tables

    def _table(self, entity: Entity) -> str:
        where = self._design.qualified_name(entity)
        meant = {one.id: one for one in self._meant.entities}.get(entity.id, entity)
        lost = {
            "UNLOGGED": entity.is_unlogged,
            "the name of the primary key": entity.primary_key_name,
            "that the primary key is DEFERRABLE": entity.primary_key_deferrable,
            "what it inherits, other than the columns,": meant.inherits,
        }
        self._partly(where, "table", lost)
        lines = [f"  {self._column(entity, attribute)}" for attribute in entity.attributes]
        if indexes := [f"    {line}" for line in self._indexes(entity, where)]:
            lines += ["", "  indexes {", *indexes, "  }"]
        if checks := [f"    {line}" for line in self._checks(entity, where)]:
            lines += ["", "  checks {", *checks, "  }"]
        if entity.description:
            lines += ["", f"  Note: {_text(entity.description)}"]
        for kind in ("exclusions", "policies", "triggers"):
            for part in getattr(entity, kind):
                self._say(f"{where}.{part.name or kind}", _singular(kind), "refused", _NO_WORDS)
        if entity.row_security != "OFF":
            self._say(where, "row security", "refused", _NO_WORDS)
        if entity.id in self._expanded.partition_by:
            self._say(where, "partitioning", "refused", _NO_WORDS)
        for partition in self._expanded.partitions:
            if partition.entity_id == entity.id:
                self._say(partition.name, "partition", "refused", _NO_WORDS)
        for trait in meant.traits:
            self._say(f"{where}.{trait.kind}", "trait", "changed", "written out as what it stands for")
        return _block(
            f"Table {self._path(entity.schema_name, entity.name)}{_settings(headercolor=entity.colour or '')}", lines
        )

    def _column(self, entity: Entity, attribute: Attribute) -> str:
        where = f"{self._design.qualified_name(entity)}.{attribute.name}"
        words = []
        if entity.key == (attribute.name,):
            words.append("pk")
        elif not attribute.is_nullable or attribute.name in entity.key:
            words.append("not null")
        if attribute.is_unique:
            words.append("unique")
        outcome: Outcome = "kept"
        reason = ""
        if attribute.identity is not None:
            words.append("increment")
            if attribute.identity == "ALWAYS":
                outcome, reason = "changed", "increment does not say GENERATED ALWAYS"
        elif attribute.generated is not None:
            outcome, reason = "changed", f"the expression {attribute.generated} is not there: {_NO_WORDS}"
        elif attribute.default_value is not None:
            words.append(f"default: {_expression(attribute.default_value)}")
        if attribute.collation:
            outcome, reason = "changed", f"the collation {attribute.collation} is not there: {_NO_WORDS}"
        if attribute.description:
            words.append(f"note: {_text(attribute.description)}")
        if self._named(attribute, self._design.domains) is not None:
            outcome, reason = "changed", f"the domain {attribute.data_type} is written as its type, without its checks"
        if carried := self._carried(attribute):
            outcome, reason = "changed", f"the type {'.'.join(carried)} is named, and not there: {_NO_WORDS}"
        self._say(where, "column", outcome, reason)
        settings = f" [{', '.join(words)}]" if words else ""
        return f"{_name(attribute.name)} {self._type(attribute)}{settings}"

    def _type(self, attribute: Attribute) -> str:
        """Return the type; a domain becomes what it is made of."""
        enum = self._named(attribute, self._design.enums)
        if enum is not None:
            return self._path(enum.schema_name, enum.name) + "[]" * attribute.is_array
        if carried := self._carried(attribute):
            name = quote(carried[1]) if carried[0] == "public" else quote_path(*carried)
            return _type(name + "[]" * types.parse(attribute.type).dimensions)
        domain = self._named(attribute, self._design.domains)
        return _type(domain.data_type + "[]" * attribute.is_array if domain is not None else attribute.type)

    def _carried(self, attribute: Attribute) -> tuple[str, ...]:
        """Return the schema and name of a type that the design only carries along; nothing for others."""
        try:
            parsed = types.parse(attribute.data_type)
        except InvalidSql:
            return ()
        path = (parsed.schema or self._design.default_schema, parsed.name)
        return path if path in self._carried_types else ()

    def _named(self, attribute: Attribute, objects: Iterable[T]) -> T | None:
        """Return the object among others that an attribute's type names, with its schema or in the default one."""
        try:
            parsed = types.parse(attribute.data_type)
        except InvalidSql:
            return None
        place = parsed.schema or self._design.default_schema
        return next(
            (
                one
                for one in objects
                if (one.schema_name or self._design.default_schema, one.name) == (place, parsed.name)
            ),
            None,
        )

    def _indexes(self, entity: Entity, where: str) -> Iterator[str]:
        if len(entity.key) > 1:
            yield f"({', '.join(map(_name, entity.key))}) [pk]"
        known = {attribute.name for attribute in entity.attributes}
        for key in entity.keys:
            if not known.issuperset(key.attributes):
                self._say(f"{where}.{key.name or ','.join(key.attributes)}", "key", "refused", _MISSING)
                continue
            lost = {
                "INCLUDE": key.include,
                "NULLS NOT DISTINCT": key.nulls_not_distinct,
                "DEFERRABLE": key.deferrable,
            }
            self._partly(f"{where}.{key.name or ','.join(key.attributes)}", "key", lost)
            yield _columns(map(_name, key.attributes)) + _settings("unique", name=_quoted(key.name), note=_note(key))
        for index in entity.indexes:
            parts = [_name(k.attribute) if k.attribute else f"`{k.expression}`" for k in index.keys]
            has_backtick = any("`" in (key.expression or "") for key in index.keys)
            if has_backtick or not known.issuperset(key.attribute for key in index.keys if key.attribute):
                reason = "it holds a backtick" if has_backtick else _MISSING
                self._say(f"{where}.{index.name or ','.join(parts)}", "index", "refused", reason)
                continue
            ordered = any(k.descending or k.nulls or k.operator_class or k.collation for k in index.keys)
            lost = {
                "WHERE": index.predicate,
                "INCLUDE": index.include,
                "NULLS NOT DISTINCT": index.nulls_not_distinct,
                "storage parameters": index.parameters,
                "order, collation or operator class": ordered,
            }
            self._partly(f"{where}.{index.name or ','.join(parts)}", "index", lost)
            kinds = ["unique"] if index.is_unique else []
            method = "" if index.method == "btree" else index.method
            yield _columns(parts) + _settings(*kinds, name=_quoted(index.name), type=method, note=_note(index))

    def _checks(self, entity: Entity, where: str) -> Iterator[str]:
        for check in entity.checks:
            if "`" in check.expression:
                self._say(f"{where}.{check.name or check.expression}", "check", "refused", "it holds a backtick")
                continue
            lost = {"its description": check.description, "NOT VALID": not check.is_valid}
            self._partly(f"{where}.{check.name or check.expression}", "check", lost)
            yield f"`{check.expression}`{_settings(name=_quoted(check.name))}"

    def _partly(self, name: str, kind: str, lost: Mapping[str, object]) -> None:
        """Say that something is kept, or changed since some of its properties, if it has them, cannot be written."""
        words = [word for word, is_there in lost.items() if is_there]
        if words:
            self._say(name, kind, "changed", f"{' and '.join(words)} not written: {_NO_WORDS}")
        else:
            self._say(name, kind, "kept")

    # everything else

    def _ref(self, key: EffectiveForeignKey) -> str:
        child, parent = self._design.entity(key.child_entity_id), self._design.entity(key.parent_entity_id)
        sides = [(child, key.child_attributes), (parent, key.parent_attributes)]
        if key.is_unique:  # of a one-to-one, the column that stands last refers
            sides.reverse()
        sign = "-" if key.is_unique else ">"
        ends = [f"{self._path(entity.schema_name, entity.name)}.{_end(columns)}" for entity, columns in sides]
        actions = {
            "delete": "" if key.on_delete == "NO ACTION" else key.on_delete.value.lower(),
            "update": "" if key.on_update == "NO ACTION" else key.on_update.value.lower(),
        }
        lost = {
            "MATCH FULL": key.match_full,
            "DEFERRABLE": key.deferrable,
            "NOT VALID": not key.is_valid,
            "columns of SET NULL": key.on_delete_attributes,
            "its description": key.description,
        }
        self._partly(key.name or f"{child.name}.{','.join(key.child_attributes)}", "relationship", lost)
        name = f" {_name(key.name)}" if key.name else ""
        return f"Ref{name}: {ends[0]} {sign} {ends[1]}{_settings(**actions)}"

    def _others(self) -> None:
        """Name every object of the design that DBML has no words for."""
        said = {"enums", "entities", "relationships", "areas", "schemas", "notes"}
        if any(one.position is not None for one in self._meant.entities):
            self._say(self._design.name, "layout", "refused", "DBML does not say where tables stand")
        places = {self._design.schema_of(one) for one in self._design.entities}
        places |= {self._design.schema_of(one) for one in self._design.enums}
        for schema in self._design.schemas:
            if schema.name not in places:
                self._say(schema.name, "schema", "refused", "DBML knows a schema only by what stands in it")
            else:
                self._partly(schema.name, "schema", {"its description": schema.description})
        if self._design.sample is not None:
            self._say(self._design.name, "hints for sample data", "refused", _NO_WORDS)
        for collection in COLLECTIONS:
            for item in getattr(self._design, collection):
                if collection not in said:
                    name = str(getattr(item, "name", "") or item.id)
                    self._say(name, _singular(collection), "refused", _NO_WORDS)
                elif collection == "entities" and item.is_abstract:
                    self._say(
                        item.name, "abstract entity", "changed", "written out in the entities that inherit from it"
                    )


def _block(head: str, lines: Iterable[str]) -> str:
    return "\n".join([f"{head} {{", *lines, "}"])


def _settings(*words: str, **values: str) -> str:
    given = [*words, *(f"{name}: {value}" for name, value in values.items() if value)]
    return f" [{', '.join(given)}]" if given else ""


def _type(text: str) -> str:
    """Return a type in one word, since DBML has no blanks in types; in quotes where there is none."""
    try:
        parsed = types.parse(text)
    except InvalidSql:
        return _quoted_type(text)
    name = _SHORT.get(parsed.name, parsed.name)
    if parsed.schema or parsed.fields or not _WORD.match(name):
        return _quoted_type(text)
    modifiers = f"({','.join(map(str, parsed.modifiers))})" if parsed.modifiers else ""
    return name + modifiers + "[]" * parsed.dimensions


def _quoted_type(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _columns(parts: Iterable[str]) -> str:
    given = list(parts)
    return given[0] if len(given) == 1 else f"({', '.join(given)})"


def _end(columns: tuple[str, ...]) -> str:
    return _name(columns[0]) if len(columns) == 1 else f"({', '.join(map(_name, columns))})"


def _name(text: str) -> str:
    if _WORD.match(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _quoted(name: str | None) -> str:
    return _text(name) if name else ""


def _note(part: object) -> str:
    description = getattr(part, "description", "")
    return _text(description) if description else ""


def _text(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
    )
    return f"'{escaped}'"


def _expression(text: str) -> str:
    if re.fullmatch(r"-?\d+(\.\d+)?|true|false|null", text, re.IGNORECASE):
        return text.lower()
    if found := re.fullmatch(r"'((?:[^'\\]|'')*)'", text):
        return _text(found[1].replace("''", "'"))
    return f"`{text}`" if "`" not in text else _text(text)


def _singular(collection: str) -> str:
    irregular = {"policies": "policy", "materialized_views": "materialized view"}
    return irregular.get(collection, collection.removesuffix("s"))
