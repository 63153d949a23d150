"""What sample data knows about a column's type: its form (how values are computed and sent) and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from designer_kernel.catalog import types
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.composite import Composite, CompositeAttribute
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.range import Multirange, Range
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.types import TypeName

INTEGERS: Final[Mapping[str, int]] = {"smallint": 16, "integer": 32, "bigint": 64}
"""Integer types and their width in bits."""

_KINDS: Final[Mapping[str, str]] = {
    "smallint": "integer", "integer": "integer", "bigint": "integer",
    "numeric": "numeric", "money": "money", "real": "float", "double precision": "float", "boolean": "boolean",
    "text": "text", "character varying": "text", "character": "text", "citext": "text", "name": "text",
    "bpchar": "text", '"bit"': "bits", "refcursor": "text",
    "uuid": "uuid", "date": "date", "timestamp with time zone": "timestamp", "timestamp without time zone": "timestamp",
    "time without time zone": "time", "time with time zone": "timetz", "interval": "interval",
    "json": "json", "jsonb": "json", "jsonpath": "jsonpath", "xml": "xml", "bytea": "bytes",
    "inet": "inet", "cidr": "inet", "macaddr": "macaddr", "macaddr8": "macaddr",
    "bit": "bits", "bit varying": "bits", "char": "byte",
    "point": "geometry", "line": "geometry", "lseg": "geometry", "box": "geometry", "path": "geometry",
    "polygon": "geometry", "circle": "geometry",
    "tsvector": "tsvector", "tsquery": "tsquery", "pg_lsn": "position", "xid8": "position",
    "oid": "object", "regclass": "object", "regtype": "object", "regproc": "object", "regprocedure": "object",
    "regoper": "object", "regoperator": "object", "regnamespace": "object", "regrole": "object",
    "regconfig": "object", "regdictionary": "object", "regcollation": "object", "xid": "object", "cid": "object",
    "tid": "tid", "pg_snapshot": "snapshot", "txid_snapshot": "snapshot",
    "int2vector": "raw", "oidvector": "raw",
}  # fmt: skip

_MOST_DECIMALS: Final = 9

_OF_EXTENSIONS: Final[Mapping[str, str]] = {
    "citext": "text", "hstore": "hstore", "ltree": "ltree", "vector": "vector", "halfvec": "halfvec",
}  # fmt: skip
"""Types of extensions whose values are known; their schema is that of the extension."""

_SUBTYPES: Final[Mapping[str, str]] = {
    "int4range": "integer", "int8range": "bigint", "numrange": "numeric", "daterange": "date",
    "tsrange": "timestamp without time zone", "tstzrange": "timestamp with time zone",
}  # fmt: skip
_MULTIRANGES: Final = {name.replace("range", "multirange"): name for name in _SUBTYPES}


@dataclass(frozen=True, slots=True)
class Form:
    """A type as sample data sees it.

    ``kind`` is the family: integer, numeric, float, boolean, text, enum, uuid, date, timestamp, time, timetz,
    interval, json, bytes, inet, macaddr, range and multirange (``element`` is the subtype's form, or the range's), list
    (of ``element``), composite (of ``fields``), one of the rarer ones that `loading.wire` knows, or raw (text that only
    the server understands). ``base`` is the built-in type under any domain. ``is_own`` says that the database, not the
    server, defines the type, so that its number is not known here.
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
    fields: tuple[tuple[str, Form], ...] = ()
    is_own: bool = False

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
        return Form("list", element.base + "[]", element=element, is_own=element.is_own)
    owner = _user_type(catalog, name)
    if owner is not None:
        return replace(_own(catalog, owner), is_own=True)
    if name.schema:
        return _of_extension(name)
    return _built_in(name)


def _built_in(name: TypeName) -> Form:
    if name.name in _MULTIRANGES:
        return Form("multirange", name.name, element=_built_in(TypeName("", _MULTIRANGES[name.name])))
    if name.name in _SUBTYPES:
        return Form("range", name.name, element=_built_in(TypeName("", _SUBTYPES[name.name])))
    kind = _KINDS.get(name.name, "raw")
    length = name.numbers[0] if kind in ("text", "bits") and name.numbers else None
    if name.name == "name":
        length = 63
    if kind == "numeric":
        return _numeric(name)
    return Form(kind, name.name, length=length)


def _numeric(name: TypeName) -> Form:
    """Return the form of a numeric with as many decimals as 64 bits leave room for; the server adds the zeros.

    A negative scale rounds to tens or hundreds, and the largest number of all digits would round beyond the type.
    """
    precision, scale = name.numbers or (None, 2)
    kept = min(max(scale, 0), _MOST_DECIMALS)
    if precision is not None and kept != scale:
        precision = max(precision - scale + kept - (scale < 0), 1)
    return Form("numeric", "numeric", precision=precision, scale=kept)


def _of_extension(name: TypeName) -> Form:
    length = name.numbers[0] if name.numbers else None
    return Form(_OF_EXTENSIONS.get(name.name, "raw"), name.name, length=length, is_own=True)


_Own = Enum | Domain | Range | Multirange | Composite | Table


def _user_type(catalog: Catalog, name: TypeName) -> _Own | None:
    if name.schema:
        path = (name.schema, name.name)
        found: Any = catalog.get(ObjectId("type", path)) or catalog.get(ObjectId("relation", path))
        if isinstance(found, _Own):
            return found
    kinds: tuple[Any, ...] = (Multirange,) if name.schema else (Enum, Domain, Range, Multirange, Composite)
    if not name.schema and name.name in (_KINDS.keys() | _SUBTYPES.keys() | _MULTIRANGES.keys()):
        return None
    for kind in kinds:
        for owner in catalog.having(kind, "name", name.name):
            if name.schema in ("", owner.schema) and isinstance(owner, _Own):
                return owner
    return None


def _own(catalog: Catalog, owner: _Own) -> Form:
    match owner:
        case Enum():
            return Form("enum", owner.name, labels=owner.labels)
        case Domain():
            return _domain(catalog, owner)
        case Range():
            ends = form_of(catalog, owner.subtype)
            if ends.checks:  # nothing here keeps both ends inside of a domain
                return Form("raw", owner.name)
            return Form("range", owner.name, element=ends)
        case Multirange():
            inner = catalog[ObjectId("type", owner.range)]
            assert isinstance(inner, Range)
            each = _own(catalog, inner)
            return Form("multirange", owner.name, element=each) if each.kind == "range" else Form("raw", owner.name)
        case Composite():
            parts = [(a.name, a.type) for a in catalog.parts(owner.id, CompositeAttribute)]
        case Table():
            parts = [(c.name, c.type) for c in catalog.parts(owner.id, Column)]
    return Form("composite", owner.name, fields=tuple((name, form_of(catalog, kind)) for name, kind in parts))


def _domain(catalog: Catalog, domain: Domain) -> Form:
    inner = form_of(catalog, domain.type)
    checks = ((check.name, check.expression) for check in catalog.parts(domain.id, DomainCheck))
    return replace(inner, not_null=inner.not_null or domain.not_null, checks=(*inner.checks, *checks))
