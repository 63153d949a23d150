"""Accounts, cards and tax numbers pass their check digits, and can be nobody's. The sums here are written anew."""

from __future__ import annotations

import re

import numpy as np
import pytest

from designer_kernel.sample.providers import finance
from designer_kernel.sample.vocabulary.banking import IBANS, TESTS, VAT_IDS
from tests.designer_kernel.sample.drawn import drawn, lines, planned

NUMBERS = np.array([0, 1, 7, 99, 12345, 7654321, 999_999_999, 123_456_789, 500_000_003], dtype=np.int64)
LENGTHS = {
    "DE": 22, "AT": 20, "CH": 21, "FR": 27, "BE": 16, "ES": 24, "IT": 27, "NL": 18, "PL": 28, "PT": 25, "SE": 24,
    "DK": 18, "CZ": 24, "TR": 26, "UA": 29, "GR": 27, "GB": 22, "IE": 22, "EG": 29,
}  # fmt: skip


def text(codes) -> list[str]:
    return [bytes(row).decode() for row in codes]


def mod_97(iban: str) -> int:
    return int("".join(str(int(letter, 36)) for letter in iban[4:] + iban[:4])) % 97


def luhn(number: str) -> int:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(number))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10


@pytest.mark.parametrize("country", list(IBANS))
def test_account_numbers_pass_and_are_of_no_bank(country: str) -> None:
    for iban in text(finance.ibans(country, NUMBERS)):
        assert iban.startswith(country)
        assert len(iban) == LENGTHS[country]
        assert mod_97(iban) == 1
        bank = iban[5:] if country == "IT" else iban[4:]
        assert re.match("XXXX|000", bank)


def test_national_check_digits() -> None:
    for iban in text(finance.ibans("BE", NUMBERS)):
        assert int(iban[4:14]) % 97 in (int(iban[14:]), int(iban[14:]) - 97)
    for iban in text(finance.ibans("FR", NUMBERS)):
        bank, branch, account, key = int(iban[4:9]), int(iban[9:14]), int(iban[14:25]), int(iban[25:])
        assert 97 - (89 * bank + 15 * branch + 3 * account) % 97 == key
    for iban in text(finance.ibans("PT", NUMBERS)):
        assert int(iban[4:]) % 97 == 1
    for iban in text(finance.ibans("ES", NUMBERS)):
        weights = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
        for digits, check in (("00" + iban[4:12], iban[12]), (iban[14:], iban[13])):
            rest = 11 - sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11
            assert int(check) == {10: 1, 11: 0}.get(rest, rest)
    odd = dict(zip("0123456789", (1, 0, 5, 7, 9, 13, 15, 17, 19, 21), strict=True))
    for iban in text(finance.ibans("IT", NUMBERS)):
        total = sum(odd[d] if i % 2 == 0 else int(d) for i, d in enumerate(iban[5:]))
        assert iban[4] == chr(ord("A") + total % 26)


@pytest.mark.parametrize("scheme", list(TESTS))
def test_card_numbers_pass_and_are_of_test_ranges(scheme: str) -> None:
    start, _, _ = TESTS[scheme].partition("#")
    for number in text(finance.with_luhn(TESTS[scheme], NUMBERS)):
        assert luhn(number) == 0
        assert number.startswith(start)
        assert len(number) == (15 if scheme == "american express" else 16)


def test_tax_numbers_pass_and_are_below_those_given_out() -> None:
    assert all(re.search("^[A-Z-]+(\\d\\d)?0|^ESB0", text(finance.vat_ids(c, NUMBERS))[4]) for c in VAT_IDS)
    for number in text(finance.vat_ids("DE", NUMBERS)):
        product = 10
        for digit in number[2:10]:
            product = 2 * ((int(digit) + product) % 10 or 10) % 11
        assert (11 - product) % 10 == int(number[10])
        assert number[2] == "0"
    for number in text(finance.vat_ids("FR", NUMBERS)):
        assert int(number[2:4]) == (12 + 3 * (int(number[4:]) % 97)) % 97
    for number in text(finance.vat_ids("IT", NUMBERS)):
        assert luhn(number[2:]) == 0
    for number in text(finance.vat_ids("PL", NUMBERS)):
        weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
        assert sum(int(d) * w for d, w in zip(number[2:11], weights, strict=True)) % 11 == int(number[11])


def test_columns_of_accounts_agree_with_their_country(clean_url: str) -> None:
    script = """CREATE TABLE accounts (id bigint PRIMARY KEY, country char(2) NOT NULL,
        iban varchar(34) NOT NULL UNIQUE, bic varchar(11) NOT NULL, card_number text NOT NULL UNIQUE,
        vat_id text NOT NULL)"""
    plan = planned(clean_url, script, rows={"accounts": 5000})
    accounts = drawn(plan, "accounts")
    assert len(set(accounts["iban"])) == len(set(accounts["card_number"])) == 5000
    for country, iban, bic, card in lines(accounts, "country", "iban", "bic", "card_number"):
        assert mod_97(iban) == 1
        assert luhn(card) == 0
        assert re.fullmatch(f"[A-Z]{{4}}{country}[A-Z]0", bic)  # a place that ends in 0 is a test's, by ISO 9362
        assert iban[:2] == country or country not in IBANS
    assert drawn(plan, "accounts", [4711, 3]) == {c: [v[4711], v[3]] for c, v in accounts.items()}
