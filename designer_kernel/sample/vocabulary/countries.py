"""Countries: name, codes, currency, languages, and telephone numbers that nobody can have.

Telephone numbers come from ranges kept for films and examples where the regulator keeps one: the United States and
Canada (area code 555, and 555-01xx), the United Kingdom (Ofcom), Ireland, Australia (ACMA), Germany
(Bundesnetzagentur), France (Arcep), Sweden (PTS). Everywhere else the part behind the area code begins with a digit
with which no subscriber's number begins there, mostly 0, so the number cannot be dialled.
"""

# ruff: noqa: E501 one country a line

from __future__ import annotations

from typing import Final, NamedTuple


class Country(NamedTuple):
    """A country. ``phones`` are forms, ``#`` a digit; the last has the most room."""

    code: str
    alpha3: str
    number: str
    name: str
    dial: str
    currency: str
    phones: tuple[str, ...]


def _country(line: str) -> Country:
    code, alpha3, number, name, dial, currency, phones = line.split("|")
    return Country(code, alpha3, number, name, dial, currency, tuple(phones.split(",")))


COUNTRIES: Final = {
    country.code: country
    for country in map(
        _country,
        """
US|USA|840|United States|+1|USD|+1 212-555-01##,+1 312-555-01##,+1 415-555-01##,+1 617-555-01##,+1 555-###-####
CA|CAN|124|Canada|+1|CAD|+1 416-555-01##,+1 514-555-01##,+1 604-555-01##,+1 555-###-####
GB|GBR|826|United Kingdom|+44|GBP|+44 20 7946 0###,+44 113 496 0###,+44 121 496 0###,+44 131 496 0###,+44 7700 900###,+44 20 0### ####
IE|IRL|372|Ireland|+353|EUR|+353 20 91# ####
AU|AUS|036|Australia|+61|AUD|+61 2 5550 ####,+61 3 5550 ####,+61 7 5550 ####,+61 491 570 1##,+61 2 0### ####
NZ|NZL|554|New Zealand|+64|NZD|+64 9 0## ####
DE|DEU|276|Germany|+49|EUR|+49 30 23125 ###,+49 40 66969 ###,+49 69 90009 ###,+49 89 99998 ###,+49 221 4710 ###,+49 30 0### ####
AT|AUT|040|Austria|+43|EUR|+43 1 0## ####
CH|CHE|756|Switzerland|+41|CHF|+41 44 0## ## ##
FR|FRA|250|France|+33|EUR|+33 1 99 00 ## ##,+33 2 61 91 ## ##,+33 3 53 01 ## ##,+33 4 65 71 ## ##,+33 5 36 49 ## ##,+33 6 39 98 ## ##,+33 1 0# ## ## ##
BE|BEL|056|Belgium|+32|EUR|+32 2 0## ## ##
ES|ESP|724|Spain|+34|EUR|+34 2## ### ###
MX|MEX|484|Mexico|+52|MXN|+52 55 0### ####
AR|ARG|032|Argentina|+54|ARS|+54 11 0###-####
CL|CHL|152|Chile|+56|CLP|+56 2 0### ####
CO|COL|170|Colombia|+57|COP|+57 601 0## ####
IT|ITA|380|Italy|+39|EUR|+39 2## #######
NL|NLD|528|Netherlands|+31|EUR|+31 20 0## ####
PL|POL|616|Poland|+48|PLN|+48 22 0## ## ##
BR|BRA|076|Brazil|+55|BRL|+55 (11) 0####-####
PT|PRT|620|Portugal|+351|EUR|+351 0## ### ###
SE|SWE|752|Sweden|+46|SEK|+46 8 465 004 ##,+46 31 390 06 ##,+46 40 628 04 ##,+46 8 0## ### ##
DK|DNK|208|Denmark|+45|DKK|+45 0# ## ## ##
CZ|CZE|203|Czechia|+420|CZK|+420 0## ### ###
TR|TUR|792|Turkey|+90|TRY|+90 212 0## ## ##
UA|UKR|804|Ukraine|+380|UAH|+380 44 0## ## ##
GR|GRC|300|Greece|+30|EUR|+30 21 00## ####
JP|JPN|392|Japan|+81|JPY|+81 3-0###-####
CN|CHN|156|China|+86|CNY|+86 10 0### ####
KR|KOR|410|South Korea|+82|KRW|+82 2-0###-####
EG|EGY|818|Egypt|+20|EGP|+20 2 0### ####
""".strip().splitlines(),
    )
}  # fmt: skip
"""The countries of our places, by code."""

MORE: Final = """
NO|NOR|578|Norway|+47|NOK
FI|FIN|246|Finland|+358|EUR
IN|IND|356|India|+91|INR
ZA|ZAF|710|South Africa|+27|ZAR
SG|SGP|702|Singapore|+65|SGD
HU|HUN|348|Hungary|+36|HUF
RO|ROU|642|Romania|+40|RON
BG|BGR|100|Bulgaria|+359|EUR
HR|HRV|191|Croatia|+385|EUR
SK|SVK|703|Slovakia|+421|EUR
SI|SVN|705|Slovenia|+386|EUR
EE|EST|233|Estonia|+372|EUR
LV|LVA|428|Latvia|+371|EUR
LT|LTU|440|Lithuania|+370|EUR
LU|LUX|442|Luxembourg|+352|EUR
MT|MLT|470|Malta|+356|EUR
CY|CYP|196|Cyprus|+357|EUR
IS|ISL|352|Iceland|+354|ISK
IL|ISR|376|Israel|+972|ILS
SA|SAU|682|Saudi Arabia|+966|SAR
AE|ARE|784|United Arab Emirates|+971|AED
QA|QAT|634|Qatar|+974|QAR
KW|KWT|414|Kuwait|+965|KWD
JO|JOR|400|Jordan|+962|JOD
MA|MAR|504|Morocco|+212|MAD
TN|TUN|788|Tunisia|+216|TND
NG|NGA|566|Nigeria|+234|NGN
KE|KEN|404|Kenya|+254|KES
GH|GHA|288|Ghana|+233|GHS
ET|ETH|231|Ethiopia|+251|ETB
TH|THA|764|Thailand|+66|THB
VN|VNM|704|Vietnam|+84|VND
ID|IDN|360|Indonesia|+62|IDR
MY|MYS|458|Malaysia|+60|MYR
PH|PHL|608|Philippines|+63|PHP
TW|TWN|158|Taiwan|+886|TWD
HK|HKG|344|Hong Kong|+852|HKD
PK|PAK|586|Pakistan|+92|PKR
BD|BGD|050|Bangladesh|+880|BDT
LK|LKA|144|Sri Lanka|+94|LKR
NP|NPL|524|Nepal|+977|NPR
PE|PER|604|Peru|+51|PEN
EC|ECU|218|Ecuador|+593|USD
UY|URY|858|Uruguay|+598|UYU
PY|PRY|600|Paraguay|+595|PYG
BO|BOL|068|Bolivia|+591|BOB
CR|CRI|188|Costa Rica|+506|CRC
PA|PAN|591|Panama|+507|PAB
DO|DOM|214|Dominican Republic|+1|DOP
RS|SRB|688|Serbia|+381|RSD
GE|GEO|268|Georgia|+995|GEL
AM|ARM|051|Armenia|+374|AMD
KZ|KAZ|398|Kazakhstan|+7|KZT
""".strip()  # fmt: skip
"""Further countries, for tables of countries; no addresses are made there."""

LISTED: Final = (*COUNTRIES.values(), *(_country(line + "|") for line in MORE.splitlines()))
"""All countries, those with places first."""

CURRENCIES: Final = (
    ("USD", "US dollar", "$"), ("EUR", "Euro", "€"), ("GBP", "Pound sterling", "£"), ("JPY", "Yen", "¥"),
    ("CNY", "Renminbi", "¥"), ("CHF", "Swiss franc", "CHF"), ("CAD", "Canadian dollar", "CA$"),
    ("AUD", "Australian dollar", "A$"), ("SEK", "Swedish krona", "kr"), ("DKK", "Danish krone", "kr"),
    ("NOK", "Norwegian krone", "kr"), ("PLN", "Zloty", "zł"), ("CZK", "Czech koruna", "Kč"),
    ("BRL", "Brazilian real", "R$"), ("MXN", "Mexican peso", "MX$"), ("TRY", "Turkish lira", "₺"),
    ("UAH", "Hryvnia", "₴"), ("KRW", "Won", "₩"), ("INR", "Indian rupee", "₹"), ("EGP", "Egyptian pound", "E£"),
    ("NZD", "New Zealand dollar", "NZ$"), ("ARS", "Argentine peso", "AR$"), ("CLP", "Chilean peso", "CLP$"),
    ("COP", "Colombian peso", "COL$"), ("ZAR", "Rand", "R"), ("SGD", "Singapore dollar", "S$"),
    ("HUF", "Forint", "Ft"), ("RON", "Romanian leu", "lei"), ("ILS", "New shekel", "₪"), ("THB", "Baht", "฿"),
)  # fmt: skip
"""Codes, names and signs of currencies."""

LANGUAGES: Final = (
    ("en", "English"), ("de", "German"), ("fr", "French"), ("es", "Spanish"), ("it", "Italian"), ("nl", "Dutch"),
    ("pl", "Polish"), ("pt", "Portuguese"), ("sv", "Swedish"), ("da", "Danish"), ("cs", "Czech"), ("tr", "Turkish"),
    ("uk", "Ukrainian"), ("el", "Greek"), ("ja", "Japanese"), ("zh", "Chinese"), ("ko", "Korean"), ("ar", "Arabic"),
    ("fi", "Finnish"), ("nb", "Norwegian"), ("hu", "Hungarian"), ("ro", "Romanian"), ("hi", "Hindi"),
    ("he", "Hebrew"), ("vi", "Vietnamese"), ("th", "Thai"), ("id", "Indonesian"), ("fa", "Persian"),
)  # fmt: skip
"""Codes and names of languages."""
