"""Distributions as small bars of inline SVG: outlined what was promised, filled what is held.

No plotting library: some hundred small pictures of a dozen bars each are a few kilobytes of markup this way, appear at
once, and take their colours from the notebook's theme.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from designer_kernel.sample.report.report import Distribution, Report

_WIDTH: Final = 12
_HEIGHT: Final = 48
_GAP: Final = 3


def html(report: Report) -> str:
    """Return a report as HTML, every text of it escaped."""
    parts = [f"<p><b>{escape(str(report)).replace(chr(10), '<br>')}</b></p>"]
    parts.append(
        "<p>outlined: promised by the plan; filled: held by the database; p: how often chance alone makes such a "
        "difference</p>"
    )
    odd = {(d.table, d.column) for d in report.odd}
    by_table: dict[str, list[Distribution]] = {}
    for distribution in report.distributions:
        by_table.setdefault(distribution.table, []).append(distribution)
    for table, planned, held in report.rows:
        if not planned and not held:
            continue
        is_open = " open" if any(name == table for name, _ in odd) or planned != held else ""
        parts.append(
            f"<details{is_open}><summary><b>{escape(table)}</b>: {planned:,} rows planned, {held:,} held</summary>"
        )
        parts.append('<div style="display:flex;flex-wrap:wrap;gap:12px 24px;padding:8px 0">')
        parts.extend(_figure(d, is_odd=(d.table, d.column) in odd) for d in by_table.get(table, ()))
        parts.append("</div></details>")
    return "\n".join(parts)


def _figure(distribution: Distribution, *, is_odd: bool) -> str:
    p = f"<b>p = {distribution.p:.1g}: not as promised</b>" if is_odd else f"p = {distribution.p:.3f}"
    return (
        f'<figure style="margin:0"><figcaption>{escape(distribution.column)}<br>'
        f"<small>χ² = {distribution.chi_square:.1f}, {p}</small></figcaption>{svg(distribution)}</figure>"
    )


def svg(distribution: Distribution) -> str:
    """Return the bars of one distribution; the text of each bar is its tooltip."""
    count = len(distribution.labels)
    width = count * (_WIDTH + _GAP) + _GAP
    top = max(*distribution.promised, *distribution.held, 1e-9)
    label = escape(f"{distribution.table}.{distribution.column}: promised and held shares", quote=True)
    size = f'width="{width}" height="{_HEIGHT + 2}" viewBox="0 0 {width} {_HEIGHT + 2}"'
    parts = [f'<svg role="img" aria-label="{label}" {size} style="display:block;color:inherit">']
    for index in range(count):
        want, have = distribution.promised[index], distribution.held[index]
        x = _GAP + index * (_WIDTH + _GAP)
        tip = escape(f"{distribution.labels[index]}: {want:.1%} promised, {have:.1%} held")
        parts.append(
            f"<g><title>{tip}</title>"
            f'<rect x="{x}" y="0" width="{_WIDTH}" height="{_HEIGHT}" fill="transparent"/>'
            f'<rect x="{x}" y="{_top(have, top)}" width="{_WIDTH}" height="{_tall(have, top)}" fill="#3b82c4"/>'
            f'<rect x="{x}" y="{_top(want, top)}" width="{_WIDTH}" height="{_tall(want, top)}" fill="none" '
            f'stroke="currentColor"/></g>'
        )
    return "".join([*parts, "</svg>"])


def _tall(share: float, top: float) -> str:
    return f"{_HEIGHT * share / top:.1f}"


def _top(share: float, top: float) -> str:
    return f"{1 + _HEIGHT * (1 - share / top):.1f}"
