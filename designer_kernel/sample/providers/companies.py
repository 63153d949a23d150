"""Companies of the row's country: a family's or a made-up name, what they do, and the country's legal forms."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.home import ANYWHERE, Home, home_of, is_person_table, place
from designer_kernel.sample.providers.persons import anyone, family_name
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Values, joined, picked
from designer_kernel.sample.vocabulary import products as shop
from designer_kernel.sample.vocabulary.locales import LANGUAGES, LOCALES
from designer_kernel.sample.vocabulary.people import FORMS_FIRST, LAWFUL_FORMS, TRADES
from designer_kernel.sample.vocabulary.places import PLACES

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame


@dataclass(frozen=True, slots=True)
class Company(Provider):
    """A company's name in the language of the row's country, with a legal form of that country if ``lawful``."""

    lawful: bool = True
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(companies(frame, place(frame), frame.bits("company name"), lawful=self.lawful))


def companies(frame: Frame, places: Rows, bits: Bits, *, lawful: bool) -> Any:
    """Return a company's name for each place."""
    names, first_trade, trades = _trades()
    tongue = _LANGUAGE[places]
    family = family_name(frame, anyone(places, hashing.mix(bits), men=True))  # the form that names firms
    trade = picked(names, first_trade[tongue] + hashing.below(bits, trades[tongue]))
    close = _CLOSE[tongue]
    made = joined(family, pc.if_else(arrow(close), "", " "), trade)
    invented = joined(
        picked(words(shop.COMPANY_WORDS), hashing.below(hashing.mix(bits + np.uint64(1)), len(shop.COMPANY_WORDS))),
        " ",
        picked(words(shop.COMPANY_KINDS), hashing.below(hashing.mix(bits + np.uint64(2)), len(shop.COMPANY_KINDS))),
    )
    is_invented = (tongue == _ENGLISH) & (hashing.below(hashing.mix(bits + np.uint64(3)), 10) < 6)
    made = pc.if_else(arrow(is_invented), invented, made)
    if not lawful:
        return made
    forms, first_form, counts, before = _forms()
    form = picked(forms, first_form[places] + hashing.below(hashing.mix(bits + np.uint64(4)), counts[places]))
    lead = arrow(before[places])
    space = pc.if_else(arrow(close), "", " ")
    return joined(pc.if_else(lead, joined(form, space), ""), made, pc.if_else(lead, "", joined(space, form)))


_LANGUAGE = np.array(
    [LANGUAGES.index(next(x for x in LOCALES.values() if x.country == p.code).language) for p in PLACES]
)
_ENGLISH = LANGUAGES.index("en")
_CLOSE = np.array([code in ("ja", "zh", "ko") for code in LANGUAGES])
"""Languages that write a company's parts without spaces."""


@lru_cache(maxsize=1)
def _trades() -> tuple[pa.Array, Any, Any]:
    counts = np.array([len(TRADES[code]) for code in LANGUAGES])
    return words(tuple(t for code in LANGUAGES for t in TRADES[code])), np.cumsum(counts) - counts, counts


@lru_cache(maxsize=1)
def _forms() -> tuple[pa.Array, Any, Any, Any]:
    """Return legal forms, and for each place its first one, how many there are and whether they stand in front."""
    codes = list(LAWFUL_FORMS)
    sizes = np.array([len(LAWFUL_FORMS[code]) for code in codes])
    firsts = np.cumsum(sizes) - sizes
    index = np.array([codes.index(p.code) for p in PLACES])
    before = np.array([p.code in FORMS_FIRST for p in PLACES])
    return words(tuple(f for code in codes for f in LAWFUL_FORMS[code])), firsts[index], sizes[index], before


def _company(context: Context) -> Provider | None:
    limit = context.column.form.length
    return Company(home=home_of(context)) if limit is None or limit >= 40 else Company(False, home_of(context))


def _legal_name(context: Context) -> Provider | None:
    return None if is_person_table(context.table) and context.has("first_name") else _company(context)


RULES = (
    Rule(r"(legal|registered|trade|trading|firm)_?name", TEXT, _legal_name, "its name says a company's name"),
    Rule(
        r"(company|organi[sz]ation|vendor|supplier|manufacturer|employer|business|firma|entreprise|empresa|azienda|carrier)"
        r"(_?name)?|sold_by",
        TEXT,
        _company,
        "its name says company",
    ),
)


def _named(context: Context, lawful: bool = True) -> Provider:
    """A company of the row's country; ``lawful`` adds a legal form of that country."""
    return Company(lawful, home_of(context))


NAMED: Mapping[str, Callable[..., Provider]] = {"company": _named}
