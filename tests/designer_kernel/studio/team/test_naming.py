"""Names of workspaces and people: nothing in them is hidden, and scripts that need joiners have them."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from designer_kernel.api.shapes import Title
from designer_kernel.studio.team import naming
from designer_kernel.studio.team.people.registering import checked
from designer_kernel.studio.team.refusals import BadInput

GOOD = ("shop", "Läden & Söhne", "می\u200cخواهم", "क\u094d\u200dष", "店", "שלום", "🙂 team", "a b", "x" * 255)
HIDDEN = (
    *map(chr, (0x202A, 0x202E, 0x2066, 0x2069, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0xFEFF, 0x2060, 0xAD, 0x61C)),
    *map(chr, (0x180E, 0xE0041, 0x2028, 0x2029, 0, 0x1B, 0x85, 0x0A)),
)
BAD = (*(f"ad{one}min" for one in HIDDEN), "می\u200c", "\u200dक", "می\u200c\u200cخ", "می\u200ca", "x" * 256, "", "  ")


@pytest.mark.parametrize("text", GOOD)
def test_names_of_all_scripts_are_taken(text: str) -> None:
    assert naming.checked(f" {text} ") == text
    assert TypeAdapter(Title).validate_python(text) == text
    assert checked("ada", "ada@example.org", text, "nine violet otters").full_name == text


@pytest.mark.parametrize("text", BAD)
def test_no_name_hides_anything(text: str) -> None:
    with pytest.raises(BadInput, match="cannot be a name"):
        naming.checked(text)
    with pytest.raises(ValidationError):
        TypeAdapter(Title).validate_python(text)
    if text.strip():
        with pytest.raises(BadInput, match="cannot be a full name"):
            checked("ada", "ada@example.org", text, "nine violet otters")
