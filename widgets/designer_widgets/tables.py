"""Plain tables as HTML: every text escaped, colours of the page, nothing to fetch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any, Final

STYLE: Final = (
    "<style>"
    ".sd-facts-table{border-collapse:collapse;width:100%;font:13px/1.4 var(--jp-ui-font-family,sans-serif);"
    "color:var(--jp-ui-font-color1,#1f2733)}"
    ".sd-facts-table caption{text-align:left;font-weight:600;padding:10px 0 4px}"
    ".sd-facts-table th,.sd-facts-table td{text-align:left;padding:3px 10px 3px 0;vertical-align:top;"
    "border-bottom:1px solid var(--jp-border-color2,#e0e0e0);overflow-wrap:break-word}"
    ".sd-facts-table th{color:var(--jp-ui-font-color2,#5f6b7a);font-weight:500}"
    ".sd-facts-table .sd-number{text-align:right;font-variant-numeric:tabular-nums}"
    ".sd-facts-note{color:var(--jp-ui-font-color2,#5f6b7a);font:13px/1.4 var(--jp-ui-font-family,sans-serif)}"
    ".sd-facts-error{color:var(--jp-error-color1,#d32f2f)}"
    "</style>"
)


def table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], numbers: Iterable[int] = ()) -> str:
    """Return a table; an empty one is an empty text. ``numbers`` are the columns that align to the right."""
    right = set(numbers)
    body = "".join(
        "<tr>" + "".join(_cell("td", value, is_number=i in right) for i, value in enumerate(row)) + "</tr>"
        for row in rows
    )
    if not body:
        return ""
    head = "".join(_cell("th", name, is_number=i in right) for i, name in enumerate(heads))
    return (
        f'<table class="sd-facts-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def note(text: str, *, is_error: bool = False) -> str:
    """Return a paragraph."""
    kind = "sd-facts-note sd-facts-error" if is_error else "sd-facts-note"
    return f'<p class="{kind}">{escape(text)}</p>'


def _cell(tag: str, value: Any, *, is_number: bool) -> str:
    scope = ' scope="col"' if tag == "th" else ""
    kind = ' class="sd-number"' if is_number else ""
    shown = "" if value is None else f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else value
    return f"<{tag}{scope}{kind}>{escape(str(shown))}</{tag}>"
