"""What differs between two versions, in a notebook: in words, and as a coloured ER diagram."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from designer_kernel.errors import DesignerError
from designer_kernel.notebook import display
from designer_kernel.notebook.results import Ddl
from designer_kernel.studio.locations import check_no_design

if TYPE_CHECKING:
    from designer_kernel.diagram.style import ThemeName
    from designer_kernel.studio.comparing import Comparison

_STYLES = {"added": "good", "removed": "error", "renamed": "info", "changed": "warning"}


class ComparisonView:
    """Two versions of a design: true if they differ. ``sql`` leads from one to the other."""

    def __init__(self, comparison: Comparison) -> None:
        self.comparison = comparison

    def __bool__(self) -> bool:
        return bool(self.comparison)

    @property
    def lines(self) -> tuple[str, ...]:
        """What differs, one thing a line."""
        return self.comparison.lines

    @property
    def sql(self) -> Ddl:
        """The SQL that leads from one to the other, by a plan on the embedded server."""
        return Ddl(self.comparison.sql())

    def svg(self, theme: ThemeName = "auto") -> str:
        """Return both versions as one ER diagram: what was added, removed and changed, in colours and in signs."""
        from designer_kernel.diagram import svg

        return svg.render(self.comparison.picture.picture, theme=theme)

    def save(self, path: str | Path) -> Path:
        """Write the diagram as SVG.

        Raises
        ------
        DesignerError
            If there is a design file of this name.
        """
        target = Path(path).expanduser()
        check_no_design(target)
        target.write_text(self.svg("light"), encoding="utf-8")
        return target.absolute()

    def __repr__(self) -> str:
        return str(self.comparison)

    def _repr_html_(self) -> str:
        title = f"{self.comparison.old} → {self.comparison.new}"
        if not self:
            return display.card(title, display.note("nothing differs", "good"))
        rows = ((display.Styled(what, _STYLES.get(what, "quiet")), told)
                for what, _, told in (line.partition(": ") for line in self.lines))  # fmt: skip
        try:
            picture = f'<div class="picture">{self.svg()}</div>'
        except DesignerError as error:  # one of them contradicts itself; the words still tell
            picture = f'<div class="quiet">{escape(error.what)}</div>'
        return display.card(title, display.table(("", "what"), rows), picture)
