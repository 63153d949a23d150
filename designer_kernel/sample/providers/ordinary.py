"""Columns that many schemas have: industries, salutations, codes, times that are kept as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers import moments
from designer_kernel.sample.providers.choices import Choice
from designer_kernel.sample.providers.companies import Company
from designer_kernel.sample.providers.home import home_of
from designer_kernel.sample.providers.provider import TEXT, Context, Make, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Values
from designer_kernel.sample.rows.written import Digits, Picked, written

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_INTEGER: Final = frozenset({"integer"})
_TIMES: Final = r"\w+_(at|on|date|time|ts|timestamp)|date|timestamp|ts"

_LISTS: Final[tuple[tuple[str, str, Sequence[str]], ...]] = (
    (
        r"industry|sector|branch_of_trade",
        "",
        (
            "Software",
            "Retail",
            "Manufacturing",
            "Healthcare",
            "Logistics",
            "Construction",
            "Energy",
            "Education",
            "Finance",
            "Food",
            "Tourism",
            "Media",
        ),
    ),
    (
        r"special(i?ty|i[sz]ation)",
        "",
        (
            "General practice",
            "Cardiology",
            "Dermatology",
            "Neurology",
            "Orthopaedics",
            "Paediatrics",
            "Psychiatry",
            "Radiology",
            "Surgery",
            "Urology",
        ),
    ),
    (
        r"drug(_name)?|medication|medicine",
        "",
        (
            "Amoxicillin",
            "Atorvastatin",
            "Ibuprofen",
            "Insulin",
            "Lisinopril",
            "Metformin",
            "Omeprazole",
            "Paracetamol",
            "Salbutamol",
            "Sertraline",
        ),
    ),
    (r"brand|card_(brand|type|network)", r"card|payment_method", ("Visa", "Mastercard", "American Express", "Maestro")),
    (
        r"genre|music_genre",
        "",
        ("Rock", "Pop", "Jazz", "Classical", "Electronic", "Folk", "Hip hop", "Blues", "Metal", "Soul"),
    ),
    (
        r"metric(_name)?|measurement",
        "",
        ("api_calls", "storage_gb", "active_users", "messages_sent", "cpu_seconds", "bandwidth_mb"),
    ),
    (r"direction", "", ("inbound", "outbound")),
    (r"(\w+_)?(class|grade)", "", ("A", "B", "C")),
    (
        r"(\w+_)?region",
        r"^(?!.*(address|customer|user|employee|supplier|order))",
        ("North", "South", "East", "West", "Central"),
    ),
    (
        r"skill(_name)?",
        "",
        (
            "SQL",
            "Python",
            "Project planning",
            "Negotiation",
            "Welding",
            "Bookkeeping",
            "First aid",
            "Design",
            "Statistics",
            "Writing",
        ),
    ),
)
_PLACES: Final = (
    r"^(clinic|hospital|hotel|venue|school|shop|store|restaurant|supplier|vendor|manufacturer|publisher|studio|agenc|bank|"
    r"partner|merchant|dealer|franchise|practice|pharmac|universit|airline|shipper|carrier)\w*$"
)
_WORKS: Final = r"^(film|movie|album|track|song|book|game|show|series|episode|artwork|playlist|podcast)s?$"
_MOODS: Final = (
    "Silent",
    "Golden",
    "Last",
    "Hidden",
    "Crimson",
    "Distant",
    "Broken",
    "Quiet",
    "Northern",
    "Endless",
    "Paper",
    "Second",
)
_THINGS: Final = (
    "River",
    "Garden",
    "Harbour",
    "Letter",
    "Summer",
    "Mirror",
    "Bridge",
    "Island",
    "Winter",
    "Voyage",
    "Orchard",
    "Signal",
    "Lantern",
    "Station",
    "Horizon",
    "Meadow",
)


@dataclass(frozen=True, slots=True)
class Work(Provider):
    """A title of a film, a book or a song."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        first = Picked(words(tuple(f"The {mood} " for mood in _MOODS)), hashing.below(bits, len(_MOODS)))
        return Values(written(first, Picked(words(_THINGS), hashing.below(hashing.mix(bits), len(_THINGS)))))


@dataclass(frozen=True, slots=True)
class Code(Provider):
    """Two letters and six digits, as passports and documents are numbered."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        pairs = tuple(a + b for a in "ABCDEFGHKLMNPRSTVX" for b in "ABCDEFGHKLMNPRSTVX")
        letters = Picked(words(pairs), hashing.below(bits, len(pairs)))
        return Values(written(letters, Digits(100_000 + hashing.below(hashing.mix(bits), 900_000))))


@dataclass(frozen=True, slots=True)
class Kept(Provider):
    """A time that is kept as text or as a number: when the row came to be, or with ``step`` some time after.

    ``unit`` is how many microseconds one of the number is; text is ISO 8601, ``is_day`` without the time.
    """

    step: int = 0
    unit: int = moments.SECOND
    is_day: bool = False

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        moment = moments.later(frame, column.name, self.step, 30 * moments.DAY) if self.step else moments.birth(frame)
        null = hashing.below(frame.bits(column.name, "null"), 1000) < 400 if self.step and not column.not_null else None
        if column.form.kind == "text":
            return Values(_spelled(moment, self.is_day), null)
        return Values(moment // self.unit, null)


def _spelled(moment: Rows, is_day: bool) -> Any:
    seconds = arrow(moment // moments.SECOND).cast(pa.timestamp("s"))
    return pc.strftime(seconds, "%Y-%m-%d" if is_day else "%Y-%m-%dT%H:%M:%SZ")


def _among(items: Sequence[str]) -> Make:
    def make(context: Context) -> Provider | None:
        limit = context.column.form.length
        kept = tuple(i for i in items if limit is None or len(i) <= limit)
        return Choice(kept, (1,) * len(kept)) if len(kept) > 1 and context.unique is None else None

    return make


def _kept(context: Context) -> Provider | None:
    """Return a time in a column of text or of whole numbers that is named like one."""
    name, form = context.column.name, context.column.form
    is_first = moments.BIRTH.fullmatch(name) is not None
    if form.kind == "text":
        if context.unique is not None or (form.length is not None and form.length < 10):
            return None
        is_day = name.endswith(("date", "_on")) or (form.length or 20) < 20
        return Kept(0 if is_first else 1, is_day=is_day)
    if form.base not in ("bigint", "int8") and (context.allowed.high or 1 << 31) < 1_800_000_000:
        return None
    is_fine = name.endswith(("ts", "_ms")) and form.base in ("bigint", "int8")
    return Kept(0 if is_first else 1, 1_000 if is_fine else moments.SECOND) if context.unique is None else None


RULES = (
    *(Rule(columns, TEXT, _among(items), "its name says which", tables=tables) for columns, tables, items in _LISTS),
    Rule(
        r"name|title|label|(hotel|shop|store|school|clinic)_name",
        TEXT,
        lambda c: Company(False, home_of(c)),
        "its table is about firms",
        tables=_PLACES,
    ),
    Rule(r"name|title", TEXT, lambda c: Work(), "its table is about works", tables=_WORKS),
    Rule(
        r"(passport|licen[cs]e|permit|document|policy|certificate)_?(no|nr|num|number)",
        TEXT,
        lambda c: Code(),
        "its name says number",
    ),
    Rule(_TIMES, TEXT, _kept, "a time, as text"),
    Rule(
        _TIMES + "|created|updated|modified|expires|last_(seen|login|activity|active|access|modified|updated)",
        _INTEGER,
        _kept,
        "a time, as a number",
    ),
)
