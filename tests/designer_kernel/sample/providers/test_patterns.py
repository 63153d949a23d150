"""Text made from patterns matches them."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.constraints.nodes import Match, Name
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.providers.home import obeys
from designer_kernel.sample.providers.patterns import Patterned, _counted, _random, patterned
from designer_kernel.sample.rows import hashing

PATTERNS = [
    r"^[A-Z]{2}-[0-9]{3,5}$", r"^\+?[0-9 ]{7,15}$", r"^[^@]+@[^@]+\.[a-z]{2,}$", r"^(red|green|blue)-\d+$",
    r"^[a-z0-9]+(-[a-z0-9]+)*$", r"^#[0-9a-f]{6}$", r"^[[:upper:]][[:lower:]]+$", r"^v\d+\.\d+(\.\d+)?$", r"\w{3,}",
    r"^(?:https?)://[a-z]+\.example/.*$", r"^[\w.-]+$",
]  # fmt: skip


def allowed(pattern: str, *, is_like: bool = False) -> Allowed:
    return Allowed(patterns=(Match(Name("value"), pattern, is_like, ignore_case=False),))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_text_matches_its_pattern(pattern: str) -> None:
    provider = patterned(allowed(pattern), None, None, 1000)
    assert isinstance(provider, Patterned)
    bits = hashing.draw(1, np.arange(500, dtype=np.int64))
    for shape in provider.shapes:
        for text in _random(shape, bits).to_pylist():
            plain = pattern.replace("[:upper:]", "A-Z").replace("[:lower:]", "a-z")
            assert re.search(plain, text), text


def test_counted_text_is_distinct() -> None:
    provider = patterned(allowed(r"^[A-Z]{2}-[0-9]{3,5}$"), 12, Counter("rows"), 50_000)
    assert isinstance(provider, Patterned)
    texts = _counted(provider.shapes[0], hashing.permute(np.arange(50_000, dtype=np.int64), 26 * 26 * 1000))
    assert pc.count_distinct(texts).as_py() == 50_000


def test_too_few_texts_for_distinct_rows_are_refused() -> None:
    assert patterned(allowed(r"^[AB][0-9]$"), None, Counter("rows"), 21) is None


def test_likeness_is_kept() -> None:
    provider = patterned(allowed("A_c%", is_like=True), None, None, 10)
    assert isinstance(provider, Patterned)
    made = _random(provider.shapes[0], hashing.draw(1, np.arange(50, dtype=np.int64)))
    assert pc.all(pc.match_like(made, "A_c%")).as_py()
    assert pa.types.is_string(made.type)


@pytest.mark.parametrize("pattern", [r"(?=a)b", r"\1(a", "[a", "a{", "*a"])
def test_what_is_not_understood_is_declined(pattern: str) -> None:
    assert patterned(allowed(pattern), None, None, 10) is None


def test_a_check_that_would_be_tried_for_ever_is_not() -> None:
    endless = allowed("^[+](((([0-9]+)+)+)+)+x")
    assert not obeys(endless, ["+" + "1" * 40])
    assert obeys(endless, ["+" + "1" * 40 + "x"])
    assert not obeys(allowed(r"^(1)\1$"), ["11"])  # what cannot be read is not known
    assert obeys(Allowed(), ["1"])
    assert obeys(allowed("x"), [])
