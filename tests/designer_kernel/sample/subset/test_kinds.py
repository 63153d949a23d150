"""Which columns look personal by their names."""

from __future__ import annotations

import pytest

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.subset.kinds import suspicion


def column(name: str) -> ColumnFacts:
    """Return a column of text."""
    return ColumnFacts(name, "text", Form("text", "text"), False, "", False, "", "")


@pytest.mark.parametrize(
    "name", ["given_name", "family_name", "patient_name", "legal_name", "nachname", "nickname", "guest_email", "plz"]
)
def test_names_of_people_look_personal(name: str) -> None:
    assert suspicion(column(name), "stays")


@pytest.mark.parametrize("name", ["product_name", "file_name", "path", "sku", "currency", "kind"])
def test_names_of_things_do_not(name: str) -> None:
    assert not suspicion(column(name), "stays")
