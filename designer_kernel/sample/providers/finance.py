"""Bank accounts, cards and tax numbers whose check digits are right, and that can never be anybody's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.home import ANYWHERE, Home, home_of, place
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, keeps_apart, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Values, digits, fixed_text, joined, picked
from designer_kernel.sample.vocabulary.banking import IBANS, TESTS, VAT_IDS
from designer_kernel.sample.vocabulary.places import PLACES

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

Codes = NDArray[np.uint8]
Digits = NDArray[np.int64]

_ELSEWHERE: Final = ("DE", "FR", "ES", "NL", "GB")
"""Whose accounts and numbers people of other countries have here."""


def _numbers(frame: Frame, column: ColumnFacts, counter: Counter | None, room: int = 10**9) -> Rows:
    """Return a number below ``room`` for each row; different ones if they are counted."""
    if counter is None:
        return hashing.below(frame.bits(column.name), 10**9)
    return hashing.permute(frame.counted(counter), room, hashing.stream(frame.plan.seed, *frame.name) % room)


def _countries(frame: Frame, known: Mapping[str, str]) -> Any:
    """Return the country of each row as an index into ``known``; some of ours if it has no such numbers."""
    names = list(known)
    own = np.array([names.index(p.code) if p.code in known else -1 for p in PLACES])[place(frame)]
    other = np.array([names.index(code) for code in _ELSEWHERE])
    instead = other[hashing.below(frame.bits("account country"), len(other))]
    return np.where(own < 0, instead, own)


def letters(form: str, numbers: Rows) -> Codes:
    """Return a form for each number, as ASCII codes, with its ``#`` filled by the number's digits from the right."""
    result = np.tile(np.frombuffer(form.encode(), dtype=np.uint8), (len(numbers), 1))
    rest = numbers
    for position in range(len(form) - 1, -1, -1):
        if form[position] == "#":
            result[:, position] = ord("0") + rest % 10
            rest = rest // 10
    return result


def remainder(codes: Codes, divisor: int) -> Rows:
    """Return the number that letters and digits spell (A is 10, B is 11 and so on), modulo ``divisor``."""
    rest = np.zeros(len(codes), dtype=np.int64)
    for column in codes.T.astype(np.int64):
        is_digit = column <= ord("9")
        value = np.where(is_digit, column - ord("0"), column - ord("A") + 10)
        rest = (rest * np.where(is_digit, 10, 100) + value) % divisor
    return rest


def _two(numbers: Rows) -> Codes:
    return np.stack([numbers // 10, numbers % 10], axis=1).astype(np.uint8) + np.uint8(ord("0"))


def ibans(country: str, numbers: Rows) -> Codes:
    """Return an account number of a country for each number; ISO 13616, with the country's own check digits."""
    national = letters(IBANS[country], numbers)
    _check_nationally(country, national)
    moved = np.tile(np.frombuffer(f"{country}00".encode(), dtype=np.uint8), (len(numbers), 1))
    moved[:, 2:] = _two(98 - remainder(np.concatenate([national, moved], axis=1), 97))
    return np.concatenate([moved, national], axis=1)


def _check_nationally(country: str, codes: Codes) -> None:
    """Put in the check digits that a country asks for beside the international ones."""
    values = codes.astype(np.int64) - ord("0")
    match country:
        case "FR" | "PT":
            body = codes[:, :-2]
            rest = remainder(np.concatenate([body, np.full((len(codes), 2), ord("0"), dtype=np.uint8)], axis=1), 97)
            codes[:, -2:] = _two(97 - rest if country == "FR" else 98 - rest)
        case "BE":
            rest = remainder(codes[:, :-2], 97)
            codes[:, -2:] = _two(np.where(rest == 0, 97, rest))
        case "ES":
            weights = np.array([1, 2, 4, 8, 5, 10, 9, 7, 3, 6])
            bank = _modulo_11(
                np.concatenate([np.zeros((len(codes), 2), dtype=np.int64), values[:, :8]], axis=1), weights
            )
            codes[:, 8] = bank + ord("0")
            codes[:, 9] = _modulo_11(values[:, 10:], weights) + ord("0")
        case "IT":
            codes[:, 0] = _italian(values[:, 1:]) + ord("A")


def _modulo_11(values: Digits, weights: Digits) -> Digits:
    rest = 11 - values @ weights % 11
    return np.where(rest == 11, 0, np.where(rest == 10, 1, rest))


_ODD: Final = np.array([1, 0, 5, 7, 9, 13, 15, 17, 19, 21])


def _italian(values: Digits) -> Digits:
    """Return the CIN, as 0 for A: digits in odd places count by a table, those in even ones for themselves."""
    made: Digits = (_ODD[values[:, ::2]].sum(axis=1) + values[:, 1::2].sum(axis=1)) % 26
    return made


def with_luhn(form: str, numbers: Rows) -> Codes:
    """Return a form filled by numbers, whose last ``#`` is the check digit by Luhn."""
    codes = np.concatenate([letters(form[:-1], numbers), np.zeros((len(numbers), 1), dtype=np.uint8)], axis=1)
    codes[:, -1] = luhn_digit(codes[:, :-1].astype(np.int64) - ord("0")) + ord("0")
    return codes


def luhn_digit(values: Digits) -> Digits:
    """Return the digit that makes the sum of all a multiple of ten, every second one doubled from the right."""
    doubled = values.copy()
    doubled[:, ::-1][:, ::2] *= 2
    total: Digits = (doubled // 10 + doubled % 10).sum(axis=1)
    return (10 - total % 10) % 10


def vat_ids(country: str, numbers: Rows) -> Codes:
    """Return a number for value added tax for each number."""
    form = VAT_IDS[country]
    codes = letters(form, numbers)
    values = codes.astype(np.int64) - ord("0")
    match country:
        case "DE":
            codes[:, -1] = _modulo_11_10(values[:, 2:-1]) + ord("0")
        case "FR":
            codes[:, 2:4] = _two((12 + 3 * (remainder(codes[:, 4:], 97))) % 97)
        case "IT":
            codes[:, -1] = luhn_digit(values[:, 2:-1]) + ord("0")
        case "PL":
            rest = values[:, 2:-1] @ np.array([6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11
            fixed = rest == 10  # no number has this check digit: another last digit instead
            codes[fixed, -2] = ord("0") + (codes[fixed, -2] - ord("0") + 1) % 10
            values = codes.astype(np.int64) - ord("0")
            codes[:, -1] = values[:, 2:-1] @ np.array([6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 + ord("0")
    return codes


def _modulo_11_10(values: Digits) -> Digits:
    """Return the check digit of ISO 7064, MOD 11,10."""
    product = np.full(len(values), 10, dtype=np.int64)
    for column in values.T:
        total = (column + product) % 10
        product = 2 * np.where(total == 0, 10, total) % 11
    return (11 - product) % 10


def _by_country(frame: Frame, known: Mapping[str, str], made: Callable[[str, Rows], Codes], numbers: Rows) -> Any:
    """Return a text for each row, made for the rows of one country at a time."""
    import pyarrow as pa

    chosen = _countries(frame, known)
    order = np.argsort(chosen, kind="stable")
    parts = []
    for index in np.unique(chosen):
        rows = order[np.searchsorted(chosen[order], index) : np.searchsorted(chosen[order], index, side="right")]
        parts.append(fixed_text(made(list(known)[int(index)], numbers[rows])))
    back = np.empty(len(order), dtype=np.int64)
    back[order] = np.arange(len(order))
    return picked(pa.concat_arrays(parts), back) if parts else words(()).slice(0, 0)


_ROOM: Final = 10 ** min(form.count("#") for form in IBANS.values())
"""Accounts that the country with the fewest digits can tell apart."""


@dataclass(frozen=True, slots=True)
class Iban(Provider):
    """An international bank account number of the row's country whose bank's code belongs to no bank."""

    counter: Counter | None = None
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(_by_country(frame, IBANS, ibans, _numbers(frame, column, self.counter, _ROOM)))


@dataclass(frozen=True, slots=True)
class Bic(Provider):
    """A bank's code whose place ends in 0: ISO 9362 keeps those for tests."""

    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        pairs = words(tuple(a + b for a in alphabet for b in alphabet))
        country = picked(words(tuple(p.code for p in PLACES)), place(frame))
        first, second = hashing.below(bits, 676), hashing.below(hashing.mix(bits), 676)
        return Values(
            joined(picked(pairs, first), picked(pairs, second), country, picked(words(tuple("ABCDEF")), first % 6), "0")
        )


@dataclass(frozen=True, slots=True)
class CardNumber(Provider):
    """A card's number that passes Luhn's check, of a range in which no card is given out."""

    form: str
    counter: Counter | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(fixed_text(with_luhn(self.form, _numbers(frame, column, self.counter))))


@dataclass(frozen=True, slots=True)
class LastFour(Provider):
    """The last four digits of a card or an account."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(digits(hashing.below(frame.bits(column.name), 10_000), 4))


@dataclass(frozen=True, slots=True)
class VatId(Provider):
    """A number for value added tax of the row's country, below those that are given out."""

    counter: Counter | None = None
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(_by_country(frame, VAT_IDS, vat_ids, _numbers(frame, column, self.counter)))


@dataclass(frozen=True, slots=True)
class SocialSecurityNumber(Provider):
    """A number of the form of the United States' social security, whose area 000 is given to nobody."""

    counter: Counter | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        number = _numbers(frame, column, self.counter)
        return Values(joined("000-", digits(number // 10_000 % 99 + 1, 2), "-", digits(number % 10_000, 4)))


_LONGEST_IBAN: Final = max(map(len, IBANS.values())) + 4


def _fits(context: Context, longest: int) -> bool:
    limit = context.column.form.length
    return limit is None or limit >= longest


def _iban(context: Context) -> Provider | None:
    is_roomy = context.unique is None or context.rows <= _ROOM
    return Iban(context.unique, home_of(context)) if is_roomy and _fits(context, _LONGEST_IBAN) else None


def _vat_id(context: Context) -> Provider | None:
    if not _fits(context, 15) or (context.unique is not None and context.rows > 1000):
        return None
    return VatId(None, home_of(context))


def _card(context: Context) -> Provider | None:
    return CardNumber(TESTS["nobody"], context.unique) if _fits(context, 16) else None


RULES = (
    Rule(r"(\w+_)?iban(_number)?", TEXT, _iban, "its name says IBAN", distinct=True),
    Rule(r"(\w+_)?(bic|swift)(_code)?", TEXT, lambda c: Bic(home_of(c)) if _fits(c, 8) else None, "its name says BIC"),
    Rule(r"(\w+_)?(card|cc|credit_card|pan)_?(number|no)|pan", TEXT, _card, "its name says card number", distinct=True),
    Rule(
        r"(\w+_)?(last_?(4|four)|last_four_digits|card_last_digits)",
        TEXT,
        lambda c: LastFour(),
        "its name says a card's last digits",
    ),
    Rule(
        r"(\w+_)?(vat|tax|ust|tva|iva)_?(id|number|no|nr|identification_number|idnr)|ustid|vat|tva",
        TEXT,
        _vat_id,
        "its name says tax number",
    ),
    Rule(
        r"ssn|social_security(_number|_no)?",
        TEXT,
        lambda c: SocialSecurityNumber() if _fits(c, 11) and c.unique is None else None,
        "its name says social security number",
    ),
)


@keeps_apart
def _iban_named(context: Context) -> Provider:
    """An IBAN with right check digits, of a bank that does not exist."""
    return Iban(context.unique, home_of(context))


def _bic_named(context: Context) -> Provider:
    """A bank's BIC, of those that ISO 9362 keeps for tests."""
    return Bic(home_of(context))


@keeps_apart
def _card_named(
    context: Context, scheme: Literal["nobody", "visa", "mastercard", "american express"] = "nobody"
) -> Provider:
    """A card number that passes Luhn's check, of a range without cards."""
    return CardNumber(TESTS[scheme], context.unique)


def _vat_named(context: Context) -> Provider:
    """A tax number with right check digits, that no office has given out."""
    if context.unique is not None:
        raise SamplePlanError(
            "there are too few tax numbers that are nobody's to keep rows apart",
            where=f"{context.table.label}.{context.column.name}",
            mend="choose another provider",
        )
    return VatId(None, home_of(context))


NAMED: Mapping[str, Callable[..., Provider]] = {
    "iban": _iban_named,
    "bic": _bic_named,
    "card number": _card_named,
    "vat id": _vat_named,
}
