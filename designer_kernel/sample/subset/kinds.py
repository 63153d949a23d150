"""What sort of personal value a column holds, by its type and name; and what looks personal though nobody said so."""

from __future__ import annotations

import re
from typing import Final

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form

KINDS: Final = (
    "email", "person name", "name", "login", "phone", "street", "place", "company", "url", "code", "text", "date",
    "timestamp", "number", "uuid", "inet", "macaddr", "bytes", "choice", "json", "list",
)  # fmt: skip
"""Sorts of values that can be replaced."""

_BY_NAME: Final = (
    (r"(\w+_)?e?_?mail(_?addr(ess)?)?(_\w+)?|(\w+_)?mail_to", "email"),
    (r"(\w+_)?(phone|mobile|fax|telephone|msisdn|cell)(_?(number|no))?(_\w+)?", "phone"),
    (r"(\w+_)?(first|last|middle|given|family|maiden)_?name|sur_?name|vorname|nachname", "name"),
    (r"(full|display|legal|contact|customer|recipient|person|patient|staff)_?name", "person name"),
    (r"(card_?|account_?)?holder(_?name)?", "person name"),
    (r"(user|login|nick|screen)_?name|login|handle|user_?id_text", "login"),
    (r"(\w+_)?(street|address|addr)(_?line)?_?\d?|line_?[12]|(\w+_)?address_line_?\d?|strasse", "street"),
    (r"(\w+_)?(city|town|village|birth_?place|place_of_birth|region|state|province|county|country)", "place"),
    (r"(\w+_)?(date_of_birth|birth_?(date|day)|dob|born(_on)?)", "date"),
    (r"(\w+_)?(ssn|social_security\w*|tax_?(id|number|no)|national_id\w*|passport\w*|id_?card\w*|vat_?id)", "code"),
    (r"(\w+_)?(iban|bic|card_?number|account_?(number|no)|licen[cs]e_?(number|no|plate)|api_?key)", "code"),
    (r"(\w+_)?(postal_?code|zip(_?code)?|postcode|plz)", "code"),
    (r"(\w+_)?(ip|ip_?addr(ess)?|remote_addr)", "inet"),
    (r"(\w+_)?(bio|biography|about(_me)?|diagnosis|medical\w*|notes?|comments?|remarks?|message|body)", "text"),
    (r"(\w+_)?(avatar|photo|picture|profile)_?(url|uri|link)", "url"),
)  # fmt: skip

_SUSPECT: Final = re.compile(
    r"(?x)(.*_)?(e?_?mail\w*|phone\w*|mobile\w*|fax|telephone|first_?name|last_?name|full_?name|sur_?name|given_?name|"
    r"middle_?name|maiden_?name|family_?name|fore_?name|birth_?name|nick_?name|display_?name|legal_?name|vorname|"
    r"nachname|(person|patient|customer|contact|employee|staff|guest)_?name|card_?holder\w*|recipient\w*|user_?name|"
    r"login|street\w*|strasse|address\w*|line_?[12]|postal_?code|zip(_?code)?|postcode|plz|msisdn|date_of_birth|birth_?(date|day)|dob|ssn|social_security\w*|tax_?id|"
    r"national_id\w*|passport\w*|iban|card_?number|account_?number|ip_?addr\w*|ip|bio|biography|diagnosis|medical\w*|"
    r"gender|sex|religion|ethnic\w*|disabilit\w*|blood_?(type|group)|nationality|salary|latitude|longitude)"
)
_PEOPLE: Final = re.compile(
    r"(\w+_)?(users?|customers?|people|persons?|members?|patients?|students?|employees|clients?|contacts?|authors?|staff)"
)
_BY_FORM: Final = {
    "date": "date", "timestamp": "timestamp", "integer": "number", "numeric": "number", "float": "number",
    "uuid": "uuid", "inet": "inet", "macaddr": "macaddr", "bytes": "bytes", "enum": "choice", "boolean": "choice",
    "json": "json", "list": "list",
}  # fmt: skip
_PATTERNS: Final = (
    (re.compile(r"[^@\s]+@[^@\s]+\.\w+"), "email", "common values look like e-mail addresses"),
    (re.compile(r"\+?\d[\d ()/-]{7,}\d"), "phone", "common values look like telephone numbers"),
    (re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{10,30}"), "code", "common values look like account numbers"),
)


def kind_of(name: str, form: Form, table: str = "") -> str:
    """Return the sort of value that a column, or the end of a path in a document, holds."""
    if form.kind not in ("text", "raw"):
        return _BY_FORM.get(form.kind, "unknown")
    if form.kind == "raw":
        return "unknown"
    for pattern, kind in _BY_NAME:
        if re.fullmatch(pattern, name.lower()):
            return "code" if kind in ("date", "inet") else kind
    if name.lower() == "name":
        return "person name" if _PEOPLE.fullmatch(table) else "company"
    return "code" if form.length is not None and form.length <= 40 else "text"


def suspicion(column: ColumnFacts, table: str) -> str:
    """Return why a column looks personal by its name and type; nothing if it does not."""
    name = column.name.lower()
    if column.form.kind in ("text", "json", "date", "inet", "numeric", "raw", "list") and _SUSPECT.fullmatch(name):
        return f"its name says {name.replace('_', ' ')}"
    if column.form.kind == "text" and name == "name" and _PEOPLE.fullmatch(table):
        return f"the name of one of the {table}"
    if column.form.kind == "text" and re.fullmatch(r"(\w+_)?(notes?|comments?|remarks?|message|body)", name):
        return "free text, in which anything may stand"
    return ""


def pattern_of(values: list[str]) -> tuple[str, str] | None:
    """Return the sort that most of some values have by their form, and the words for it."""
    for pattern, kind, words in _PATTERNS:
        if values and 2 * sum(1 for value in values if pattern.fullmatch(value)) > len(values):
            return kind, words
    return None
