"""JSON documents whose shape follows the column's name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers import settling
from designer_kernel.sample.providers.address import street_parts
from designer_kernel.sample.providers.commerce import variant
from designer_kernel.sample.providers.countries import field
from designer_kernel.sample.providers.home import ANYWHERE, Home, home_of, place
from designer_kernel.sample.providers.persons import anyone, full_name, person
from designer_kernel.sample.providers.postal import postal_areas, postal_ends
from designer_kernel.sample.providers.provider import Context, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import texts
from designer_kernel.sample.rows.hashing import Bits
from designer_kernel.sample.rows.values import Values, digits, hexadecimal, joined, picked
from designer_kernel.sample.rows.written import Digits, Picked, numbers, written
from designer_kernel.sample.vocabulary.products import MATERIALS
from designer_kernel.sample.vocabulary.words import USER_AGENTS

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

JSON = frozenset({"json"})


@dataclass(frozen=True, slots=True)
class Document(Provider):
    """A document put together from a template: texts, and between them the names of pieces."""

    shape: str
    pieces: tuple[str, ...]

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        parts = self.shape.split("§")
        result: list[Any] = [parts[0]]
        for name, text in zip(self.pieces, parts[1:], strict=True):
            bits = hashing.mix(bits)
            result += [_piece(name, bits), text]
        if len(result) == 1:
            return Values(picked(words((self.shape,)), frame.rows * 0))
        return Values(written(*result))


def _piece(name: str, bits: Bits) -> Any:
    kind, _, rest = name.partition(":")
    if kind == "int":
        low, high = (int(n) for n in rest.split("-"))
        index = hashing.below(bits, high - low + 1)
        return Picked(numbers(low, high), index) if high - low < 1000 else Digits(low + index)
    if kind == "hex":
        return hexadecimal(bits)
    return Picked(words(tuple(rest.split("|"))), hashing.below(bits, rest.count("|") + 1))


@dataclass(frozen=True, slots=True)
class AddressDocument(Provider):
    """A copy of an address as an order keeps it; the recipient is the person whom ``parent`` leads to, if any.

    Shipping and billing address of one row are mostly the same. The fields stand as jsonb keeps them, by length and
    then by name: the server sorts what stands otherwise, which is a tenth of what it does for a document.
    """

    parent: str = ""
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        text = frame.shared("address document", lambda: self._drawn(frame))
        return Values(text)

    def _drawn(self, frame: Frame) -> Any:
        bits = frame.bits("address document")
        where = place(frame, "document")
        who = person(frame, self.parent) if self.parent else anyone(where, hashing.mix(bits))
        return written(
            '{"city": "',
            Picked(field("city"), where),
            '", "name": "',
            *full_name(frame, who).parts,
            '", "line1": "',
            *street_parts(frame, where, bits),
            Picked(_areas(), where),
            *postal_ends(where, hashing.mix(bits)),
            '"}',
        )


@lru_cache(maxsize=1)
def _areas() -> Any:
    """Return what stands between the street and the end of the postal code, for each place."""
    found = zip(field("region").to_pylist(), field("code").to_pylist(), postal_areas(), strict=True)
    return words(
        tuple(f'", "region": "{region}", "country": "{code}", "postal_code": "{area}' for region, code, area in found)
    )


@dataclass(frozen=True, slots=True)
class VariantDocument(Provider):
    """Colour, size and material; colour and size agree with the variant's name."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        colour, size = variant(frame)
        material = picked(words(MATERIALS), hashing.below(frame.bits(column.name), len(MATERIALS)))
        return Values(joined('{"color": "', colour, '", "size": "', size, '", "material": "', material, '"}'))


def _document(shape: str, *pieces: str) -> Any:
    return lambda context: Document(shape, pieces)


@dataclass(frozen=True, slots=True)
class DeviceDocument(Provider):
    """The device and the browser that the user agent in the column ``agent`` names."""

    agent: str

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        agents = frame.column(self.agent)
        names, documents = _devices()
        known = pc.index_in(agents.data.cast(pa.string()), value_set=texts(names))
        index = pc.fill_null(known, -1).to_numpy(zero_copy_only=False).astype(np.int64)
        unknown = (index < 0) if agents.null is None else (index < 0) | agents.null
        some = hashing.below(frame.bits(column.name), len(names))
        return Values(picked(words(documents), np.where(unknown, some, index)))


@lru_cache(maxsize=1)
def _devices() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return all user agents, and a document about each."""
    names = tuple(agent.format(v) for agent, first, last in USER_AGENTS for v in range(first, last + 1))
    return names, tuple(json.dumps(_device_of(name)) for name in names)


def _device_of(agent: str) -> dict[str, str]:
    system = next(name for word, name in _SYSTEMS.items() if word in agent)
    found = ((name, re.search(sign, agent)) for sign, name in _BROWSERS.items())
    browser, version = next(((name, match[1]) for name, match in found if match), ("other", ""))
    kind = "mobile" if "Mobile" in agent else "tablet" if "iPad" in agent else "desktop"
    return {"type": kind, "os": system, "browser": browser, "version": version}


_SYSTEMS = {
    "Windows": "Windows", "iPhone": "iOS", "iPad": "iOS", "Android": "Android", "Mac OS X": "macOS", "": "Linux",
}  # fmt: skip
_BROWSERS = {
    r"Edg/(\d+)": "Edge", r"Firefox/(\d+)": "Firefox", r"Chrome/(\d+)": "Chrome", r"Version/(\d+)": "Safari",
}  # fmt: skip


def _device(context: Context) -> Provider | None:
    agent = context.first("user_agent", "useragent", "browser")
    if agent is None or context.table.columns[agent].form.kind != "text":
        return None
    return DeviceDocument(agent)


def _address(context: Context) -> Provider:
    # person_parent lives beside the people; an order's recipient is its customer
    from designer_kernel.sample.providers.home import person_parent

    return AddressDocument(person_parent(context), home_of(context))


_BOOLEAN = "pick:true|true|false"

RULES = (
    Rule(r"(\w+_)?address", JSON, _address, "a copy of an address"),
    Rule(
        r"(\w+_)?(dimensions|measurements|size)",
        JSON,
        _document('{"length": §, "width": §, "height": §, "unit": "cm"}', "int:5-120", "int:5-90", "int:1-60"),
        "its name says dimensions",
    ),
    Rule(
        r"(variant_)?(attributes|options|variation|specs?|specifications|features)",
        JSON,
        lambda c: VariantDocument(),
        "its name says attributes",
    ),
    Rule(
        r"(\w+_)?notification(_settings|s|_preferences)?",
        JSON,
        _document(
            '{"email": §, "sms": §, "push": §, "digest": "§"}',
            _BOOLEAN,
            "pick:true|false|false",
            _BOOLEAN,
            "pick:daily|weekly|never",
        ),
        "its name says notification settings",
    ),
    Rule(
        r"privacy(_settings)?",
        JSON,
        _document(
            '{"profile_visible": §, "share_data": §, "personalised_ads": §}',
            _BOOLEAN,
            "pick:true|false|false",
            "pick:true|false",
        ),
        "its name says privacy settings",
    ),
    Rule(
        r"(\w+_)?(permissions?|scopes|grants|capabilities)",
        JSON,
        _document(
            '{"read": true, "write": §, "delete": §, "export": §}',
            _BOOLEAN,
            "pick:true|false|false|false",
            "pick:true|false",
        ),
        "its name says permissions",
    ),
    Rule(
        r"billing(_info|_details|_data)?|payment_info",
        JSON,
        _document(
            '{"method": "§", "cycle": "§", "vat_id": "XX§", "invoice_email": "billing-§@example.com"}',
            "pick:invoice|card|direct_debit",
            "pick:monthly|yearly",
            "int:100000000-999999999",
            "int:1000-9999",
        ),
        "its name says billing",
    ),
    Rule(
        r"device(_info|_data)?|client_info|user_agent_info",
        JSON,
        _device,
        "what the row's user agent says of the device",
    ),
    Rule(
        r"device(_info|_data)?|client_info|user_agent_info",
        JSON,
        _document(
            '{"type": "§", "os": "§", "browser": "§", "version": "§"}',
            "pick:desktop|mobile|mobile|tablet",
            "pick:Windows|macOS|Linux|iOS|Android",
            "pick:Chrome|Firefox|Safari|Edge",
            "int:110-131",
        ),
        "its name says device",
    ),
    Rule(
        r"(gateway|provider|api|raw|processor)?_?response(_data|_body)?",
        JSON,
        settling.answer,
        "an answer of the payment provider that agrees with the row's state",
    ),
    Rule(
        r"(gateway|provider|api|raw|processor)?_?response(_data|_body)?",
        JSON,
        _document(
            '{"code": "§", "risk_score": §, "reference": "§"}',
            'pick:00", "message": "approved|00", "message": "approved|05", "message": "declined',
            "int:0-99",
            "hex",
        ),
        "its name says an answer of the payment provider",
    ),
    Rule(
        r"(event_?)?(data|payload|properties|props|context|body)",
        JSON,
        _document(
            '{"source": "§", "position": §, "duration_ms": §, "experiment": "§"}',
            "pick:web|web|ios|android",
            "int:1-40",
            "int:20-30000",
            "pick:control|variant_a|variant_b",
        ),
        "its name says an event's data",
    ),
    Rule(
        r"(\w+_)?(settings|preferences|config(uration)?|options)",
        JSON,
        _document(
            '{"theme": "§", "locale": "§", "page_size": §, "beta": §}',
            "pick:light|light|dark|system",
            "pick:en|en|de|fr|es",
            "pick:10|20|50|100",
            "pick:true|false|false|false",
        ),
        "its name says settings",
    ),
    Rule(
        r"(\w+_)?(tags|labels|keywords)",
        JSON,
        _document('["§", "§"]', "pick:new|sale|popular|seasonal", "pick:gift|bundle|eco|limited"),
        "its name says tags",
    ),
    Rule(
        r"(\w+_)?(metadata|meta|extra|info|details|custom_fields|data)",
        JSON,
        _document(
            '{"source": "§", "campaign": "§", "score": §}',
            "pick:web|mobile|import|partner",
            "pick:spring|summer|autumn|winter|none",
            "int:0-100",
        ),
        "its name says metadata",
    ),
    Rule(
        r"\w+", JSON, _document('{"value": §, "note": "§"}', "int:1-1000", "pick:sample|example|test"), "any document"
    ),
)


_OF_TYPE = {
    "array": ('["§", "§"]', "pick:new|sale|popular|seasonal", "pick:gift|bundle|eco|limited"),
    "string": ('"§"', "pick:sample|example|test"),
    "number": ("§", "int:1-1000"),
    "boolean": ("§", "pick:true|false"),
    "null": ("null",),
}


def of_type(context: Context) -> Provider:
    """Return documents of the one type that a check allows (``jsonb_typeof``).

    Raises
    ------
    SamplePlanError
        If JSON has no such type.
    """
    found = _OF_TYPE.get(context.allowed.json_type)
    if found is None:
        raise SamplePlanError(
            f"JSON has no type {context.allowed.json_type!r}",
            where=f"{context.table.label}.{context.column.name}",
            mend=f"correct {', '.join(context.allowed.constraints)}",
        )
    return Document(found[0], found[1:])


@dataclass(frozen=True, slots=True)
class Numbered(Provider):
    """A document with nothing but the row's number; distinct."""

    counter: Counter

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(joined('{"number": ', digits(frame.counted(self.counter) + 1), "}"))
