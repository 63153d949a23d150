from __future__ import annotations

import pytest
from designer_widgets import spelling

from designer_kernel.errors import DesignerError, InvalidDesign
from designer_kernel.exchange.attribute_line import parse_line


@pytest.mark.parametrize(
    ("mend", "words"),
    [
        ("use replace=True to empty the tables that are filled, or tables=… to leave it out", "tick “Replace the rows"),
        ("use a server that has it, or leave out what needs it: allow_missing=True", "or tick “Leave out what"),
        ("deploy first: project.deploy()", "press Deploy first"),
        ("project.deploy()", "press Deploy first"),
        ("name one of id, total", "name one of id, total"),
    ],
)
def test_mends_say_where_to_click(mend: str, words: str) -> None:
    told = spelling.in_words(mend)
    assert words in told
    assert not any(python in told for python in ("=True", "tables=", "()", "project.", "entity."))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("price numeric CHECK (price > 0)", "Keys & indexes → Checks"),
        ("shop_id bigint REFERENCES shops (id)", "Relationship"),
    ],
)
def test_what_a_line_cannot_say_is_found_elsewhere_in_the_designer(line: str, words: str) -> None:
    with pytest.raises(InvalidDesign) as caught:
        parse_line(line)
    mend = spelling.shown(caught.value)["mend"]
    assert words in mend
    assert "entity." not in mend
    assert "project." not in mend


def test_a_refusal_names_the_option_that_mends_it() -> None:
    error = DesignerError("no", mend="or leave out what needs it: allow_missing=True")
    assert spelling.shown(error)["way_out"] == "allow_missing"
    assert "way_out" not in spelling.shown(DesignerError("no", mend="try again"))
