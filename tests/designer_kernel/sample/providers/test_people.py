"""People: names, logins, e-mail and gender agree, in every locale and between a row and its parent."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import numpy as np
import pytest

from designer_kernel.sample.vocabulary.countries import COUNTRIES
from designer_kernel.sample.vocabulary.lexicon import SLOTS, lexicon
from designer_kernel.sample.vocabulary.locales import LANGUAGES, LOCALES, chosen
from designer_kernel.sample.vocabulary.people import NAMES
from tests.designer_kernel.sample.drawn import drawn, lines, planned

PEOPLE = """
    CREATE TABLE users (id bigint PRIMARY KEY, first_name text NOT NULL, last_name text NOT NULL, gender text NOT NULL,
        email text NOT NULL UNIQUE, username text NOT NULL UNIQUE, salutation text NOT NULL, country char(2) NOT NULL,
        locale text NOT NULL, language text NOT NULL, currency char(3) NOT NULL, phone text NOT NULL);
    CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, customer_name text NOT NULL,
        customer_email text NOT NULL, shipping_country char(2) NOT NULL)
"""
SCRIPTS = {
    "uk": "CYRILLIC",
    "el": "GREEK",
    "ja": "CJK HIRAGANA IDEOGRAPHIC",
    "zh": "CJK",
    "ko": "HANGUL",
    "ar": "ARABIC",
}


def script_of(text: str) -> set[str]:
    """Return the first words of the names of all letters."""
    return {unicodedata.name(letter).split()[0] for letter in text if letter.isalpha()}


@pytest.fixture
def people(clean_url: str):
    plan = planned(clean_url, PEOPLE, rows={"users": 4000})
    return plan, drawn(plan, "users")


def test_logins_and_mail_are_distinct_and_agree(people) -> None:
    _, users = people
    assert len(set(users["email"])) == len(set(users["username"])) == 4000
    for email, login in lines(users, "email", "username"):
        assert re.fullmatch(r"[a-z]+\.[a-z]+[0-9]*", login), login
        local, _, domain = email.partition("@")
        assert local == login
        assert domain in ("example.com", "example.org", "example.net", "mail.example", "post.example")


def test_a_login_is_that_of_the_name(people) -> None:
    _, users = people
    plain = 0
    for first, last, login in lines(users, "first_name", "last_name", "username"):
        if (first + last).isascii() and (first + last).isalpha():
            plain += 1
            assert login.startswith(f"{first.lower()[:12]}.{last.lower()[:13]}"), (first, last, login)
    assert plain > 1500


def test_gender_country_language_and_title_agree_with_the_names(people) -> None:
    _, users = people
    words = lexicon()
    titles = {code: NAMES[code].titles for code in LANGUAGES}
    genders = {gender: set() for gender in (0, 1)}
    for slot in range(len(words.given.word)):
        genders[slot // SLOTS % 2].add(words.given.words[int(words.given.word[slot])].as_py())
    for row in lines(users, "first_name", "gender", "salutation", "country", "language", "locale", "currency"):
        first, gender, title, country, language, locale, currency = row
        is_man = int(gender == "male")
        assert first in genders[is_man]
        assert title == titles[language][is_man]
        assert LOCALES[locale][:2] == (language, country)
        assert COUNTRIES[country].currency == currency


def test_the_languages_of_the_world_appear(people) -> None:
    _, users = people
    found = "".join(users["first_name"] + users["last_name"])
    assert all(letter in found for letter in "éßłçøşñ王田"), sorted(set(found))[-40:]
    assert "محمد" in users["first_name"]
    assert {"US", "DE", "JP", "EG", "BR"} <= set(users["country"])


def test_a_child_is_about_its_parent(people) -> None:
    plan, users = people
    orders = drawn(plan, "orders")
    by_id = {row[0]: row[1:] for row in lines(users, "id", "first_name", "last_name", "email", "country")}
    for user, name, email, country in lines(orders, "user_id", "customer_name", "customer_email", "shipping_country"):
        first, last, own_email, own_country = by_id[user]
        assert first in name
        assert last in name
        assert (email, country) == (own_email, own_country)


def test_rows_do_not_depend_on_the_batch(people) -> None:
    plan, users = people
    chosen = np.random.default_rng(1).permutation(4000)[:300]
    again = drawn(plan, "users", chosen)
    assert again == {column: [values[i] for i in chosen] for column, values in users.items()}
    for row in (0, 17, 3999):
        assert drawn(plan, "users", [row])["email"] == [users["email"][row]]


def test_every_locale_has_people(clean_url: str) -> None:
    assert len(LOCALES) == 31
    assert len({code[:2] for code in LOCALES}) == 18
    plan = planned(clean_url, PEOPLE, rows={"users": 300, "orders": 0})
    for code in LOCALES:
        users = drawn(replace(plan, locales=chosen((code,))), "users")
        assert set(users["country"]) == {code[3:]}
        assert len(set(users["first_name"])) > 30
        assert len(set(users["last_name"])) > 15
        want = SCRIPTS.get(code[:2], "LATIN").split()
        assert script_of("".join(users["first_name"] + users["last_name"])) <= {*want, "MODIFIER"}
        assert all(phone.startswith(COUNTRIES[code[3:]].dial) for phone in users["phone"])


def test_locales_have_weights(clean_url: str) -> None:
    hints = {"locales": ["de_DE=3", "ja=1"]}
    users = drawn(planned(clean_url, PEOPLE, rows={"users": 2000, "orders": 0}, hints=hints), "users")
    share = users["country"].count("DE") / 2000
    assert set(users["country"]) == {"DE", "JP"}
    assert 0.7 < share < 0.8


def test_narrow_columns_get_what_fits(clean_url: str) -> None:
    script = """CREATE TABLE users (id int PRIMARY KEY, full_name varchar(8) NOT NULL,
        email varchar(36) NOT NULL UNIQUE, login varchar(10) NOT NULL UNIQUE,
        gender char(1) NOT NULL CHECK (gender IN ('w', 'm')), phone varchar(15) NOT NULL)"""
    users = drawn(planned(clean_url, script, rows={"users": 3000}), "users")
    assert max(map(len, users["full_name"])) <= 8
    assert max(map(len, users["login"])) <= 10
    assert max(map(len, users["email"])) <= 36
    assert all(email.endswith("@example.com") for email in users["email"])
    assert len(set(users["email"])) == len(set(users["login"])) == 3000
    assert set(users["gender"]) == {"w", "m"}
    assert all(re.fullmatch(r"\+\d{7,14}", phone) for phone in users["phone"])


def test_many_namesakes_have_logins_of_their_own(clean_url: str) -> None:
    script = "CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE)"
    plan = planned(clean_url, script, rows={"users": 1_200_000}, hints={"locales": ["ko"]})
    rows = np.concatenate([np.arange(60_000), np.arange(524_288, 584_288), np.arange(1_048_576, 1_108_576)])
    assert len(set(drawn(plan, "users", rows)["email"])) == len(rows)
