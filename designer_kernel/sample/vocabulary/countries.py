"""Countries: names, codes, dialling codes and currencies; lists of currencies and languages."""

from __future__ import annotations

from typing import Final, NamedTuple


class Country(NamedTuple):
    """A country."""

    code: str
    alpha3: str
    number: str
    name: str
    dial: str
    currency: str


def _country(line: str) -> Country:
    return Country(*line.split("|"))


COUNTRIES: Final = {
    country.code: country
    for country in map(
        _country,
        """
US|USA|840|United States|+1|USD
CA|CAN|124|Canada|+1|CAD
GB|GBR|826|United Kingdom|+44|GBP
IE|IRL|372|Ireland|+353|EUR
AU|AUS|036|Australia|+61|AUD
NZ|NZL|554|New Zealand|+64|NZD
DE|DEU|276|Germany|+49|EUR
AT|AUT|040|Austria|+43|EUR
CH|CHE|756|Switzerland|+41|CHF
FR|FRA|250|France|+33|EUR
BE|BEL|056|Belgium|+32|EUR
ES|ESP|724|Spain|+34|EUR
MX|MEX|484|Mexico|+52|MXN
AR|ARG|032|Argentina|+54|ARS
CL|CHL|152|Chile|+56|CLP
CO|COL|170|Colombia|+57|COP
IT|ITA|380|Italy|+39|EUR
NL|NLD|528|Netherlands|+31|EUR
PL|POL|616|Poland|+48|PLN
BR|BRA|076|Brazil|+55|BRL
PT|PRT|620|Portugal|+351|EUR
SE|SWE|752|Sweden|+46|SEK
DK|DNK|208|Denmark|+45|DKK
CZ|CZE|203|Czechia|+420|CZK
TR|TUR|792|Turkey|+90|TRY
UA|UKR|804|Ukraine|+380|UAH
GR|GRC|300|Greece|+30|EUR
JP|JPN|392|Japan|+81|JPY
CN|CHN|156|China|+86|CNY
KR|KOR|410|South Korea|+82|KRW
EG|EGY|818|Egypt|+20|EGP
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

LISTED: Final = (*COUNTRIES.values(), *map(_country, MORE.splitlines()))
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
