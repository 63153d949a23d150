"""Cities with their regions, forms of postal codes, time zones and coordinates, in the words of their country.

In a postal form, ``#`` is a digit and ``@`` a letter; what stands before them is the city's.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Place(NamedTuple):
    """A city and what must agree with it."""

    city: str
    region: str
    region_code: str
    postal: str
    code: str
    zone: str
    latitude: float
    longitude: float


_ROWS: Final = """
New York|New York|NY|100##|US|America/New_York|40.71|-74.01
Buffalo|New York|NY|142##|US|America/New_York|42.89|-78.88
Los Angeles|California|CA|900##|US|America/Los_Angeles|34.05|-118.24
San Diego|California|CA|921##|US|America/Los_Angeles|32.72|-117.16
San Francisco|California|CA|941##|US|America/Los_Angeles|37.77|-122.42
Sacramento|California|CA|958##|US|America/Los_Angeles|38.58|-121.49
Chicago|Illinois|IL|606##|US|America/Chicago|41.88|-87.63
Springfield|Illinois|IL|627##|US|America/Chicago|39.78|-89.65
Houston|Texas|TX|770##|US|America/Chicago|29.76|-95.37
Austin|Texas|TX|787##|US|America/Chicago|30.27|-97.74
Dallas|Texas|TX|752##|US|America/Chicago|32.78|-96.80
Phoenix|Arizona|AZ|850##|US|America/Phoenix|33.45|-112.07
Philadelphia|Pennsylvania|PA|191##|US|America/New_York|39.95|-75.17
Pittsburgh|Pennsylvania|PA|152##|US|America/New_York|40.44|-80.00
Seattle|Washington|WA|981##|US|America/Los_Angeles|47.61|-122.33
Spokane|Washington|WA|992##|US|America/Los_Angeles|47.66|-117.43
Denver|Colorado|CO|802##|US|America/Denver|39.74|-104.99
Boulder|Colorado|CO|803##|US|America/Denver|40.01|-105.27
Boston|Massachusetts|MA|021##|US|America/New_York|42.36|-71.06
Atlanta|Georgia|GA|303##|US|America/New_York|33.75|-84.39
Miami|Florida|FL|331##|US|America/New_York|25.76|-80.19
Tampa|Florida|FL|336##|US|America/New_York|27.95|-82.46
Portland|Oregon|OR|972##|US|America/Los_Angeles|45.52|-122.68
Detroit|Michigan|MI|482##|US|America/Detroit|42.33|-83.05
Minneapolis|Minnesota|MN|554##|US|America/Chicago|44.98|-93.27
Columbus|Ohio|OH|432##|US|America/New_York|39.96|-83.00
Cleveland|Ohio|OH|441##|US|America/New_York|41.50|-81.69
Charlotte|North Carolina|NC|282##|US|America/New_York|35.23|-80.84
Nashville|Tennessee|TN|372##|US|America/Chicago|36.16|-86.78
Salt Lake City|Utah|UT|841##|US|America/Denver|40.76|-111.89
Toronto|Ontario|ON|M5@ #@#|CA|America/Toronto|43.65|-79.38
Ottawa|Ontario|ON|K1@ #@#|CA|America/Toronto|45.42|-75.70
Montreal|Quebec|QC|H2@ #@#|CA|America/Toronto|45.50|-73.57
Vancouver|British Columbia|BC|V6@ #@#|CA|America/Vancouver|49.28|-123.12
Calgary|Alberta|AB|T2@ #@#|CA|America/Edmonton|51.05|-114.07
London|England|ENG|N1 #@@|GB|Europe/London|51.51|-0.13
Manchester|England|ENG|M1 #@@|GB|Europe/London|53.48|-2.24
Leeds|England|ENG|LS1 #@@|GB|Europe/London|53.80|-1.55
Bristol|England|ENG|BS1 #@@|GB|Europe/London|51.45|-2.59
Edinburgh|Scotland|SCT|EH1 #@@|GB|Europe/London|55.95|-3.19
Glasgow|Scotland|SCT|G1 #@@|GB|Europe/London|55.86|-4.25
Cardiff|Wales|WLS|CF10 #@@|GB|Europe/London|51.48|-3.18
Birmingham|England|ENG|B1 #@@|GB|Europe/London|52.48|-1.90
Liverpool|England|ENG|L1 #@@|GB|Europe/London|53.41|-2.98
Belfast|Northern Ireland|NIR|BT1 #@@|GB|Europe/London|54.60|-5.93
Sheffield|England|ENG|S1 #@@|GB|Europe/London|53.38|-1.47
Dublin|Leinster|L|D02 @###|IE|Europe/Dublin|53.35|-6.26
Cork|Munster|M|T12 @###|IE|Europe/Dublin|51.90|-8.47
Sydney|New South Wales|NSW|20##|AU|Australia/Sydney|-33.87|151.21
Newcastle|New South Wales|NSW|23##|AU|Australia/Sydney|-32.93|151.78
Melbourne|Victoria|VIC|30##|AU|Australia/Melbourne|-37.81|144.96
Brisbane|Queensland|QLD|40##|AU|Australia/Brisbane|-27.47|153.03
Perth|Western Australia|WA|60##|AU|Australia/Perth|-31.95|115.86
Auckland|Auckland|AUK|10##|NZ|Pacific/Auckland|-36.85|174.76
Wellington|Wellington|WGN|60##|NZ|Pacific/Auckland|-41.29|174.78
Berlin|Berlin|BE|10###|DE|Europe/Berlin|52.52|13.40
München|Bayern|BY|80###|DE|Europe/Berlin|48.14|11.58
Nürnberg|Bayern|BY|90###|DE|Europe/Berlin|49.45|11.08
Hamburg|Hamburg|HH|20###|DE|Europe/Berlin|53.55|9.99
Köln|Nordrhein-Westfalen|NW|50###|DE|Europe/Berlin|50.94|6.96
Düsseldorf|Nordrhein-Westfalen|NW|40###|DE|Europe/Berlin|51.23|6.78
Frankfurt am Main|Hessen|HE|60###|DE|Europe/Berlin|50.11|8.68
Stuttgart|Baden-Württemberg|BW|70###|DE|Europe/Berlin|48.78|9.18
Leipzig|Sachsen|SN|04###|DE|Europe/Berlin|51.34|12.37
Dresden|Sachsen|SN|01###|DE|Europe/Berlin|51.05|13.74
Bremen|Bremen|HB|28###|DE|Europe/Berlin|53.08|8.80
Hannover|Niedersachsen|NI|30###|DE|Europe/Berlin|52.37|9.73
Wien|Wien|9|10##|AT|Europe/Vienna|48.21|16.37
Graz|Steiermark|6|80##|AT|Europe/Vienna|47.07|15.44
Linz|Oberösterreich|4|40##|AT|Europe/Vienna|48.31|14.29
Zürich|Zürich|ZH|80##|CH|Europe/Zurich|47.38|8.54
Bern|Bern|BE|30##|CH|Europe/Zurich|46.95|7.45
Basel|Basel-Stadt|BS|40##|CH|Europe/Zurich|47.56|7.59
Paris|Île-de-France|IDF|750##|FR|Europe/Paris|48.86|2.35
Lyon|Auvergne-Rhône-Alpes|ARA|690##|FR|Europe/Paris|45.76|4.84
Marseille|Provence-Alpes-Côte d'Azur|PAC|130##|FR|Europe/Paris|43.30|5.37
Nice|Provence-Alpes-Côte d'Azur|PAC|060##|FR|Europe/Paris|43.70|7.27
Toulouse|Occitanie|OCC|310##|FR|Europe/Paris|43.60|1.44
Nantes|Pays de la Loire|PDL|440##|FR|Europe/Paris|47.22|-1.55
Bordeaux|Nouvelle-Aquitaine|NAQ|330##|FR|Europe/Paris|44.84|-0.58
Lille|Hauts-de-France|HDF|590##|FR|Europe/Paris|50.63|3.06
Strasbourg|Grand Est|GES|670##|FR|Europe/Paris|48.57|7.75
Rennes|Bretagne|BRE|350##|FR|Europe/Paris|48.11|-1.68
Liège|Wallonie|WAL|40##|BE|Europe/Brussels|50.63|5.57
Namur|Wallonie|WAL|50##|BE|Europe/Brussels|50.47|4.87
Bruxelles|Bruxelles|BRU|10##|BE|Europe/Brussels|50.85|4.35
Madrid|Comunidad de Madrid|MD|280##|ES|Europe/Madrid|40.42|-3.70
Barcelona|Cataluña|CT|080##|ES|Europe/Madrid|41.39|2.17
València|Comunitat Valenciana|VC|460##|ES|Europe/Madrid|39.47|-0.38
Sevilla|Andalucía|AN|410##|ES|Europe/Madrid|37.39|-5.98
Málaga|Andalucía|AN|290##|ES|Europe/Madrid|36.72|-4.42
Zaragoza|Aragón|AR|500##|ES|Europe/Madrid|41.65|-0.89
Bilbao|País Vasco|PV|480##|ES|Europe/Madrid|43.26|-2.93
A Coruña|Galicia|GA|150##|ES|Europe/Madrid|43.37|-8.40
Ciudad de México|Ciudad de México|CMX|06###|MX|America/Mexico_City|19.43|-99.13
Guadalajara|Jalisco|JAL|44###|MX|America/Mexico_City|20.66|-103.35
Monterrey|Nuevo León|NLE|64###|MX|America/Monterrey|25.67|-100.31
Puebla|Puebla|PUE|72###|MX|America/Mexico_City|19.04|-98.20
Mérida|Yucatán|YUC|97###|MX|America/Merida|20.97|-89.62
Buenos Aires|Buenos Aires|C|C10##@@@|AR|America/Argentina/Buenos_Aires|-34.60|-58.38
Córdoba|Córdoba|X|X50##@@@|AR|America/Argentina/Cordoba|-31.42|-64.18
Santiago|Región Metropolitana|RM|832####|CL|America/Santiago|-33.45|-70.67
Valparaíso|Valparaíso|VS|234####|CL|America/Santiago|-33.05|-71.61
Bogotá|Bogotá|DC|1101##|CO|America/Bogota|4.71|-74.07
Medellín|Antioquia|ANT|0500##|CO|America/Bogota|6.24|-75.58
Roma|Lazio|RM|001##|IT|Europe/Rome|41.90|12.50
Milano|Lombardia|MI|201##|IT|Europe/Rome|45.46|9.19
Torino|Piemonte|TO|101##|IT|Europe/Rome|45.07|7.69
Napoli|Campania|NA|801##|IT|Europe/Rome|40.85|14.27
Bologna|Emilia-Romagna|BO|401##|IT|Europe/Rome|44.49|11.34
Firenze|Toscana|FI|501##|IT|Europe/Rome|43.77|11.26
Palermo|Sicilia|PA|901##|IT|Europe/Rome|38.12|13.36
Genova|Liguria|GE|161##|IT|Europe/Rome|44.41|8.93
Amsterdam|Noord-Holland|NH|10## @@|NL|Europe/Amsterdam|52.37|4.90
Rotterdam|Zuid-Holland|ZH|30## @@|NL|Europe/Amsterdam|51.92|4.48
Den Haag|Zuid-Holland|ZH|25## @@|NL|Europe/Amsterdam|52.08|4.31
Utrecht|Utrecht|UT|35## @@|NL|Europe/Amsterdam|52.09|5.12
Eindhoven|Noord-Brabant|NB|56## @@|NL|Europe/Amsterdam|51.44|5.48
Groningen|Groningen|GR|97## @@|NL|Europe/Amsterdam|53.22|6.57
Warszawa|mazowieckie|14|00-###|PL|Europe/Warsaw|52.23|21.01
Kraków|małopolskie|12|30-###|PL|Europe/Warsaw|50.06|19.94
Łódź|łódzkie|10|90-###|PL|Europe/Warsaw|51.76|19.46
Wrocław|dolnośląskie|02|50-###|PL|Europe/Warsaw|51.11|17.04
Poznań|wielkopolskie|30|60-###|PL|Europe/Warsaw|52.41|16.93
Gdańsk|pomorskie|22|80-###|PL|Europe/Warsaw|54.35|18.65
Katowice|śląskie|24|40-###|PL|Europe/Warsaw|50.26|19.02
São Paulo|São Paulo|SP|01###-###|BR|America/Sao_Paulo|-23.55|-46.63
Campinas|São Paulo|SP|13###-###|BR|America/Sao_Paulo|-22.91|-47.06
Rio de Janeiro|Rio de Janeiro|RJ|20###-###|BR|America/Sao_Paulo|-22.91|-43.17
Belo Horizonte|Minas Gerais|MG|30###-###|BR|America/Sao_Paulo|-19.92|-43.94
Salvador|Bahia|BA|40###-###|BR|America/Bahia|-12.97|-38.50
Curitiba|Paraná|PR|80###-###|BR|America/Sao_Paulo|-25.43|-49.27
Brasília|Distrito Federal|DF|70###-###|BR|America/Sao_Paulo|-15.79|-47.88
Lisboa|Lisboa|11|1000-###|PT|Europe/Lisbon|38.72|-9.14
Porto|Porto|13|4000-###|PT|Europe/Lisbon|41.16|-8.63
Coimbra|Coimbra|06|3000-###|PT|Europe/Lisbon|40.21|-8.43
Stockholm|Stockholms län|AB|111 ##|SE|Europe/Stockholm|59.33|18.07
Göteborg|Västra Götalands län|O|411 ##|SE|Europe/Stockholm|57.71|11.97
Malmö|Skåne län|M|211 ##|SE|Europe/Stockholm|55.60|13.00
Uppsala|Uppsala län|C|753 ##|SE|Europe/Stockholm|59.86|17.64
Västerås|Västmanlands län|U|722 ##|SE|Europe/Stockholm|59.61|16.55
København|Hovedstaden|84|21##|DK|Europe/Copenhagen|55.68|12.57
Aarhus|Midtjylland|82|80##|DK|Europe/Copenhagen|56.16|10.20
Odense|Syddanmark|83|50##|DK|Europe/Copenhagen|55.40|10.39
Praha|Hlavní město Praha|10|110 ##|CZ|Europe/Prague|50.08|14.44
Brno|Jihomoravský kraj|64|602 ##|CZ|Europe/Prague|49.20|16.61
Plzeň|Plzeňský kraj|32|301 ##|CZ|Europe/Prague|49.75|13.38
Ostrava|Moravskoslezský kraj|80|702 ##|CZ|Europe/Prague|49.82|18.26
İstanbul|İstanbul|34|34###|TR|Europe/Istanbul|41.01|28.98
Ankara|Ankara|06|06###|TR|Europe/Istanbul|39.93|32.86
İzmir|İzmir|35|35###|TR|Europe/Istanbul|38.42|27.14
Bursa|Bursa|16|16###|TR|Europe/Istanbul|40.19|29.06
Antalya|Antalya|07|07###|TR|Europe/Istanbul|36.90|30.70
Київ|Київ|30|010##|UA|Europe/Kyiv|50.45|30.52
Львів|Львівська область|46|790##|UA|Europe/Kyiv|49.84|24.03
Одеса|Одеська область|51|650##|UA|Europe/Kyiv|46.48|30.73
Харків|Харківська область|63|610##|UA|Europe/Kyiv|49.99|36.23
Дніпро|Дніпропетровська область|12|490##|UA|Europe/Kyiv|48.46|35.05
Αθήνα|Αττική|I|105 ##|GR|Europe/Athens|37.98|23.73
Θεσσαλονίκη|Κεντρική Μακεδονία|B|546 ##|GR|Europe/Athens|40.64|22.94
Πάτρα|Δυτική Ελλάδα|G|262 ##|GR|Europe/Athens|38.25|21.73
Ηράκλειο|Κρήτη|M|712 ##|GR|Europe/Athens|35.34|25.14
千代田区|東京都|13|100-00##|JP|Asia/Tokyo|35.69|139.75
新宿区|東京都|13|160-00##|JP|Asia/Tokyo|35.69|139.70
横浜市|神奈川県|14|220-00##|JP|Asia/Tokyo|35.44|139.64
大阪市|大阪府|27|530-00##|JP|Asia/Tokyo|34.69|135.50
名古屋市|愛知県|23|460-00##|JP|Asia/Tokyo|35.18|136.91
京都市|京都府|26|600-80##|JP|Asia/Tokyo|35.01|135.77
札幌市|北海道|01|060-00##|JP|Asia/Tokyo|43.06|141.35
福岡市|福岡県|40|810-00##|JP|Asia/Tokyo|33.59|130.40
北京市|北京市|BJ|1000##|CN|Asia/Shanghai|39.90|116.41
上海市|上海市|SH|2000##|CN|Asia/Shanghai|31.23|121.47
广州市|广东省|GD|5100##|CN|Asia/Shanghai|23.13|113.26
深圳市|广东省|GD|5180##|CN|Asia/Shanghai|22.54|114.06
成都市|四川省|SC|6100##|CN|Asia/Shanghai|30.57|104.07
杭州市|浙江省|ZJ|3100##|CN|Asia/Shanghai|30.27|120.16
武汉市|湖北省|HB|4300##|CN|Asia/Shanghai|30.59|114.31
서울특별시|서울특별시|11|04###|KR|Asia/Seoul|37.57|126.98
부산광역시|부산광역시|26|48###|KR|Asia/Seoul|35.18|129.08
인천광역시|인천광역시|28|21###|KR|Asia/Seoul|37.46|126.71
대전광역시|대전광역시|30|34###|KR|Asia/Seoul|36.35|127.38
القاهرة|القاهرة|C|115##|EG|Africa/Cairo|30.04|31.24
الجيزة|الجيزة|GZ|125##|EG|Africa/Cairo|30.01|31.21
الإسكندرية|الإسكندرية|ALX|215##|EG|Africa/Cairo|31.20|29.92
المنصورة|الدقهلية|DK|355##|EG|Africa/Cairo|31.04|31.38
"""


def _places() -> tuple[Place, ...]:
    rows = (line.split("|") for line in _ROWS.strip().splitlines())
    return tuple(
        Place(city, region, region_code, postal, code, zone, float(latitude), float(longitude))
        for city, region, region_code, postal, code, zone, latitude, longitude in rows
    )


PLACES: Final = _places()
"""All places; those of one country stand together."""

STREETS: Final = (
    "Acorn", "Adams", "Alder", "Apple", "Arbor", "Ash", "Aspen", "Bay", "Beech", "Birch", "Bluebell", "Bridge",
    "Brook", "Canal", "Cedar", "Chapel", "Cherry", "Chestnut", "Church", "Clover", "College", "Copper", "Cottage",
    "Court", "Cypress", "Dale", "Dogwood", "East", "Elder", "Elm", "Fairview", "Fern", "Ferry", "Field", "Forest",
    "Fountain", "Franklin", "Garden", "Glen", "Granite", "Grove", "Hawthorn", "Hazel", "Heather", "High", "Highland",
    "Hill", "Hollow", "Holly", "Iris", "Ivy", "Jasmine", "Juniper", "King", "Lake", "Lakeview", "Larch", "Laurel",
    "Lavender", "Liberty", "Lilac", "Lime", "Linden", "Locust", "Magnolia", "Main", "Maple", "Market", "Meadow",
    "Mill", "Mulberry", "Myrtle", "North", "Oak", "Olive", "Orchard", "Park", "Pearl", "Pine", "Pleasant", "Poplar",
    "Prospect", "Queen", "Quarry", "Ridge", "River", "Rose", "Rowan", "Sage", "School", "South", "Spring", "Spruce",
    "Station", "Sunset", "Sycamore", "Tanner", "Thistle", "Union", "Valley", "Victoria", "Vine", "Walnut",
    "Washington", "Water", "West", "Willow", "Wood",
)  # fmt: skip
"""Names of English streets."""

STREET_KINDS: Final = ("Street", "Avenue", "Road", "Lane", "Drive", "Way", "Court", "Place")
"""What follows an English street's name."""

UNITS: Final = ("Apt", "Suite", "Unit", "Floor")
"""Parts of a building."""
