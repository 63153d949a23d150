"""A page that shows the first rows of every table: one HTML file that loads nothing."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING, Final

from designer_kernel.studio.cells import text_of

if TYPE_CHECKING:
    import pandas as pd

_STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 32px auto; padding: 0 24px; max-width: 1200px; }
h1 { font-size: 24px; margin-bottom: 4px; } h2 { font-size: 17px; margin: 32px 0 2px; }
p, .rows { color: light-dark(#57606a, #9aa4ae); margin: 0 0 10px; }
nav { columns: 4 180px; margin: 16px 0; } nav a { display: block; color: light-dark(#0550ae, #79b8ff); }
div.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: 12.5px; white-space: nowrap; }
th, td { text-align: left; padding: 4px 12px 4px 0; border-bottom: 1px solid light-dark(#e1e4e8, #3a4149); }
td.number { text-align: right; font-variant-numeric: tabular-nums; } td.null { color: light-dark(#8c959f, #6e7781); }
"""

_MAX_CELL: Final = 60


def page(title: str, tables: Iterable[tuple[str, int, pd.DataFrame]]) -> str:
    """Return the page. Every value of the database is escaped text, and the page may load nothing (its policy says so).

    Parameters
    ----------
    title
        Its heading.
    tables
        Name, number of rows and first rows of each table.
    """
    shown = list(tables)
    links = "".join(f'<a href="#{escape(name)}">{escape(name)}</a>' for name, _rows, _frame in shown)
    sections = "".join(_section(name, rows, frame) for name, rows, frame in shown)
    total = sum(rows for _name, rows, _frame in shown)
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f"<p>{len(shown)} tables, {total:,} rows; the first rows of each</p><nav>{links}</nav>{sections}</body></html>"
    )


def _section(name: str, rows: int, frame: pd.DataFrame) -> str:
    head = "".join(f'<th scope="col">{escape(str(column))}</th>' for column in frame.columns)
    body = "".join(
        "<tr>" + "".join(_cell(value) for value in record) + "</tr>"
        for record in frame.astype(object).itertuples(index=False, name=None)
    )
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    title = f'<h2 id="{escape(name)}">{escape(name)}</h2><div class="rows">{rows:,} rows</div>'
    return f'{title}<div class="table">{table}</div>'


def _cell(value: object) -> str:
    from decimal import Decimal

    text = text_of(value)
    if not text or text == "<NA>":
        return '<td class="null">null</td>'
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return f'<td class="number">{escape(text)}</td>'
    cut = text if len(text) <= _MAX_CELL else f"{text[: _MAX_CELL - 1]}…"
    return f'<td title="{escape(text)}">{escape(cut)}</td>' if cut != text else f"<td>{escape(text)}</td>"
