"""What every step of lowering needs: the expanded design, where names live, and names for what has none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from designer_kernel.catalog import sqltext, types
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.trigger import Trigger
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.qualify import Names, qualify, qualify_expression
from designer_kernel.catalog.spelling import index_element
from designer_kernel.design import parts
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.expansion import Expanded
from designer_kernel.design.naming import Namer
from designer_kernel.design.objects import SchemaObject
from designer_kernel.errors import InvalidDesign

Placed = Entity | SchemaObject
"""Whatever has a name in a schema."""

TRIGGER_FUNCTIONS: Final = frozenset(
    {"suppress_redundant_updates_trigger", "tsvector_update_trigger", "tsvector_update_trigger_column"}
)
"""Trigger functions of PostgreSQL itself."""


@dataclass(frozen=True, slots=True)
class Lowering:
    """What every step of lowering needs to know of the whole design."""

    expanded: Expanded
    names: Names
    namer: Namer
    known: frozenset[str]
    domains: frozenset[str]
    types: dict[tuple[str, int | None, int | None, int | None, bool], str] = field(default_factory=dict)

    @property
    def design(self) -> Design:
        """The expanded design."""
        return self.expanded.design

    def type(self, text: str) -> str:
        """Return a type with its schema, as ``format_type`` prints it with an empty search path."""
        parsed = types.parse(text)
        schema = parsed.schema or self.names.types.get(parsed.name, "")
        return str(types.TypeName(schema, parsed.name, parsed.modifiers, parsed.dimensions, parsed.fields))

    def attribute_type(self, attribute: Attribute) -> str:
        """Return an attribute's type, see `type`; the same few come again and again."""
        key = (attribute.data_type, attribute.length, attribute.precision, attribute.scale, attribute.is_array)
        found = self.types.get(key)
        if found is None:
            found = self.types[key] = self.type(attribute.type)
        return found

    def expression(self, text: str) -> str:
        """Return an expression with its names qualified; one that needs nothing stays as it is written."""
        settled = sqltext.settled_expression(text)
        return qualify_expression(settled, self.names) if self._may_name(settled) else settled

    def _may_name(self, sql: str) -> bool:
        """Whether a name of the design that could be qualified stands somewhere in a text."""
        return not self.known.isdisjoint(_words(sql))

    def optional(self, text: str | None) -> str:
        """Return the canonical form of an expression that may be missing."""
        return self.expression(text) if text is not None else ""

    def query(self, text: str) -> str:
        """Return a query with its names qualified; one that needs nothing stays as it is written."""
        return self.qualified(sqltext.settled_query(text))

    def qualified(self, statement: str) -> str:
        """Return a statement with its names qualified, the same text if none had to be."""
        return qualify(statement, self.names) if self._may_name(statement) else statement

    def function(self, text: str) -> tuple[str, str]:
        """Return (schema, name) of a function that a trigger names."""
        parsed = types.parse(text)
        schema = parsed.schema or self.names.functions.get(parsed.name, "")
        if not schema and parsed.name in TRIGGER_FUNCTIONS:
            schema = "pg_catalog"
        if not schema:
            raise InvalidDesign(
                f"there is no function {text!r}", where=f"{self.design.name}: triggers", mend="add the function first"
            )
        return schema, parsed.name

    def index_key(self, key: parts.IndexKey) -> str:
        """Return one key of an index as SQL: what is indexed, then collation, operator class and order."""
        text = quote(key.attribute) if key.attribute is not None else self._indexed(key.expression or "")
        if key.collation:
            text += f" COLLATE {quote(key.collation)}"
        if key.operator_class:
            text += f" {quote_path(*key.operator_class.split('.'))}"
        if key.descending:
            text += " DESC"
        # PostgreSQL's default is NULLS FIRST for DESC and NULLS LAST otherwise; only the other one is kept.
        if key.nulls == ("LAST" if key.descending else "FIRST"):
            text += f" NULLS {key.nulls}"
        return text

    def _indexed(self, expression: str) -> str:
        """Return an expression as a key of an index: in brackets, unless it is a call, as the server prints it."""
        text = self.expression(expression)
        return text if text.endswith(")") and index_element(text) == text else f"({text})"

    def index(self, index: parts.Index, schema: str, table: str) -> Index:
        """Return the fact of an index, named after its keys unless it has a name."""
        columns = [key.attribute or "expr" for key in index.keys]
        return Index(
            schema=schema,
            table=table,
            name=index.name or self.namer.give(schema, table, columns, "idx"),
            method=index.method,
            unique=index.is_unique,
            nulls_not_distinct=index.nulls_not_distinct,
            keys=tuple(self.index_key(key) for key in index.keys),
            include=index.include,
            predicate=self.optional(index.predicate),
            options=tuple(f"{name}={value}" for name, value in index.parameters.items()),
        )

    def trigger(self, trigger: parts.Trigger, schema: str, table: str) -> Trigger:
        """Return the fact of a trigger."""
        order = ("INSERT", "UPDATE", "DELETE", "TRUNCATE")  # the order in which the catalog lists them
        return Trigger(
            schema=schema,
            table=table,
            name=trigger.name,
            timing=trigger.timing,
            events=tuple(sorted(trigger.events, key=order.index)),
            function=self.function(trigger.function),
            arguments=trigger.arguments,
            update_columns=trigger.update_attributes,
            for_each_row=trigger.for_each_row,
            condition=self.optional(trigger.condition),
        )


@lru_cache(maxsize=32768)
def _words(sql: str) -> frozenset[str]:
    """Return everything in a text that could be a name, quoted or not."""
    return frozenset(_WORD.findall(sql.lower())) | frozenset(n.replace('""', '"') for n in _QUOTED.findall(sql))


_WORD: Final = re.compile(r"[^\W\d][\w$]*")
_QUOTED: Final = re.compile(r'"((?:[^"]|"")+)"')


def described(on: ObjectId, text: str) -> Iterator[Comment]:
    """Yield the comment on an object, if there is something to say."""
    if text:
        yield Comment(on=on, text=text)
