"""JSON documents of a shape: a JSON Schema, said in hints or in the column's comment, or gathered from its checks.

Of JSON Schema (draft 2020-12) these are kept: type, properties, required, items, minItems, maxItems, enum, const,
minimum, maximum, exclusiveMinimum and exclusiveMaximum, multipleOf, minLength, maxLength, format, oneOf and anyOf.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.anything import next_bits
from designer_kernel.sample.providers.parameters import refused
from designer_kernel.sample.providers.provider import Context, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.hashing import Bits
from designer_kernel.sample.rows.values import Values, digits, hexadecimal, joined, picked
from designer_kernel.sample.vocabulary.words import LOREM

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

Schema = Mapping[str, Any]
_DEEPEST: Final = 8
_OPTIONAL: Final = 700
"""Thousandths of the documents that have a property which is not required."""

_TYPES: Final = ("object", "array", "string", "integer", "number", "boolean", "null")
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "name|title|label": ("Alpha", "Harbour", "Meadow", "Juniper", "Copper", "Willow", "Summit", "Orchid"),
    "status|state": ("active", "active", "pending", "closed"), "type|kind|category": ("standard", "basic", "premium"),
    "colou?r": ("black", "white", "navy", "green", "red"), "size": ("S", "M", "L", "XL"),
    "currency": ("EUR", "USD", "GBP"), "unit": ("cm", "kg", "l", "piece"),
    "source|channel|origin": ("web", "mobile", "api"),
    "lang(uage)?|locale": ("en", "de", "fr", "es"), "country(_?code)?": ("DE", "FR", "GB", "SE", "US"),
    "city|town": ("Berlin", "Paris", "Leeds", "Malmö", "Lyon"), "theme": ("light", "dark", "system"),
    "tags?|labels?|keywords?": ("new", "sale", "popular", "seasonal", "gift", "bundle"),
    "role": ("admin", "editor", "viewer"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shaped(Provider):
    """Documents of a JSON Schema, given as text."""

    schema: str

    @property
    def name(self) -> str:
        return "json"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(_text(_parsed(self.schema), frame.bits(column.name), column.name, 0))


@lru_cache(maxsize=256)
def _parsed(text: str) -> Schema:
    found: Schema = json.loads(text)
    return found


def _text(schema: Schema, bits: Bits, name: str, depth: int) -> pa.Array:
    """Return JSON text of a schema for each number."""
    if "const" in schema:
        return _among((schema["const"],), bits)
    if "enum" in schema:
        return _among(tuple(schema["enum"]), bits)
    for word in ("oneOf", "anyOf"):
        if schema.get(word):
            return _either([_text({**_rest(schema), **one}, next_bits(bits, i + 1), name, depth + 1)
                            for i, one in enumerate(schema[word])], bits)  # fmt: skip
    kind = schema.get("type", "object" if "properties" in schema else "array" if "items" in schema else "string")
    if isinstance(kind, list):
        return _either(
            [_text({**schema, "type": one}, next_bits(bits, i + 1), name, depth) for i, one in enumerate(kind)], bits
        )
    return _KINDS[kind](schema, bits, name, depth)


def _rest(schema: Schema) -> dict[str, Any]:
    return {word: value for word, value in schema.items() if word not in ("oneOf", "anyOf")}


def _among(items: tuple[Any, ...], bits: Bits) -> pa.Array:
    texts = tuple(json.dumps(item, ensure_ascii=False) for item in items)
    return picked(words(texts), hashing.below(bits, len(texts)))


def _either(choices: list[pa.Array], bits: Bits) -> pa.Array:
    which = hashing.below(hashing.mix(bits), len(choices))
    found = choices[0]
    for i, other in enumerate(choices[1:], 1):
        found = pc.if_else(arrow(which == i), other, found)
    return found


def _object(schema: Schema, bits: Bits, name: str, depth: int) -> pa.Array:
    properties: Mapping[str, Schema] = schema.get("properties", {})
    required = [key for key in schema.get("required", ()) if key not in properties]
    every = {**properties, **{key: {} for key in required}}
    needed = set(schema.get("required", ()))
    ordered = sorted(every, key=lambda key: key not in needed)
    if not ordered or depth > _DEEPEST:
        return picked(words(("{}",)), np.zeros(len(bits), dtype=np.int64))
    parts: list[Any] = ["{"]
    is_first = np.ones(len(bits), dtype=np.bool_)
    for i, key in enumerate(ordered):
        own = next_bits(bits, i + 1)
        inner = _text(every[key], own, key, depth + 1)
        spelled = json.dumps(key, ensure_ascii=False) + ": "
        there = (
            np.ones(len(bits), dtype=np.bool_) if key in needed else hashing.below(hashing.mix(own), 1000) < _OPTIONAL
        )
        whole = joined(pc.if_else(arrow(is_first), "", ", "), spelled, inner)
        parts.append(whole if there.all() else pc.if_else(arrow(there), whole, ""))
        is_first = is_first & ~there
    return joined(*parts, "}")


def _array(schema: Schema, bits: Bits, name: str, depth: int) -> pa.Array:
    least = int(schema.get("minItems", 1))
    most = max(min(int(schema.get("maxItems", max(least, 3))), 20), least)
    counts = least + hashing.below(bits, most - least + 1)
    if not most or depth > _DEEPEST:
        return picked(words(("[]",)), np.zeros(len(bits), dtype=np.int64))
    parts: list[Any] = ["["]
    single = re.sub(r"(?<=[^s])s$", "", name)
    for i in range(most):
        inner = _text(schema.get("items", {}), next_bits(bits, i + 1), single, depth + 1)
        whole = joined("" if i == 0 else ", ", inner)
        parts.append(whole if i < least else pc.if_else(arrow(counts > i), whole, ""))
    return joined(*parts, "]")


def _string(schema: Schema, bits: Bits, name: str, depth: int) -> pa.Array:
    shape = schema.get("format") or _format_of(name)
    least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
    made = _FORMATS[shape](bits) if shape in _FORMATS else None
    if made is None:
        listed = next((w for pattern, w in _WORDS.items() if re.fullmatch(rf"(\w+_)?({pattern})", name.lower())), LOREM)
        kept = tuple(word for word in listed if most is None or len(word) <= int(most)) or ("x" * int(most or 1),)
        made = picked(words(kept), hashing.below(bits, len(kept)))
    if least:
        made = pc.utf8_rpad(made, least, "x")
    if most is not None:
        made = pc.utf8_slice_codeunits(made, 0, int(most))
    return joined('"', made, '"')


def _format_of(name: str) -> str:
    """Return the form of text that a property's name means."""
    for pattern, shape in (
        (r"(\w*_)?e?mail", "email"), (r"\w*(_at|At|_time|timestamp)|time", "date-time"),
        (r"(\w*_)?date|\w*_on", "date"),
        (r"(\w*_)?(url|uri|link|href)", "uri"), (r"uuid|guid", "uuid"), (r"(\w*_)?ip(_address)?", "ipv4"),
        (r"sku|code|ref(erence)?|number|(\w+_)?id", "code"),
    ):  # fmt: skip
        if re.fullmatch(pattern, name):
            return shape
    return ""


def _integer(schema: Schema, bits: Bits, name: str, depth: int) -> pa.Array:
    return _number({"multipleOf": 1, **schema}, bits, name, depth)


def _number(schema: Schema, bits: Bits, name: str, depth: int) -> pa.Array:
    """Return numbers in steps: of ``multipleOf``, or hundredths."""
    step = Decimal(str(schema.get("multipleOf", "0.01")))
    low = _end(schema, "minimum", "exclusiveMinimum", step)
    high = _end(schema, "maximum", "exclusiveMaximum", -step)
    low = low if low is not None else min(Decimal(1), high) if high is not None else Decimal(1)
    high = high if high is not None else low + 999
    first, last = (
        int((low / step).to_integral_value("ROUND_CEILING")),
        int((high / step).to_integral_value("ROUND_FLOOR")),
    )
    units = first + hashing.below(bits, min(max(last - first + 1, 1), (1 << 31) - 1))
    places = max(0, -int(step.normalize().as_tuple().exponent))
    exact = units * int(step * 10**places)
    if not places:
        return arrow(exact).cast(pa.string())
    sizes = np.abs(exact)
    sign = pc.if_else(arrow(exact < 0), "-", "")
    return joined(sign, digits(sizes // 10**places), ".", digits(sizes % 10**places, places))


def _end(schema: Schema, closed: str, open_: str, step: Decimal) -> Decimal | None:
    if open_ in schema:
        return Decimal(str(schema[open_])) + step
    return Decimal(str(schema[closed])) if closed in schema else None


_KINDS: Final[Mapping[str, Callable[[Schema, Bits, str, int], pa.Array]]] = {
    "object": _object, "array": _array, "string": _string, "integer": _integer, "number": _number,
    "boolean": lambda schema, bits, name, depth: _among((True, False), bits),
    "null": lambda schema, bits, name, depth: _among((None,), bits),
}  # fmt: skip


def _day(bits: Bits) -> pa.Array:
    return arrow((19_723 + hashing.below(bits, 730)).astype(np.int32)).cast(pa.date32()).cast(pa.string())


def _clock(bits: Bits) -> pa.Array:
    minutes = hashing.below(hashing.mix(bits), 1_440)
    return joined(digits(minutes // 60, 2), ":", digits(minutes % 60, 2), ":00")


def _uuid(bits: Bits) -> pa.Array:
    plain = hexadecimal((bits & np.uint64(0xFFFFFFFFFFFF0FFF)) | np.uint64(0x4000),
                        (next_bits(bits) & np.uint64(0x3FFFFFFFFFFFFFFF)) | np.uint64(0x8000000000000000))  # fmt: skip
    cuts = (0, 8, 12, 16, 20, 32)
    pieces = [pc.utf8_slice_codeunits(plain, a, b) for a, b in pairwise(cuts)]
    return pc.binary_join_element_wise(*pieces, "-")


_FORMATS: Final[Mapping[str, Callable[[Bits], pa.Array]]] = {
    "email": lambda bits: joined("user", digits(hashing.below(bits, 9_000) + 1_000), "@example.com"),
    "date": _day, "time": _clock, "uuid": _uuid,
    "date-time": lambda bits: joined(_day(bits), "T", _clock(bits), "Z"),
    "uri": lambda bits: joined("https://example.com/", digits(hashing.below(bits, 90_000) + 10_000)),
    "ipv4": lambda bits: joined("192.0.2.", digits(hashing.below(bits, 254) + 1)),
    "code": lambda bits: joined("A-", digits(hashing.below(bits, 90_000) + 10_000)),
}  # fmt: skip


def problem(schema: Any, depth: int = 0) -> str:
    """Return what is wrong with a schema, or nothing."""
    if not isinstance(schema, Mapping):
        return "a schema is a mapping"
    if depth > _DEEPEST:
        return f"more than {_DEEPEST} levels are too many"
    kinds = schema.get("type", "object")
    unknown = [k for k in (kinds if isinstance(kinds, list) else [kinds]) if k not in _TYPES]
    if unknown:
        return f"JSON has no type {unknown[0]!r}"
    if "enum" in schema and not (isinstance(schema["enum"], Sequence) and schema["enum"]):
        return "an enum needs values"
    for word in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
                 "minItems", "maxItems"):  # fmt: skip
        if word in schema and (isinstance(schema[word], bool) or not isinstance(schema[word], int | float)):
            return f"{word} is no number"
    if schema.get("multipleOf", 1) <= 0:
        return "multipleOf must be above zero"
    inner = [*schema.get("properties", {}).values(), *schema.get("oneOf", ()), *schema.get("anyOf", ())]
    inner += [schema["items"]] if "items" in schema else []
    return next((found for one in inner if (found := problem(one, depth + 1))), "")


def from_comment(comment: str) -> str:
    """Return the JSON Schema that a comment holds, as text, or nothing."""
    start = comment.find("{")
    if start < 0:
        return ""
    try:
        found, _ = json.JSONDecoder().raw_decode(comment[start:])
    except ValueError:
        return ""
    is_schema = isinstance(found, dict) and ("type" in found or "properties" in found) and not problem(found)
    return json.dumps(found, sort_keys=True) if is_schema else ""


_KEY: Final = r"\(?\(*{column}\)*((?:\s*->\s*'[^']*'(?:::text)?\)*)*)\s*->>?\s*'([^']*)'(?:::text)?\)*"
_NUMBERS: Final = r"(?:smallint|integer|bigint|numeric|double precision|real)"


def from_checks(column: str, checks: Sequence[str]) -> str:
    """Return the schema of what checks ask of a document, as text, or nothing: keys, types, values, ends."""
    root: dict[str, Any] = {}
    key = _KEY.format(column=re.escape(column))
    for text in checks:
        if re.search(r"\b(OR|NOT|CASE)\b", text.replace("IS NOT NULL", "")):
            continue  # what holds only sometimes
        for found in re.finditer(rf"{re.escape(column)}\)*\s*\?\s*'([^']*)'", text):
            _at(root, (found[1],))
        for found in re.finditer(rf"{re.escape(column)}\)*\s*\?&\s*\(?ARRAY\[([^\]]*)\]", text):
            for name in re.findall(r"'([^']*)'", found[1]):
                _at(root, (name,))
        for found in re.finditer(rf"{re.escape(column)}\)*\s*@>\s*'([^']*)'", text):
            _holding(root, found[1])
        for found in re.finditer(rf"jsonb?_typeof\({key}\s*=\s*'(\w+)'", text):
            _at(root, _path(found))["type"] = found[3]
        for found in re.finditer(rf"jsonb_array_length\({key}\s*(>=|>|=|<=|<)\s*(\d+)", text):
            _sized(_at(root, _path(found)), found[3], int(found[4]))
        rest = re.sub(rf"jsonb?_(typeof|array_length)\({key}", "", text)
        for found in re.finditer(rf"{key}\s*(?:=\s*ANY\s*\(+ARRAY\[([^\]]*)\]|=\s*('[^']*'))", rest):
            _at(root, _path(found))["enum"] = re.findall(r"'([^']*)'", found[3] or found[4])
        for found in re.finditer(rf"{key}\s*IS NOT NULL", rest):
            _at(root, _path(found))
        for found in re.finditer(rf"{key}::{_NUMBERS}\)*\s*(>=|>|<=|<|=)\s*\(?\(?(-?[\d.]+)", rest):
            whole = re.search(r"::(smallint|integer|bigint)", found[0]) is not None
            _bounded(_at(root, _path(found)), found[3], Decimal(found[4]), is_whole=whole)
    return json.dumps(root, sort_keys=True) if root else ""


def _holding(root: dict[str, Any], text: str) -> None:
    """Ask for the values of a document that others have to contain."""
    try:
        wanted = json.loads(text)
    except ValueError:
        return
    for name, value in wanted.items() if isinstance(wanted, dict) else ():
        _at(root, (name,))["const"] = value


def _path(found: re.Match[str]) -> tuple[str, ...]:
    return (*re.findall(r"'([^']*)'", found[1] or ""), found[2])


def _at(root: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """Return the schema at a path, made and required on the way."""
    place = root
    for name in path:
        place.setdefault("type", "object")
        required = place.setdefault("required", [])
        if name not in required:
            required.append(name)
        place = place.setdefault("properties", {}).setdefault(name, {})
    return place


def _sized(place: dict[str, Any], operator: str, number: int) -> None:
    place["type"] = "array"
    if operator in (">", ">=", "="):
        place["minItems"] = number + (operator == ">")
    if operator in ("<", "<=", "="):
        place["maxItems"] = number - (operator == "<")


def _bounded(place: dict[str, Any], operator: str, number: Decimal, *, is_whole: bool) -> None:
    place["type"] = "integer" if is_whole else "number"
    value: Any = int(number) if number == number.to_integral_value() else float(number)
    if operator == "=":
        place["const"] = value
        return
    place[{">": "exclusiveMinimum", ">=": "minimum", "<": "exclusiveMaximum", "<=": "maximum"}[operator]] = value


def _by_comment(context: Context) -> Provider | None:
    schema = from_comment(context.column.comment)
    return Shaped(schema) if schema and context.unique is None else None


def _by_checks(context: Context) -> Provider | None:
    texts = [text for _, text in context.table.checks if context.column.name in text]
    texts += [re.sub(r"\bVALUE\b", context.column.name, text) for _, text in context.column.form.checks]
    schema = from_checks(context.column.name, texts)
    return Shaped(schema) if schema and context.unique is None else None


def documents(context: Context, *, schema: dict[str, Any]) -> Provider:
    """JSON documents of a JSON Schema."""
    if context.kind != "json":
        raise refused(context, f"{context.column.type} holds no JSON", "use another provider")
    wrong = problem(schema)
    if wrong:
        raise refused(context, wrong, "give a JSON Schema such as {type: object, properties: {…}}")
    return Shaped(json.dumps(schema, sort_keys=True))


RULES = (
    Rule(r"\w+", frozenset({"json"}), _by_comment, "the JSON Schema of its comment"),
    Rule(r"\w+", frozenset({"json"}), _by_checks, "in the shape that its checks ask for"),
)

NAMED = {"json": documents}
