"""Cities with their regions, countries and forms of postal codes, streets, and time zones.

In a postal form, ``#`` is a digit and ``@`` a letter; leading digits are those of the city.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Place(NamedTuple):
    """A city and what must agree with it."""

    city: str
    region: str
    region_code: str
    postal: str
    country: str
    code: str
    dial: str
    zone: str
    latitude: float
    longitude: float


_ROWS: Final = """
New York|New York|NY|100##|United States|US|+1|America/New_York|40.71|-74.01
Buffalo|New York|NY|142##|United States|US|+1|America/New_York|42.89|-78.88
Los Angeles|California|CA|900##|United States|US|+1|America/Los_Angeles|34.05|-118.24
San Diego|California|CA|921##|United States|US|+1|America/Los_Angeles|32.72|-117.16
San Francisco|California|CA|941##|United States|US|+1|America/Los_Angeles|37.77|-122.42
Sacramento|California|CA|958##|United States|US|+1|America/Los_Angeles|38.58|-121.49
Chicago|Illinois|IL|606##|United States|US|+1|America/Chicago|41.88|-87.63
Springfield|Illinois|IL|627##|United States|US|+1|America/Chicago|39.78|-89.65
Houston|Texas|TX|770##|United States|US|+1|America/Chicago|29.76|-95.37
Austin|Texas|TX|787##|United States|US|+1|America/Chicago|30.27|-97.74
Dallas|Texas|TX|752##|United States|US|+1|America/Chicago|32.78|-96.80
Phoenix|Arizona|AZ|850##|United States|US|+1|America/Phoenix|33.45|-112.07
Philadelphia|Pennsylvania|PA|191##|United States|US|+1|America/New_York|39.95|-75.17
Pittsburgh|Pennsylvania|PA|152##|United States|US|+1|America/New_York|40.44|-80.00
Seattle|Washington|WA|981##|United States|US|+1|America/Los_Angeles|47.61|-122.33
Spokane|Washington|WA|992##|United States|US|+1|America/Los_Angeles|47.66|-117.43
Denver|Colorado|CO|802##|United States|US|+1|America/Denver|39.74|-104.99
Boulder|Colorado|CO|803##|United States|US|+1|America/Denver|40.01|-105.27
Boston|Massachusetts|MA|021##|United States|US|+1|America/New_York|42.36|-71.06
Atlanta|Georgia|GA|303##|United States|US|+1|America/New_York|33.75|-84.39
Miami|Florida|FL|331##|United States|US|+1|America/New_York|25.76|-80.19
Tampa|Florida|FL|336##|United States|US|+1|America/New_York|27.95|-82.46
Portland|Oregon|OR|972##|United States|US|+1|America/Los_Angeles|45.52|-122.68
Detroit|Michigan|MI|482##|United States|US|+1|America/Detroit|42.33|-83.05
Minneapolis|Minnesota|MN|554##|United States|US|+1|America/Chicago|44.98|-93.27
Columbus|Ohio|OH|432##|United States|US|+1|America/New_York|39.96|-83.00
Cleveland|Ohio|OH|441##|United States|US|+1|America/New_York|41.50|-81.69
Charlotte|North Carolina|NC|282##|United States|US|+1|America/New_York|35.23|-80.84
Nashville|Tennessee|TN|372##|United States|US|+1|America/Chicago|36.16|-86.78
Salt Lake City|Utah|UT|841##|United States|US|+1|America/Denver|40.76|-111.89
Toronto|Ontario|ON|M5@ #@#|Canada|CA|+1|America/Toronto|43.65|-79.38
Ottawa|Ontario|ON|K1@ #@#|Canada|CA|+1|America/Toronto|45.42|-75.70
Montreal|Quebec|QC|H2@ #@#|Canada|CA|+1|America/Toronto|45.50|-73.57
Vancouver|British Columbia|BC|V6@ #@#|Canada|CA|+1|America/Vancouver|49.28|-123.12
Calgary|Alberta|AB|T2@ #@#|Canada|CA|+1|America/Edmonton|51.05|-114.07
London|England|ENG|N1 #@@|United Kingdom|GB|+44|Europe/London|51.51|-0.13
Manchester|England|ENG|M1 #@@|United Kingdom|GB|+44|Europe/London|53.48|-2.24
Leeds|England|ENG|LS1 #@@|United Kingdom|GB|+44|Europe/London|53.80|-1.55
Bristol|England|ENG|BS1 #@@|United Kingdom|GB|+44|Europe/London|51.45|-2.59
Edinburgh|Scotland|SCT|EH1 #@@|United Kingdom|GB|+44|Europe/London|55.95|-3.19
Glasgow|Scotland|SCT|G1 #@@|United Kingdom|GB|+44|Europe/London|55.86|-4.25
Cardiff|Wales|WLS|CF10 #@@|United Kingdom|GB|+44|Europe/London|51.48|-3.18
Berlin|Berlin|BE|10###|Germany|DE|+49|Europe/Berlin|52.52|13.40
Munich|Bavaria|BY|80###|Germany|DE|+49|Europe/Berlin|48.14|11.58
Nuremberg|Bavaria|BY|90###|Germany|DE|+49|Europe/Berlin|49.45|11.08
Hamburg|Hamburg|HH|20###|Germany|DE|+49|Europe/Berlin|53.55|9.99
Cologne|North Rhine-Westphalia|NW|50###|Germany|DE|+49|Europe/Berlin|50.94|6.96
Frankfurt|Hesse|HE|60###|Germany|DE|+49|Europe/Berlin|50.11|8.68
Stuttgart|Baden-Württemberg|BW|70###|Germany|DE|+49|Europe/Berlin|48.78|9.18
Leipzig|Saxony|SN|04###|Germany|DE|+49|Europe/Berlin|51.34|12.37
Paris|Île-de-France|IDF|750##|France|FR|+33|Europe/Paris|48.86|2.35
Lyon|Auvergne-Rhône-Alpes|ARA|690##|France|FR|+33|Europe/Paris|45.76|4.84
Marseille|Provence-Alpes-Côte d'Azur|PAC|130##|France|FR|+33|Europe/Paris|43.30|5.37
Toulouse|Occitania|OCC|310##|France|FR|+33|Europe/Paris|43.60|1.44
Nantes|Pays de la Loire|PDL|440##|France|FR|+33|Europe/Paris|47.22|-1.55
Madrid|Community of Madrid|MD|280##|Spain|ES|+34|Europe/Madrid|40.42|-3.70
Barcelona|Catalonia|CT|080##|Spain|ES|+34|Europe/Madrid|41.39|2.17
Valencia|Valencian Community|VC|460##|Spain|ES|+34|Europe/Madrid|39.47|-0.38
Seville|Andalusia|AN|410##|Spain|ES|+34|Europe/Madrid|37.39|-5.98
Rome|Lazio|LAZ|001##|Italy|IT|+39|Europe/Rome|41.90|12.50
Milan|Lombardy|LOM|201##|Italy|IT|+39|Europe/Rome|45.46|9.19
Turin|Piedmont|PIE|101##|Italy|IT|+39|Europe/Rome|45.07|7.69
Naples|Campania|CAM|801##|Italy|IT|+39|Europe/Rome|40.85|14.27
Amsterdam|North Holland|NH|10## @@|Netherlands|NL|+31|Europe/Amsterdam|52.37|4.90
Rotterdam|South Holland|ZH|30## @@|Netherlands|NL|+31|Europe/Amsterdam|51.92|4.48
Utrecht|Utrecht|UT|35## @@|Netherlands|NL|+31|Europe/Amsterdam|52.09|5.12
Brussels|Brussels|BRU|10##|Belgium|BE|+32|Europe/Brussels|50.85|4.35
Antwerp|Flanders|VLG|20##|Belgium|BE|+32|Europe/Brussels|51.22|4.40
Zurich|Zurich|ZH|80##|Switzerland|CH|+41|Europe/Zurich|47.38|8.54
Geneva|Geneva|GE|12##|Switzerland|CH|+41|Europe/Zurich|46.20|6.14
Vienna|Vienna|W|10##|Austria|AT|+43|Europe/Vienna|48.21|16.37
Graz|Styria|ST|80##|Austria|AT|+43|Europe/Vienna|47.07|15.44
Copenhagen|Capital Region|H|21##|Denmark|DK|+45|Europe/Copenhagen|55.68|12.57
Aarhus|Central Denmark|M|80##|Denmark|DK|+45|Europe/Copenhagen|56.16|10.20
Stockholm|Stockholm County|AB|111 ##|Sweden|SE|+46|Europe/Stockholm|59.33|18.07
Gothenburg|Västra Götaland|O|411 ##|Sweden|SE|+46|Europe/Stockholm|57.71|11.97
Oslo|Oslo|OS|01##|Norway|NO|+47|Europe/Oslo|59.91|10.75
Bergen|Vestland|VL|50##|Norway|NO|+47|Europe/Oslo|60.39|5.32
Helsinki|Uusimaa|18|001##|Finland|FI|+358|Europe/Helsinki|60.17|24.94
Dublin|Leinster|L|D02 @###|Ireland|IE|+353|Europe/Dublin|53.35|-6.26
Cork|Munster|M|T12 @###|Ireland|IE|+353|Europe/Dublin|51.90|-8.47
Lisbon|Lisbon|11|1000-###|Portugal|PT|+351|Europe/Lisbon|38.72|-9.14
Porto|Porto|13|4000-###|Portugal|PT|+351|Europe/Lisbon|41.16|-8.63
Warsaw|Masovia|14|00-###|Poland|PL|+48|Europe/Warsaw|52.23|21.01
Krakow|Lesser Poland|12|30-###|Poland|PL|+48|Europe/Warsaw|50.06|19.94
Prague|Prague|10|110 ##|Czechia|CZ|+420|Europe/Prague|50.08|14.44
Athens|Attica|I|105 ##|Greece|GR|+30|Europe/Athens|37.98|23.73
Istanbul|Istanbul|34|34###|Turkey|TR|+90|Europe/Istanbul|41.01|28.98
Sydney|New South Wales|NSW|20##|Australia|AU|+61|Australia/Sydney|-33.87|151.21
Newcastle|New South Wales|NSW|23##|Australia|AU|+61|Australia/Sydney|-32.93|151.78
Melbourne|Victoria|VIC|30##|Australia|AU|+61|Australia/Melbourne|-37.81|144.96
Brisbane|Queensland|QLD|40##|Australia|AU|+61|Australia/Brisbane|-27.47|153.03
Perth|Western Australia|WA|60##|Australia|AU|+61|Australia/Perth|-31.95|115.86
Auckland|Auckland|AUK|10##|New Zealand|NZ|+64|Pacific/Auckland|-36.85|174.76
Wellington|Wellington|WGN|60##|New Zealand|NZ|+64|Pacific/Auckland|-41.29|174.78
Tokyo|Tokyo|13|100-####|Japan|JP|+81|Asia/Tokyo|35.68|139.69
Osaka|Osaka|27|530-####|Japan|JP|+81|Asia/Tokyo|34.69|135.50
Kyoto|Kyoto|26|600-####|Japan|JP|+81|Asia/Tokyo|35.01|135.77
Seoul|Seoul|11|04###|South Korea|KR|+82|Asia/Seoul|37.57|126.98
Singapore|Singapore|SG|04####|Singapore|SG|+65|Asia/Singapore|1.35|103.82
Mumbai|Maharashtra|MH|4000##|India|IN|+91|Asia/Kolkata|19.08|72.88
Pune|Maharashtra|MH|4110##|India|IN|+91|Asia/Kolkata|18.52|73.86
Bengaluru|Karnataka|KA|5600##|India|IN|+91|Asia/Kolkata|12.97|77.59
Delhi|Delhi|DL|1100##|India|IN|+91|Asia/Kolkata|28.61|77.21
São Paulo|São Paulo|SP|01###-###|Brazil|BR|+55|America/Sao_Paulo|-23.55|-46.63
Rio de Janeiro|Rio de Janeiro|RJ|20###-###|Brazil|BR|+55|America/Sao_Paulo|-22.91|-43.17
Mexico City|Mexico City|CMX|06###|Mexico|MX|+52|America/Mexico_City|19.43|-99.13
Guadalajara|Jalisco|JAL|44###|Mexico|MX|+52|America/Mexico_City|20.66|-103.35
Buenos Aires|Buenos Aires|C|10##|Argentina|AR|+54|America/Argentina/Buenos_Aires|-34.60|-58.38
Santiago|Santiago Metropolitan|RM|832####|Chile|CL|+56|America/Santiago|-33.45|-70.67
Bogotá|Bogotá|DC|11####|Colombia|CO|+57|America/Bogota|4.71|-74.07
Cape Town|Western Cape|WC|80##|South Africa|ZA|+27|Africa/Johannesburg|-33.92|18.42
Johannesburg|Gauteng|GP|20##|South Africa|ZA|+27|Africa/Johannesburg|-26.20|28.05
Nairobi|Nairobi|30|001##|Kenya|KE|+254|Africa/Nairobi|-1.29|36.82
Lagos|Lagos|LA|1000##|Nigeria|NG|+234|Africa/Lagos|6.52|3.38
"""


def _places() -> tuple[Place, ...]:
    rows = (line.split("|") for line in _ROWS.strip().splitlines())
    return tuple(
        Place(city, region, region_code, postal, country, code, dial, zone, float(latitude), float(longitude))
        for city, region, region_code, postal, country, code, dial, zone, latitude, longitude in rows
    )


PLACES: Final = _places()
"""Cities of 35 countries."""

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
"""Names of streets."""

STREET_KINDS: Final = ("Street", "Avenue", "Road", "Lane", "Drive", "Way", "Court", "Place")
"""What follows a street's name."""

UNITS: Final = ("Apt", "Suite", "Unit", "Floor")
"""Parts of a building."""
