"""How bank accounts, cards and tax numbers are written, and which of them can never be anybody's."""

from __future__ import annotations

from typing import Final

IBANS: Final = {
    "DE": "00000000##########", "AT": "00000###########", "CH": "00000############", "FR": "0000000000###########&&",
    "BE": "000#######&&", "ES": "00000000&&##########", "IT": "&0000000000############", "NL": "XXXX0#########",
    "PL": "00000000################", "PT": "00000000###########&&", "SE": "000#################",
    "DK": "0000##########", "CZ": "0000############0000", "TR": "000000################",
    "UA": "000000###################", "GR": "0000000################", "GB": "XXXX000000########",
    "IE": "XXXX000000########", "EG": "00000000#################",
}  # fmt: skip
"""The national part of an account number: ``#`` is a digit, ``&`` a national check digit.

The bank's code is all zeros, or XXXX where it is letters: no central bank gives it to a bank, so no such account can
exist, though every check digit is right.
"""

VAT_IDS: Final = {
    "DE": "DE0#######&", "AT": "ATU0#######", "FR": "FR&&000######", "BE": "BE00########", "ES": "ESB00000###",
    "IT": "IT0000000###&", "NL": "NL000######B00", "PL": "PL000######&", "PT": "PT000######", "SE": "SE00########01",
    "DK": "DK00######", "CZ": "CZ000#####", "GR": "EL000######", "IE": "IE000####T", "GB": "GB000######",
    "CH": "CHE-000.###.###",
}  # fmt: skip
"""Numbers for value added tax. They begin with zeros where no office gives any out; ``&`` is a check digit."""

TESTS: Final = {
    "visa": "400000##########", "mastercard": "222300##########", "american express": "370000#########",
    "nobody": "999999##########",
}  # fmt: skip
"""Beginnings of card numbers. Those of the three schemes are the ranges that payment services keep for tests; 9 and
the country 999 (ISO 7812 and ISO 3166) are nobody's at all."""
