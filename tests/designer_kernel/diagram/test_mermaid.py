"""Mermaid: what is written obeys the grammar of ``erDiagram``, whatever names are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer_kernel.design import Design
from designer_kernel.diagram import mermaid
from tests import strategies
from tests.designer_kernel.diagram.designs import marketplace
from tests.designer_kernel.diagram.test_svg import hostile

# The tokens of erDiagram.jison that a design can need.
NAME = r'"[^"%\r\n\v\b\\]+"'
WORD = r"[*A-Za-z_\u00C0-\uFFFF][A-Za-z0-9\-_\[\]()\u00C0-\uFFFF*]*"
ATTRIBUTE = re.compile(
    rf'        (?!(?:PK|FK|UK) ){WORD} (?!(?:PK|FK|UK)\b){WORD}( (PK|FK|UK)(, (PK|FK|UK))*)?( "[^"\n]*")?'
)
OPEN = re.compile(rf"    {NAME} \{{(\}})?")
TIE = re.compile(rf"    {NAME} (\|\||\|o|\}}o|\}}\|)(--|\.\.)(\|\||o\||o\{{|\|\{{) {NAME} : {NAME}")


def obeys(text: str) -> bool:
    lines = text.splitlines()
    fits = lines[0] == "erDiagram" and text.endswith("\n")
    known = (ATTRIBUTE, OPEN, TIE, re.compile(r"    \}"))
    return fits and all(any(pattern.fullmatch(line) for pattern in known) for line in lines[1:])


def test_the_marketplace_obeys_the_grammar() -> None:
    text = mermaid.render(marketplace())
    assert obeys(text)
    assert '    "orders" ||..|{ "order_items" : "has"' in text
    assert "        numeric(12_2) price" in text
    assert '    "tenants" ||..o{ "products" : "has"' in text
    assert 'tenants" ||..o{ "products' not in mermaid.render(marketplace(), with_tenants=False)


def test_hostile_names_obey_the_grammar() -> None:
    text = mermaid.render(hostile())
    assert obeys(text)
    assert "%%{" not in text
    assert "<script" not in text
    assert "\u202e" not in text


@given(strategies.designs())
@settings(max_examples=60, deadline=None)
def test_every_design_obeys_the_grammar(design: Design) -> None:
    assert obeys(mermaid.render(design))


@given(st.text(max_size=20))
def test_a_word_is_a_word(text: str) -> None:
    assert re.fullmatch(WORD, mermaid.word(text))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("numeric(10,2)", "numeric(10_2)"),
        ("timestamp with time zone", "timestamp_with_time_zone"),
        ("app.email", "app_email"),
        ("2fa", "_2fa"),
        ("pk", "pk_"),
        ("text[]", "text[]"),
        ("größe", "größe"),
    ],
)
def test_words_are_rewritten_as_little_as_needed(text: str, word: str) -> None:
    assert mermaid.word(text) == word
