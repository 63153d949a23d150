"""A catalog as JSON with one spelling: equal catalogs give equal text, so it can be stored, hashed and compared."""

from __future__ import annotations

import hashlib
import json
from dataclasses import MISSING, fields
from functools import cache
from types import UnionType
from typing import Any, ClassVar, Final, get_args, get_origin, get_type_hints

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds import kinds_by_name
from designer_kernel.catalog.objects import EDGES, CatalogObject, ObjectId
from designer_kernel.errors import DesignerError, DocumentError

VERSION: Final = 1
"""The version of the format, written into every document."""

_NOWHERE: Final = ObjectId("", ())
"""Where ordered facts stand that are a part of nothing."""


def to_json(catalog: Catalog, *, as_given: bool = False) -> str:
    """Return a catalog as JSON, one fact a line, sorted; parts whose order counts (columns, grants) keep it.

    Fields with their default value are left out, so a new field does not change old documents.

    Parameters
    ----------
    as_given
        Leave all facts in their order: then the very same scripts are written of what is read back.
    """
    lines = [_dump(_with_edges(fact)) for fact in (catalog.values() if as_given else _sorted(catalog))]
    return "\n".join([f'{{"version":{VERSION},"objects":[', ",\n".join(lines), "]}", ""])


def from_json(text: str) -> Catalog:
    """Return the catalog that `to_json` wrote.

    Raises
    ------
    DocumentError
        If the text is not such a document.
    """
    try:
        document = json.loads(text)
        if document["version"] != VERSION:
            raise DocumentError(
                f"the catalog has format {document['version']!r}; this program reads {VERSION}",
                mend="read it with the program that wrote it",
            )
        return Catalog(_load(entry) for entry in document["objects"])
    except (ValueError, TypeError, LookupError, RecursionError) as error:
        if isinstance(error, DesignerError):
            raise
        raise DocumentError(
            f"this is not a catalog: {error}", mend="give a document that this program wrote"
        ) from error


def content_hash(catalog: Catalog) -> str:
    """Return the SHA-256 of what a catalog holds, as 64 hexadecimal digits.

    Equal catalogs have equal hashes: neither the order of facts nor their dependencies count.
    """
    if catalog.known_hash is None:
        lines = sorted(_dump(_compared(fact)) for fact in catalog.values())
        catalog.known_hash = hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
    return catalog.known_hash


def _sorted(catalog: Catalog) -> list[CatalogObject]:
    """Return the facts by rank and identity; ordered parts by their place among their siblings."""
    keys: dict[ObjectId, tuple[Any, ...]] = {}
    for place, (key, fact) in enumerate(catalog.items()):
        if fact.ordered:
            keys[key] = (fact.rank, fact.kind, fact.parent or _NOWHERE, place)
        else:
            keys[key] = (fact.rank, fact.kind, key, 0)
    return sorted(catalog.values(), key=lambda fact: keys[fact.id])


def _entry(fact: CatalogObject) -> dict[str, Any]:
    values = {"kind": fact.kind}
    for f in fields(fact):
        value = getattr(fact, f.name)
        if f.name not in EDGES and (f.default is MISSING or value != f.default):
            values[f.name] = value
    return values


def _compared(fact: CatalogObject) -> dict[str, Any]:
    left_out = {f.name for f in fields(fact) if not f.compare}
    return {name: value for name, value in _entry(fact).items() if name not in left_out}


def _with_edges(fact: CatalogObject) -> dict[str, Any]:
    return _entry(fact) | {edge: sorted(getattr(fact, edge)) for edge in sorted(EDGES) if getattr(fact, edge)}


def _dump(entry: dict[str, Any]) -> str:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _load(entry: dict[str, Any]) -> CatalogObject:
    kind = kinds_by_name()[entry["kind"]]
    hints = _hints(kind.kind)
    return kind(**{name: read_value(value, hints[name]) for name, value in entry.items() if name != "kind"})


@cache
def _hints(kind: str) -> dict[str, Any]:
    return {
        name: hint for name, hint in get_type_hints(kinds_by_name()[kind]).items() if get_origin(hint) is not ClassVar
    }


def read_value(value: Any, hint: Any) -> Any:
    """Return a JSON value as the type that a field declares, or refuse it."""
    if hint is ObjectId:
        kind, path = value
        return ObjectId(read_value(kind, str), read_value(path, tuple[str, ...]))
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is UnionType:  # only "or None" occurs
        return None if value is None else read_value(value, arguments[0])
    if origin is frozenset:
        return frozenset(read_value(item, arguments[0]) for item in value)
    if origin is tuple:
        items = arguments[:1] * len(value) if arguments[-1] is Ellipsis else arguments
        if isinstance(value, list):
            return tuple(read_value(item, inner) for item, inner in zip(value, items, strict=True))
    elif isinstance(value, hint):
        return value
    raise TypeError(f"{value!r} is not {hint}")
