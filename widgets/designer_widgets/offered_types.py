"""The types that a field of types offers: the design's own, the usual ones, and all others that the server has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.diagram.spelling import short_type
from designer_kernel.errors import InvalidSql
from designer_kernel.lint.rules.unknown_type import BUILT_IN, EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from designer_kernel.design import Design
    from designer_kernel.design.objects import SchemaObject
    from designer_kernel.postgres.server_types import ServerTypes

Offer = dict[str, str]

USUAL: Final = {
    "varchar(255)": "text of at most so many characters; string",
    "numeric(12,2)": "exact number, digits in all and after the point; decimal money price",
    "text": "text of any length; string",
    "bigint": "whole number of 8 bytes; int8 long",
    "integer": "whole number of 4 bytes; int4",
    "smallint": "whole number of 2 bytes; int2 short",
    "boolean": "true or false; bool",
    "timestamptz": "a moment, in any time zone; datetime timestamp with time zone",
    "timestamp": "date and time without a zone; datetime timestamp without time zone",
    "date": "a day",
    "time": "a time of day; time without time zone",
    "interval": "a span of time; duration",
    "uuid": "a universal identifier; guid",
    "jsonb": "JSON that can be searched; object document",
    "json": "JSON as it was written",
    "double precision": "inexact number of 8 bytes; float8",
    "real": "inexact number of 4 bytes; float4",
    "char(2)": "text of just so many characters; character bpchar",
    "bytea": "bytes; binary blob",
    "inet": "an address of the internet; ip",
    "cidr": "a network; ip",
    "tsvector": "words for searching in texts",
    "xml": "XML",
    "timestamptz(3)": "a moment, to a thousandth of a second",
    "bit(8)": "so many bits",
    "varbit(64)": "at most so many bits; bit varying",
    "daterange": "from one day to another",
    "tstzrange": "from one moment to another",
    "int4range": "from one whole number to another",
    "numrange": "from one number to another",
}
"""What people look for first, with a size where one is usual, and in which words they may look for it."""

_KINDS: Final = {"type": "type", "composite": "composite type", "enum": "enum", "domain": "domain", "range": "range"}


def offered_types(design: Design, server: ServerTypes | None) -> list[Offer]:
    """Return types with their origin or meaning, those of the design first; ``server`` is what is known of one."""
    offers: dict[str, str] = {}
    for name, hint in _own(design):
        offers.setdefault(name, hint)
    for name, hint in USUAL.items():
        offers.setdefault(name, hint)
    for name, hint in server.types if server is not None else ():
        offers.setdefault(short_type(name), hint)
    if server is None:
        for name in sorted(BUILT_IN):
            offers.setdefault(short_type(name), "")
    for name, extension in EXTENSIONS.items():
        if server is None or extension in server.extensions:
            offers.setdefault(name, f"needs the extension {extension}")
    by_meaning: dict[str, Offer] = {}
    for name, hint in offers.items():
        by_meaning.setdefault(_meant(name), {"name": name, "hint": hint})
    return list(by_meaning.values())


def _meant(name: str) -> str:
    try:
        return str(types.parse(name))
    except InvalidSql:
        return name


def _own(design: Design) -> Iterator[tuple[str, str]]:
    for enum in design.enums:
        labels = ", ".join(enum.labels[:6])
        yield _spelled(design, enum), f"enum of this design: {labels}"
    for domain in design.domains:
        yield _spelled(design, domain), f"domain of this design: {domain.data_type}"
    for carried in design.opaque:
        if carried.effect == "fact" and carried.key.kind == "type" and len(carried.key.path) == 2:
            schema, name = carried.key.path
            spelled = quote_path(name) if schema == design.default_schema else quote_path(schema, name)
            yield spelled, f"{_KINDS.get(carried.kind, carried.kind.replace('_', ' '))} of this design"


def _spelled(design: Design, item: SchemaObject) -> str:
    """Return a type of the design as SQL: a name in capitals or with a space needs quotes."""
    away = item.schema_name not in (None, design.default_schema)
    return quote_path(str(item.schema_name), item.name) if away else quote_path(item.name)
