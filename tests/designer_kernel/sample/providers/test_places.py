"""Addresses: every part belongs to one place of the country; telephone numbers are nobody's."""

from __future__ import annotations

import json
import re

import psycopg
import pytest

from designer_kernel.sample import fill
from designer_kernel.sample.vocabulary.countries import COUNTRIES, CURRENCIES, LANGUAGES, LISTED
from designer_kernel.sample.vocabulary.phones import forms, roomiest
from designer_kernel.sample.vocabulary.places import PLACES
from tests.designer_kernel.sample.databases import create
from tests.designer_kernel.sample.drawn import drawn, lines, planned

SCRIPT = """
    CREATE TABLE addresses (id bigint PRIMARY KEY, street text NOT NULL, city text NOT NULL, region text NOT NULL,
        postal_code text NOT NULL, country text NOT NULL, country_code char(2) NOT NULL,
        country_iso3 char(3) NOT NULL, latitude numeric(9,6) NOT NULL, longitude double precision NOT NULL,
        time_zone text NOT NULL,
        phone text NOT NULL)
"""
NUMBER_FIRST = {"US", "CA", "GB", "IE", "AU", "NZ", "FR", "BE", "EG"}


@pytest.fixture
def addresses(clean_url: str) -> dict[str, list[object]]:
    return drawn(planned(clean_url, SCRIPT, rows={"addresses": 3000}), "addresses")


def test_the_parts_of_an_address_agree(addresses) -> None:
    known = {(place.city, place.code): place for place in PLACES}
    rows = lines(
        addresses, "city", "region", "postal_code", "country", "country_code", "country_iso3", "latitude", "longitude",
        "time_zone",
    )  # fmt: skip
    for city, region, postal, country, code, iso3, latitude, longitude, zone in rows:
        place = known[city, code]
        assert (region, zone) == (place.region, place.zone)
        assert (country, iso3) == (COUNTRIES[code].name, COUNTRIES[code].alpha3)
        form = re.escape(place.postal).replace(r"\#", "[0-9]").replace("@", "[A-Z]")
        assert re.fullmatch(form, postal), (postal, place.postal)
        assert abs(float(latitude) - place.latitude) < 0.09
        assert abs(longitude - place.longitude) < 0.09
    assert len(set(addresses["city"])) > 120


def test_house_numbers_stand_where_the_country_has_them(addresses) -> None:
    for street, code in lines(addresses, "street", "country_code"):
        pattern = r"\d+ \D.*" if code in NUMBER_FIRST else r"\D.*?\d+(-\d+-\d+)?号?"
        assert re.fullmatch(pattern, street) or re.search(r"\d", street.split(" ")[0]) or code == "DK", (street, code)
    assert len(set(addresses["street"])) > 2500


RESERVED = {
    "US": r"\+1 \d{3}-555-01\d\d", "CA": r"\+1 \d{3}-555-01\d\d",
    "GB": r"\+44 (20 7946 0|(113|114|117|121|131|141|151|161) 496 0|29 2018 0|28 9649 6|7700 900)\d{3}",
    "DE": r"\+49 (30 23125|40 66969|69 90009|89 99998|221 4710) \d{3}|\+49 \d{3} 0\d{3} \d{3}",
    "FR": r"\+33 (1 99 00|2 61 91|3 53 01|4 65 71|5 36 49|6 39 98) \d\d \d\d",
    "SE": r"\+46 (8 465 004 \d\d|31 390 06 \d\d|40 628 04 \d\d|(18|21) 0\d\d \d\d \d\d)",
    "AU": r"\+61 ([2378] 5550 \d{4}|491 570 1\d\d)", "IE": r"\+353 20 91\d \d{4}",
    "ES": r"\+34 2\d\d \d{3} \d{3}", "IT": r"\+39 2\d\d \d{7}", "GR": r"\+30 2\d+0\d\d \d{4}",
}  # fmt: skip
"""What regulators keep for films. In ES and IT no number begins with 2, in GR none with 0 behind the area code."""


def test_telephone_numbers_are_nobodys_and_of_the_city(addresses) -> None:
    for phone, code, city in lines(addresses, "phone", "country_code", "city"):
        assert phone.startswith(COUNTRIES[code].dial + " ")
        written = [re.escape(form).replace(r"\#", r"\d") for form in forms(code, city)]
        assert any(re.fullmatch(form, phone) for form in written), (phone, city)
        assert re.fullmatch(RESERVED.get(code, r"\+\d+ (\(\d+\) |\d+[ -])?0[\d -]+"), phone), phone
    assert all(re.search("[ -]0|555-|91#|[+](34|39) 2|[+]30 2", roomiest(code)) for code in COUNTRIES)


def test_distinct_telephone_numbers(clean_url: str) -> None:
    script = "CREATE TABLE users (id int PRIMARY KEY, email text, phone text NOT NULL UNIQUE)"
    for rows in (20_000, 60_000):
        phones = drawn(planned(clean_url, script, rows={"users": rows}), "users")["phone"]
        assert len(set(phones)) == rows
        script = "SELECT 1"


def test_lists_of_values_keep_the_row_in_their_countries(clean_url: str) -> None:
    script = """CREATE TABLE shops (id int PRIMARY KEY, city text NOT NULL,
        country_code text NOT NULL CHECK (country_code IN ('DE', 'FR', 'JP')),
        language text NOT NULL CHECK (language IN ('German', 'Japanese')), phone text NOT NULL)"""
    shops = drawn(planned(clean_url, script, rows={"shops": 500}), "shops")
    cities = {place.city: place.code for place in PLACES}
    assert set(lines(shops, "country_code", "language")) == {("DE", "German"), ("JP", "Japanese")}
    for city, code, phone in lines(shops, "city", "country_code", "phone"):
        assert cities[city] == code
        assert phone.startswith(COUNTRIES[code].dial)


def test_a_table_of_countries_lists_each_once_and_leads_its_children(clean_url: str) -> None:
    script = """CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL UNIQUE, iso3 char(3) NOT NULL);
        CREATE TABLE people (id int PRIMARY KEY, full_name text NOT NULL,
            country_code char(2) NOT NULL REFERENCES countries, city text NOT NULL)"""
    plan = planned(clean_url, script, rows={"countries": 20, "people": 800})
    countries, people = drawn(plan, "countries"), drawn(plan, "people")
    real = {(country.code, country.name, country.alpha3) for country in LISTED}
    assert set(lines(countries, "code", "name", "iso3")) <= real
    cities = {place.city: place.code for place in PLACES}
    assert all(cities[city] == code for city, code in lines(people, "city", "country_code"))


def test_tables_of_currencies_and_languages_list_real_ones(clean_url: str) -> None:
    script = """CREATE TABLE currencies (code char(3) PRIMARY KEY, name text NOT NULL UNIQUE, symbol text NOT NULL);
        CREATE TABLE ref_languages (id int PRIMARY KEY, code varchar(5) NOT NULL UNIQUE, name text NOT NULL)"""
    plan = planned(clean_url, script, rows={"currencies": 25, "ref_languages": 20})
    assert set(lines(drawn(plan, "currencies"), "code", "name", "symbol")) <= set(CURRENCIES)
    assert set(lines(drawn(plan, "ref_languages"), "code", "name")) <= set(LANGUAGES)


def test_checks_for_the_form_of_codes_and_numbers_choose_the_countries(clean_url: str) -> None:
    script = r"""CREATE TABLE members (id int PRIMARY KEY, full_name text NOT NULL, country char(2) NOT NULL,
        zip text NOT NULL CHECK (zip ~ '^[0-9]{5}(-[0-9]{4})?$'),
        phone text NOT NULL CHECK (phone ~ '^\+[0-9]{8,15}$'),
        mobile text CHECK (mobile ~ '^\+(1|49)[0-9 -]+$'))"""
    plan = planned(clean_url, script, rows={"members": 600})
    (table,) = plan.tables.values()
    assert [table.columns[c].provider.name for c in ("zip", "phone", "mobile")] == ["postal code", "phone", "phone"]
    members = drawn(plan, "members")
    assert set(members["country"]) == {"US", "DE"}
    for zip_code, phone in lines(members, "zip", "phone"):
        assert re.fullmatch(r"[0-9]{5}", zip_code)
        assert re.fullmatch(r"\+[0-9]{8,15}", phone)


def test_an_address_document_stands_as_the_server_keeps_it(clean_url: str) -> None:
    """So that the server, which sorts the fields of every document, finds them sorted; and a file reads as it does."""
    table = "CREATE TABLE orders (id int PRIMARY KEY, shipping_address json NOT NULL, billing_address jsonb NOT NULL)"
    fill(create(clean_url, table), rows={"orders": 500}, seed=3)
    with psycopg.connect(clean_url) as connection:
        rows = connection.execute("SELECT shipping_address::text, shipping_address::jsonb::text FROM orders").fetchall()
    assert len({text for text, _ in rows}) > 490
    assert [text for text, _ in rows] == [kept for _, kept in rows]
    assert set(json.loads(rows[0][0])) == {"name", "line1", "city", "region", "postal_code", "country"}
