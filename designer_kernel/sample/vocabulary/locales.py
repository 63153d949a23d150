"""Locales: which language is spoken where, and how often each is drawn."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.vocabulary.countries import COUNTRIES
from designer_kernel.sample.vocabulary.places import PLACES


class Locale(NamedTuple):
    """A language and a country; ``weight`` is how often it is drawn if nobody says otherwise."""

    language: str
    country: str
    weight: int

    @property
    def code(self) -> str:
        """The code as servers write it: ``de_DE``."""
        return f"{self.language}_{self.country}"


_LINES: Final = (
    "en_US 26,en_GB 10,en_CA 4,en_AU 3,en_IE 1,en_NZ 1,de_DE 10,de_AT 2,de_CH 2,fr_FR 8,fr_BE 1,es_ES 5,es_MX 3,"
    "es_AR 1,es_CL 1,es_CO 1,it_IT 5,nl_NL 3,pl_PL 3,pt_BR 4,pt_PT 1,sv_SE 3,da_DK 2,cs_CZ 1,tr_TR 2,uk_UA 1,"
    "el_GR 1,ja_JP 3,zh_CN 3,ko_KR 2,ar_EG 2"
)

LOCALES: Final = {
    code: Locale(code[:2], code[3:], int(weight)) for code, weight in (item.split() for item in _LINES.split(","))
}
"""All locales by code; every country has one."""

CODES: Final = tuple(LOCALES)
LANGUAGES: Final = tuple(dict.fromkeys(locale.language for locale in LOCALES.values()))
_OF_COUNTRY: Final = {locale.country: index for index, locale in enumerate(LOCALES.values())}

LOCALE_OF_PLACE: Final = np.array([_OF_COUNTRY[place.code] for place in PLACES])
"""The locale of each place, as an index into ``CODES``."""

LANGUAGE_OF_LOCALE: Final = np.array([LANGUAGES.index(locale.language) for locale in LOCALES.values()])
FIRST_PLACE: Final = np.array([next(i for i, p in enumerate(PLACES) if p.code == x.country) for x in LOCALES.values()])
PLACES_IN: Final = np.array([sum(p.code == x.country for p in PLACES) for x in LOCALES.values()])


def chosen(wishes: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Return locales and their weights from what a person wrote: ``de_DE``, ``de-AT=3``, ``fr``, ``JP``.

    A language alone stands for all its locales in their usual proportion. Without wishes, all locales.

    Raises
    ------
    SamplePlanError
        For what names none of ours.
    """
    found: dict[str, int] = {}
    for wish in wishes:
        name, _, weight = wish.replace("-", "_").partition("=")
        name = name.strip()
        codes = [
            code
            for code, locale in LOCALES.items()
            if name.lower() in (code.lower(), locale.language) or name == locale.country
        ]
        weight = weight.strip()
        if not codes or (weight and not (weight.isascii() and weight.isdigit() and 0 < int(weight) < 1 << 20)):
            raise SamplePlanError(
                f"there is no locale {wish!r}", where="locales", mend="use some of " + ", ".join(CODES)
            )
        total = sum(LOCALES[code].weight for code in codes)
        for code in codes:
            found[code] = LOCALES[code].weight * (int(weight) if weight else total) * 1000 // total
    if not found:
        return tuple((code, locale.weight) for code, locale in LOCALES.items())
    return tuple(found.items())


@lru_cache(maxsize=256)
def drawn_from(locales: tuple[tuple[str, int], ...], countries: tuple[str, ...]) -> tuple[np.ndarray, tuple[int, ...]]:
    """Return the locales to draw from, as indices into ``CODES``, and their weights; ``countries`` narrows them.

    If nothing is left, the countries win: a check is stronger than a wish.
    """
    weights = dict(locales) or {code: locale.weight for code, locale in LOCALES.items()}
    kept = {code: weight for code, weight in weights.items() if not countries or LOCALES[code].country in countries}
    if not kept:
        kept = {code: locale.weight for code, locale in LOCALES.items() if locale.country in countries}
    kept = kept or weights
    return np.array([CODES.index(code) for code in kept]), tuple(kept.values())


assert set(_OF_COUNTRY) == set(COUNTRIES), "every country has a locale, and places"
