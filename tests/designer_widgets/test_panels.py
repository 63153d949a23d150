from __future__ import annotations

from html import escape
from typing import Any

import designer_widgets
import pandas as pd
import pytest
from designer_widgets.details import details_html
from designer_widgets.panels import PANELS
from designer_widgets.rows import CELL_LENGTH, frame_html, size_words

from designer_kernel.design import Attribute, Entity, edits
from designer_kernel.errors import ServerUnavailable, UnknownObject
from designer_kernel.notebook.project import Project
from designer_kernel.studio.project import ProjectSession

HOSTILE = '<img src=x onerror="alert(1)">'


def test_details_tell_everything_of_an_entity(marketplace: ProjectSession) -> None:
    text = details_html(marketplace.design, "orders")
    for told in ("order_number", "varchar(50)", "primary key", "Foreign keys", "trait tenant-scoped", "Policies"):
        assert told in text


def test_details_follow_a_click_and_the_project(session: ProjectSession) -> None:
    panel = designer_widgets.entity_details(session)
    assert panel.value == "customers"
    panel.show(str(session.design.entity("orders").id))
    assert panel.value == "orders"
    session.apply(edits.RenameEntity(entity_id=session.design.entity("customers").id, name="buyers"))
    assert panel.choice.options == ("buyers", "orders")
    assert panel.value == "orders"
    panel.show("unknown")
    assert panel.value == "orders"
    panel.close()


def test_hostile_names_and_comments_stay_text(session: ProjectSession) -> None:
    entity = Entity(
        name=HOSTILE,
        description=HOSTILE,
        attributes=(Attribute(name=HOSTILE, data_type="text", description=HOSTILE, default_value=f"'{HOSTILE}'"),),
    )
    session.apply(edits.AddEntity(entity=entity))
    panel = designer_widgets.entity_details(session)
    panel.value = HOSTILE
    assert "<img" not in panel.tables.value
    assert "&lt;img" in panel.tables.value
    panel.close()


def test_rows_are_counted_and_an_error_stands_in_their_place(
    session: ProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = pd.DataFrame({"table": ["orders", "orders_archive"], "rows": [1234567, 0], "bytes": [98_765_432, 8192]})
    monkeypatch.setattr(session, "row_counts", lambda: frame)
    counts = designer_widgets.row_counts(session)
    assert "1,234,567" in counts.table.value
    assert "94 MB" in counts.table.value
    assert "orders_archive" not in counts.table.value
    assert counts.shows_empty.description == "Show 1 empty table"
    counts.shows_empty.value = True
    assert "orders_archive" in counts.table.value

    def refuse() -> None:
        raise ServerUnavailable(f"no server {HOSTILE}", mend="start it")

    monkeypatch.setattr(session, "row_counts", refuse)
    counts.refresh()
    assert "start it" in counts.table.value
    assert "<img" not in counts.table.value


def test_a_preview_shows_the_chosen_table(session: ProjectSession, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []

    def read(name: str, limit: int) -> pd.DataFrame:
        asked.append((name, limit))
        return pd.DataFrame({"email": [HOSTILE, None], "score": [1.5, None]})

    monkeypatch.setattr(session, "preview", read)
    preview = designer_widgets.data_preview(session, limit=5)
    preview.choice.value = "orders"
    assert asked == [("customers", 5), ("orders", 5)]
    assert "<img" not in preview.table.value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "<td></td>"),
        (pd.NaT, "<td></td>"),
        ("x" * 500, "…"),
        (7, ">7<"),
        ({"a": [True, None]}, escape('{"a": [true, null]}')),
    ],
)
def test_cells_are_short_and_empty_where_nothing_is(value: Any, shown: str) -> None:
    text = frame_html("t", pd.DataFrame({"c": pd.Series([value], dtype=object)}))
    assert shown in text
    assert "x" * (CELL_LENGTH + 1) not in text


def test_an_empty_table_says_so() -> None:
    assert "no rows" in frame_html("orders", pd.DataFrame({"a": []}))


@pytest.mark.parametrize(
    ("size", "words"), [(0, "0 bytes"), (8192, "8.0 kB"), (98_765_432, "94 MB"), (5 * 1024**4, "5.0 TB")]
)
def test_sizes_are_told_in_words(size: int, words: str) -> None:
    assert size_words(size) == words


def test_each_panel_of_the_designer_stands_alone(session: ProjectSession) -> None:
    panels = Project(session).panel
    assert dir(panels) == sorted(PANELS) == sorted(panels._ipython_key_completions_())
    for name in PANELS:
        made = panels(name, height="200px")
        assert made.settings["height"] == "200px"
        assert made.settings["canvas_only"] is (name == "canvas")
        made.close()
    alone = panels.data(read_only=True)
    assert (alone.settings["panel"], alone.settings["read_only"]) == ("data", True)
    bundle = alone._repr_mimebundle_()
    assert {"text/plain", "image/svg+xml"} <= bundle[0].keys()
    alone.close()
    assert "project.panel.data()" in repr(panels)
    with pytest.raises(UnknownObject, match="no panel 'dat'") as refused:
        panels("dat")
    assert refused.value.mend == "did you mean data?"
    with pytest.raises(AttributeError, match="there is no panel 'nothing'"):
        panels.nothing  # noqa: B018


def test_making_a_panel_does_not_hide_the_function_that_makes_it() -> None:
    for name in designer_widgets.__all__:
        assert callable(getattr(designer_widgets, name)), name
