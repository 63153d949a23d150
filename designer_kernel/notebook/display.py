"""HTML for cells, built from text that is always escaped; colours follow the theme of Lab and Voilà."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final, NamedTuple

MAX_ROWS: Final = 200
"""Rows that a table in a cell shows; more do not help a reader."""

_STYLE: Final = """
.designer-card { color: var(--jp-ui-font-color1, #1f2328); font-family: var(--jp-ui-font-family, system-ui, sans-serif);
  font-size: 13px; border: 1px solid var(--jp-border-color2, #d0d7de); border-radius: 8px; padding: 12px 16px;
  margin: 2px; overflow: auto; max-width: 100%; background: var(--jp-layout-color1, #fff); }
.designer-card h3 { margin: 0 0 2px; font-size: 16px; font-weight: 600; }
.designer-card .quiet { color: var(--jp-ui-font-color2, #57606a); }
.designer-card .facts { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0; }
.designer-card .facts b { font-weight: 600; }
.designer-card table { border-collapse: collapse; margin: 6px 0; color: inherit; }
.designer-card th, .designer-card td { text-align: left !important; padding: 3px 10px 3px 0; vertical-align: top;
  border-bottom: 1px solid var(--jp-border-color3, #eaeef2); font-weight: normal; }
.designer-card td { white-space: pre-line; }
.designer-card summary { cursor: pointer; color: var(--jp-ui-font-color2, #57606a); }
.designer-card th { color: var(--jp-ui-font-color2, #57606a); font-size: 12px; }
.designer-card code { font-family: var(--jp-code-font-family, ui-monospace, monospace); font-size: 12px;
  background: none; color: inherit; }
.designer-card .error { color: var(--jp-error-color0, #b42318); font-weight: 600; }
.designer-card .warning { color: var(--jp-warn-color0, #9a5b00); font-weight: 600; }
.designer-card .info { color: var(--jp-info-color0, #0b6b8a); }
.designer-card .good { color: var(--jp-success-color0, #1a7f37); font-weight: 600; }
.designer-card .picture { overflow: auto; max-height: 560px; margin-top: 8px;
  border-top: 1px solid var(--jp-border-color3, #eaeef2); }
.designer-card .picture svg { max-width: 100%; height: auto; }
.designer-card pre { margin: 0; font-size: 12px; line-height: 1.5; color: inherit; background: none;
  font-family: var(--jp-code-font-family, ui-monospace, monospace); }
.designer-card [class^="designer-sql-k"] { color: var(--jp-mirror-editor-keyword-color, #0550ae); }
.designer-card [class^="designer-sql-s"] { color: var(--jp-mirror-editor-string-color, #9a3412); }
.designer-card [class^="designer-sql-m"] { color: var(--jp-mirror-editor-number-color, #116329); }
.designer-card [class^="designer-sql-c"] { color: var(--jp-mirror-editor-comment-color, #57606a); }
"""


def card(title: str, *parts: str, subtitle: str = "") -> str:
    """Return a card: an escaped title and subtitle over parts that are HTML already."""
    quiet = f'<div class="quiet">{escape(subtitle)}</div>' if subtitle else ""
    return f'<style>{_STYLE}</style><div class="designer-card"><h3>{escape(title)}</h3>{quiet}{"".join(parts)}</div>'


def facts(pairs: Iterable[tuple[str, object]]) -> str:
    """Return short facts in a row: a number and what it counts."""
    cells = (f"<span><b>{escape(str(value))}</b> {escape(label)}</span>" for label, value in pairs)
    return f'<div class="facts">{"".join(cells)}</div>'


def table(headers: Sequence[str], rows: Iterable[Sequence[object]], *, code: Sequence[int] = ()) -> str:
    """Return a table; every value is escaped, those of the columns ``code`` are set as code."""
    shown = list(rows)
    cut = len(shown) - MAX_ROWS
    head = "".join(f'<th scope="col">{escape(header)}</th>' for header in headers)
    body = "".join(
        "<tr>" + "".join(_cell(value, is_code=number in code) for number, value in enumerate(row)) + "</tr>"
        for row in shown[:MAX_ROWS]
    )
    more = f'<div class="quiet">and {cut} more</div>' if cut > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def note(text: str, style: str = "quiet") -> str:
    """Return one escaped line in one of the styles of the card."""
    return f'<div class="{escape(style)}">{escape(text)}</div>'


def severity(name: str) -> Styled:
    """Return the severity of a finding as a cell of `table`."""
    return Styled(name, name if name in {"error", "warning", "info"} else "quiet")


class Styled(NamedTuple):
    """Text with one of the styles of the card."""

    text: str
    style: str


def _cell(value: object, *, is_code: bool) -> str:
    if isinstance(value, Styled):
        return f'<td class="{escape(value.style)}">{escape(value.text)}</td>'
    text = escape("" if value is None else str(value))
    return f"<td><code>{text}</code></td>" if is_code and text else f"<td>{text}</td>"
