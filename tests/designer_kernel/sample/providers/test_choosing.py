"""Providers are chosen by the names of columns in several languages, and by comments where names say nothing."""

from __future__ import annotations

import pytest

from designer_kernel.sample.providers import catalogue
from designer_kernel.sample.providers.comments import said_by
from tests.designer_kernel.sample.drawn import drawn, planned

NAMES = {
    "vorname": "given name", "nachname": "family name", "prenom": "given name", "apellidos": "family name",
    "plz": "postal code", "code_postal": "postal code", "ort": "city", "ville": "city",
    "ciudad": "city", "land": "country", "pays": "country", "geschlecht": "gender", "anrede": "salutation",
    "telefon": "phone", "telefono": "phone", "handy": "phone", "correo": "email", "strasse": "street",
    "empresa": "company", "firma": "company", "iban": "iban", "bic": "bic", "ust_id": "vat id",
    "mac_address": "mac text",
    "ip_address": "address", "file_name": "file name", "mime_type": "file type", "app_version": "version",
}  # fmt: skip


def test_names_of_several_languages(clean_url: str) -> None:
    columns = ", ".join(f"{name} text NOT NULL" for name in NAMES)
    plan = planned(clean_url, f"CREATE TABLE kunden (id int PRIMARY KEY, {columns})")
    (table,) = plan.tables.values()
    assert {name: table.columns[name].provider.name for name in NAMES} == NAMES


def test_a_comment_tells_what_the_name_does_not(clean_url: str) -> None:
    script = """CREATE TABLE t (id int PRIMARY KEY, c1 text NOT NULL, c2 text NOT NULL, c3 text NOT NULL,
        c4 text NOT NULL, city text NOT NULL);
        COMMENT ON COLUMN t.c1 IS 'The e-mail address of the customer; unique per shop';
        COMMENT ON COLUMN t.c2 IS 'IBAN (national ones are refused)';
        COMMENT ON COLUMN t.c3 IS 'whatever it was';
        COMMENT ON COLUMN t.city IS 'an e-mail address, says somebody who is wrong'"""
    plan = planned(clean_url, script)
    (table,) = plan.tables.values()
    assert table.columns["c1"].provider.name == "email"
    assert "its comment says email address" in table.columns["c1"].reason
    assert table.columns["c2"].provider.name == "iban"
    assert table.columns["c3"].provider.name == table.columns["c4"].provider.name == "lorem"
    assert table.columns["city"].provider.name == "city"
    assert all("@" in mail for mail in drawn(plan, "t")["c1"])


@pytest.mark.parametrize(
    ("comment", "first"),
    [("Name of the customer", "name_customer"), ("", None), ("E-Mail", "email"), ("the code", None)],
)
def test_what_a_comment_says(comment: str, first: str | None) -> None:
    assert next(iter(said_by(comment)), None) == first


def test_every_named_provider_makes_values(clean_url: str) -> None:
    """Each provider of words can be asked for by its name alone, and its values fit a column of text."""
    rooms = "person address countries phone finance internet technical companies commerce prose"
    given = {"slug": {"of": "other"}}
    named = [
        n
        for n in catalogue.built_in().values()
        if n.module in rooms.split() and n.name not in ("latitude", "longitude")
    ]
    assert len(named) > 45
    columns = {f"c{i}": {"provider": one.name, **given.get(one.name, {})} for i, one in enumerate(named)}
    script = ", ".join(f"{column} text NOT NULL" for column in columns)
    hints = {"tables": {"t": {"rows": 40, "columns": columns}}}
    plan = planned(clean_url, f"CREATE TABLE t (id int PRIMARY KEY, other text NOT NULL, {script})", hints=hints)
    rows = drawn(plan, "t")
    for column, asked in columns.items():
        assert all(rows[column]), asked
        assert all(one.summary for one in named)
