"""Telephone numbers that nobody can have, by country and city; ``#`` is a digit.

They come from ranges kept for films and examples where the regulator keeps one: the United States and Canada (555-01xx,
and the area code 555), the United Kingdom (Ofcom), Ireland (ComReg), Australia (ACMA), Germany (Bundesnetzagentur),
France (Arcep), Sweden (PTS). Everywhere else the part behind the area code begins with a digit with which no subscriber's
number begins there, mostly 0, so the number cannot be dialled.
"""

# ruff: noqa: E501 one country a line

from __future__ import annotations

from functools import lru_cache
from typing import Final

_AREAS: Final = """
US +1 {}-555-01##: New York=212,Buffalo=716,Los Angeles=213,San Diego=619,San Francisco=415,Sacramento=916,Chicago=312,Springfield=217,Houston=713,Austin=512,Dallas=214,Phoenix=602,Philadelphia=215,Pittsburgh=412,Seattle=206,Spokane=509,Denver=303,Boulder=720,Boston=617,Atlanta=404,Miami=305,Tampa=813,Portland=503,Detroit=313,Minneapolis=612,Columbus=614,Cleveland=216,Charlotte=704,Nashville=615,Salt Lake City=801
CA +1 {}-555-01##: Toronto=416,Ottawa=613,Montreal=514,Vancouver=604,Calgary=403
GB +44 {}###: London=20 7946 0,Manchester=161 496 0,Leeds=113 496 0,Bristol=117 496 0,Edinburgh=131 496 0,Glasgow=141 496 0,Cardiff=29 2018 0,Birmingham=121 496 0,Liverpool=151 496 0,Belfast=28 9649 6,Sheffield=114 496 0
IE +353 20 91# ####:
AU +61 {} 5550 ####: Sydney=2,Newcastle=2,Melbourne=3,Brisbane=7,Perth=8
NZ +64 {} 0## ####: Auckland=9,Wellington=4
DE +49 {}: Berlin=30 23125 ###,Hamburg=40 66969 ###,Frankfurt am Main=69 90009 ###,München=89 99998 ###,Köln=221 4710 ###,Nürnberg=911 0### ###,Düsseldorf=211 0### ###,Stuttgart=711 0### ###,Leipzig=341 0### ###,Dresden=351 0### ###,Bremen=421 0### ###,Hannover=511 0### ###
AT +43 {} 0## ###: Wien=1,Graz=316,Linz=732
CH +41 {} 0## ## ##: Zürich=44,Bern=31,Basel=61
FR +33 {} ## ##: Paris=1 99 00,Nantes=2 61 91,Rennes=2 61 91,Lille=3 53 01,Strasbourg=3 53 01,Lyon=4 65 71,Marseille=4 65 71,Nice=4 65 71,Toulouse=5 36 49,Bordeaux=5 36 49
BE +32 {} 0## ## ##: Bruxelles=2,Liège=4,Namur=81
ES +34 2## ### ###:
MX +52 {} ####: Ciudad de México=55 0###,Guadalajara=33 0###,Monterrey=81 0###,Puebla=222 0##,Mérida=999 0##
AR +54 {} 0###-####: Buenos Aires=11,Córdoba=351
CL +56 {} 0### ####: Santiago=2,Valparaíso=32
CO +57 {} 0## ####: Bogotá=601,Medellín=604
IT +39 2## #######:
NL +31 {} 0## ####: Amsterdam=20,Rotterdam=10,Den Haag=70,Utrecht=30,Eindhoven=40,Groningen=50
PL +48 {} 0## ## ##: Warszawa=22,Kraków=12,Łódź=42,Wrocław=71,Poznań=61,Gdańsk=58,Katowice=32
BR +55 ({}) 0###-####: São Paulo=11,Campinas=19,Rio de Janeiro=21,Belo Horizonte=31,Salvador=71,Curitiba=41,Brasília=61
PT +351 0## ### ###:
SE +46 {} ##: Stockholm=8 465 004,Göteborg=31 390 06,Malmö=40 628 04,Uppsala=18 0## ##,Västerås=21 0## ##
DK +45 0# ## ## ##:
CZ +420 0## ### ###:
TR +90 {} 0## ## ##: İstanbul=212,Ankara=312,İzmir=232,Bursa=224,Antalya=242
UA +380 {} 0## ## ##: Київ=44,Львів=32,Одеса=48,Харків=57,Дніпро=56
GR +30 {}0## ####: Αθήνα=210,Θεσσαλονίκη=2310,Πάτρα=2610,Ηράκλειο=2810
JP +81 {}: 千代田区=3-0###-####,新宿区=3-0###-####,横浜市=45-0##-####,大阪市=6-0###-####,名古屋市=52-0##-####,京都市=75-0##-####,札幌市=11-0##-####,福岡市=92-0##-####
CN +86 {} 0### ####: 北京市=10,上海市=21,广州市=20,深圳市=755,成都市=28,杭州市=571,武汉市=27
KR +82 {}-####: 서울특별시=2-0###,부산광역시=51-0##,인천광역시=32-0##,대전광역시=42-0##
EG +20 {} 0### ####: القاهرة=2,الجيزة=2,الإسكندرية=3,المنصورة=50
""".strip()

MOBILE: Final = {"GB": "+44 7700 900###", "FR": "+33 6 39 98 ## ##", "AU": "+61 491 570 1##"}
"""Mobile numbers kept for films."""

ROOMY: Final = {
    "US": "+1 555-###-####", "CA": "+1 555-###-####", "GB": "+44 20 0### ####", "AU": "+61 2 0### ####",
    "DE": "+49 30 0### ####", "FR": "+33 1 0# ## ## ##", "SE": "+46 8 0## ### ##", "AT": "+43 1 0## ####",
}  # fmt: skip
"""Forms with more room, for numbers that must be distinct; the others have room enough."""


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, dict[str, str]]]:
    known = {}
    for line in _AREAS.splitlines():
        head, _, cities = line.partition(":")
        pairs = (pair.strip().split("=") for pair in cities.split(",") if pair.strip())
        known[head[:2]] = (head[3:], dict(pairs))
    return known


def forms(country: str, city: str) -> tuple[str, ...]:
    """Return how telephone numbers of a city are written: its own, and mobile ones where some are kept for films."""
    template, areas = _known()[country]
    own = template.format(areas[city]) if areas else template
    return (own, MOBILE[country]) if country in MOBILE else (own,)


def roomiest(country: str) -> str:
    """Return the form of a country that has the most numbers."""
    template, areas = _known()[country]
    return ROOMY.get(country) or (template.format(next(iter(areas.values()))) if areas else template)
