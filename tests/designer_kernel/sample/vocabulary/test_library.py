"""Names from Mimesis: read lazily, told in the plan, refused if they are others; without it our own lists serve."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.vocabulary import lexicon, library
from designer_kernel.sample.vocabulary.latin import latin
from designer_kernel.sample.vocabulary.locales import LANGUAGES, LOCALES, chosen
from tests.designer_kernel.sample.drawn import drawn, planned

USERS = "CREATE TABLE users (id int PRIMARY KEY, full_name text NOT NULL, email text NOT NULL UNIQUE, city text)"


def forget() -> None:
    library.fingerprint.cache_clear()
    lexicon.lexicon.cache_clear()
    lexicon._made.cache_clear()


@pytest.fixture
def without_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine on which Mimesis is not installed."""
    monkeypatch.setattr(library, "installed", lambda: None)
    forget()
    yield
    monkeypatch.undo()
    forget()


def test_the_library_is_never_imported() -> None:
    code = """
import sys
import designer_kernel.sample
from designer_kernel.sample.vocabulary import lexicon
assert lexicon._made.cache_info().currsize == 0
assert len(lexicon.lexicon().given.words) > 3000
assert "mimesis" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_plan_tells_its_lists_and_others_are_refused(clean_url: str) -> None:
    plan = planned(clean_url, USERS)
    assert plan.vocabulary == library.fingerprint()
    assert plan.vocabulary.startswith("mimesis ")
    for other in ("mimesis 1.2.3 00ff", "own lists 00ff"):
        with pytest.raises(SamplePlanError, match="the rows would be others") as caught:
            drawn(replace(plan, vocabulary=other), "users")
        assert caught.value.where == "vocabulary"
    with pytest.raises(SamplePlanError) as caught:
        drawn(replace(plan, vocabulary="mimesis 1.2.3 00ff"), "users")
    assert "mimesis==1.2.3" in caught.value.mend


def test_a_plan_without_names_needs_no_lists(clean_url: str) -> None:
    assert planned(clean_url, "CREATE TABLE t (id int PRIMARY KEY, n int)").vocabulary == ""


def test_without_the_library_our_own_lists_serve(clean_url: str, without_library: None) -> None:
    plan = planned(clean_url, USERS)
    assert plan.vocabulary.startswith("own lists ")
    assert any("install mimesis" in note for note in plan.notes)
    users = drawn(plan, "users")
    assert len(set(users["email"])) == len(users["email"])
    assert len(set(users["full_name"])) > 1000
    words = lexicon.lexicon()
    assert all(count > 10 for count in words.street_count)
    for language in range(len(LANGUAGES) * 2):
        assert len(set(words.given.word[language * lexicon.SLOTS : (language + 1) * lexicon.SLOTS])) >= 20


def test_lists_hold_names_alone() -> None:
    for language, found in library.lists().items():
        for name in (*found.women, *found.men, *found.women_families, *found.men_families):
            assert not any(letter.isdigit() or letter in '"\\/()' for letter in name), (language, name)
            assert name == name.strip()
        assert not set(found.women) & set(found.men), language
        assert all(street == street.strip() and len(street) < 40 for street in found.streets)


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Łukasz", "lukasz"), ("Søren", "soren"), ("O'Connor", "oconnor"), ("van den Berg", "vandenberg"),
        ("Weiß", "weiss"), ("Șerban", "serban"), ("Щербак", "shcherbak"), ("Θεοδώρα", "theodora"),
        ("Παπαδοπούλου", "papadopoulou"), ("Ευάγγελος", "evangelos"), ("이서연", "iseoyeon"),
        ("Yılmaz", "yilmaz"), ("李", ""),
    ],
)  # fmt: skip
def test_latin_letters(name: str, plain: str) -> None:
    assert latin(name) == plain


def test_german_umlauts() -> None:
    assert latin("Jürgen Böhm", german=True) == "juergenboehm"


def test_locales_are_chosen_by_language_country_or_both() -> None:
    assert chosen(("de_DE",)) == (("de_DE", 10_000),)
    assert {code for code, _ in chosen(("de",))} == {"de_DE", "de_AT", "de_CH"}
    assert [code for code, _ in chosen(("JP", "pt-BR=5"))] == ["ja_JP", "pt_BR"]
    assert len(chosen(())) == len(LOCALES)
    for wish in ("xx", "de=0", "de=many", "", "de_FR"):
        with pytest.raises(SamplePlanError, match="there is no locale"):
            chosen((wish,))
