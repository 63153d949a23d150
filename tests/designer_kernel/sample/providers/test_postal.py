"""Postal codes: every place's are in its form, and all that the form allows come up."""

from __future__ import annotations

import re

import numpy as np

from designer_kernel.sample.providers.countries import field
from designer_kernel.sample.providers.postal import postal_areas, postal_codes
from designer_kernel.sample.rows import hashing

FORMS = field("postal").to_pylist()


def codes(place: int, count: int) -> list[str]:
    rows = np.arange(count, dtype=np.int64)
    found: list[str] = postal_codes(np.full(count, place), hashing.draw(7, rows)).to_pylist()
    return found


def test_codes_have_the_form_of_their_place() -> None:
    for place, form in enumerate(FORMS):
        pattern = re.escape(form).replace(r"\#", "[0-9]").replace("#", "[0-9]").replace("@", "[A-Z]")
        assert all(re.fullmatch(pattern, code) for code in codes(place, 200)), form


def test_areas_are_what_the_codes_of_a_place_share() -> None:
    for place, area in enumerate(postal_areas()):
        assert FORMS[place].startswith(area)
        assert all(code.startswith(area) for code in codes(place, 5))


def test_all_codes_of_a_form_come_up_equally_often() -> None:
    place = FORMS.index("100##")
    found = codes(place, 100_000)
    counts = np.unique(found, return_counts=True)[1]
    assert len(counts) == 100
    assert ((counts - 1000) ** 2 / 1000).sum() < 150  # chi-square of 99 degrees: 0.999 is below 149
    long = next(place for place, form in enumerate(FORMS) if form.count("#") == 6)
    assert len(set(codes(long, 10_000))) > 9_900
