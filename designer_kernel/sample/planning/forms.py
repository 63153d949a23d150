"""What sample data knows about a column's type: its form (how values are computed and sent) and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from designer_kernel.catalog import types
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.enum import Enum

INTEGERS: Final[Mapping[str, int]] = {"smallint": 16, "integer": 32, "bigint": 64}
"""Integer types and their width in bits."""

_KINDS: Final[Mapping[str, str]] = {
    "smallint": "integer", "integer": "integer", "bigint": "integer", "oid": "integer",
    "numeric": "numeric", "money": "raw", "real": "float", "double precision": "float", "boolean": "boolean",
    "text": "text", "character varying": "text", "character": "text", "citext": "text", "name": "text",
    "uuid": "uuid", "date": "date", "timestamp with time zone": "timestamp", "timestamp without time zone": "timestamp",
    "time without time zone": "time", "time with time zone": "raw", "interval": "interval",
    "json": "json", "jsonb": "json", "bytea": "bytes", "inet": "inet", "cidr": "inet", "macaddr": "macaddr",
    "int4range": "range", "int8range": "range", "numrange": "raw", "daterange": "range", "tsrange": "range",
    "tstzrange": "range",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Form:
    """A type as sample data sees it.

    ``kind`` is the family: integer, numeric, float, boolean, text, enum, uuid, date, timestamp, time, interval, json,
    bytes, inet, macaddr, range, list (of ``element``) or raw (text that only the server understands).
    ``base`` is the built-in type under any domain.
    """

    kind: str
    base: str
    length: int | None = None
    precision: int | None = None
    scale: int = 0
    labels: tuple[str, ...] = ()
    element: Form | None = None
    not_null: bool = False
    checks: tuple[tuple[str, str], ...] = field(default=())

    @property
    def largest(self) -> int | None:
        """The largest value of an integer or of a numeric in its smallest unit; ``None`` if nothing limits it."""
        if self.kind == "integer":
            return int(2 ** (INTEGERS.get(self.base, 32) - 1) - 1)
        if self.kind == "numeric" and self.precision is not None:
            return int(10 ** min(self.precision, 18) - 1)
        return None


def form_of(catalog: Catalog, type_text: str) -> Form:
    """Return the form of a type as the catalog spells it, looking through domains."""
    name = types.parse(type_text)
    if name.dimensions:
        element = form_of(catalog, str(name.element))
        return Form("list", element.base + "[]", element=element)
    owner = _user_type(catalog, name.schema, name.name)
    if isinstance(owner, Enum):
        return Form("enum", owner.name, labels=owner.labels)
    if isinstance(owner, Domain):
        return _domain(catalog, owner)
    kind = _KINDS.get(name.name, "raw")
    length = name.numbers[0] if kind == "text" and name.numbers else None
    if kind == "text" and name.name == "name":
        length = 63
    if kind == "numeric":
        precision, scale = name.numbers or (None, 2)
        return Form("numeric", "numeric", precision=precision, scale=scale)
    return Form(kind, name.name, length=length)


def _user_type(catalog: Catalog, schema: str, name: str) -> Enum | Domain | None:
    known: tuple[Enum | Domain, ...] = (*catalog.of(Enum), *catalog.of(Domain))
    for owner in known:
        if owner.name == name and schema in ("", owner.schema):
            return owner
    return None


def _domain(catalog: Catalog, domain: Domain) -> Form:
    inner = form_of(catalog, domain.type)
    checks = ((check.name, check.expression) for check in catalog.parts(domain.id, DomainCheck))
    return Form(
        inner.kind,
        inner.base,
        inner.length,
        inner.precision,
        inner.scale,
        inner.labels,
        inner.element,
        not_null=inner.not_null or domain.not_null,
        checks=(*inner.checks, *checks),
    )
