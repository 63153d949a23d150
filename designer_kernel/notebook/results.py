"""What the project hands out to cells: SQL, diagrams, findings and short messages that display themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from designer_kernel.notebook import display
from designer_kernel.studio.locations import check_no_design

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.design import Design
    from designer_kernel.design.history import History, Step
    from designer_kernel.diagram.style import ThemeName
    from designer_kernel.lint import Finding


class Said(str):
    """A short message; a cell shows it without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


class Ddl(str):
    """A SQL script: a string that a cell shows highlighted, and that can be saved."""

    __slots__ = ()

    def save(self, path: str | Path, *, replace: bool = False) -> Path:
        """Write the text to a file and return its path.

        Parameters
        ----------
        path
            The file; what it held is replaced.
        replace
            Whether that may be a design file.

        Raises
        ------
        DesignerError
            If there is a design file of this name, unless ``replace``.
        """
        target = Path(path).expanduser()
        if not replace:
            check_no_design(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(self, encoding="utf-8")
        return target.absolute()

    def _repr_html_(self) -> str:
        return display.card(
            "DDL", highlighted(str(self)), subtitle=f"{self.count(chr(10))} lines; .save(path) keeps it"
        )

    def __repr__(self) -> str:
        return str(self)


class Steps(Sequence[str]):
    """The edits that led to a design in words, the oldest first; a cell and a terminal show them as a list."""

    def __init__(self, history: History) -> None:
        self._history = history

    @property
    def steps(self) -> tuple[Step, ...]:
        """The edits themselves, with the designs around them."""
        return self._history.steps

    @property
    def undo_label(self) -> str:
        """What ``undo()`` would take back, or an empty string."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str:
        """What ``redo()`` would do again, or an empty string."""
        return self._history.redo_label

    def _labels(self) -> list[str]:
        return [step.label for step in self._history.steps]

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        return self._labels()[index]

    def __len__(self) -> int:
        return len(self._history.steps)

    def __repr__(self) -> str:
        lines = [f"{number:>3}  {label}" for number, label in enumerate(self, start=1)]
        if self.redo_label:
            lines.append(f"     undone: {self.redo_label}")
        return "\n".join(lines) or "no edits yet"

    def _repr_html_(self) -> str:
        undone = display.note(f"undone: {self.redo_label}") if self.redo_label else ""
        rows = ((str(number), label) for number, label in enumerate(self, start=1))
        body = display.table(("", "edit"), rows) if len(self) else display.note("no edits yet")
        return display.card("History", body, undone)


class Diagram:
    """An ER diagram: shown as SVG everywhere, and Mermaid text for those who want that."""

    def __init__(self, svg: str, mermaid: str) -> None:
        self.svg = svg
        self.mermaid = mermaid

    def save(self, path: str | Path, *, scale: float = 2.0, outlined: bool = False) -> Path:
        """Write the diagram: SVG, PNG or Mermaid (``.mmd``, ``.md``), as the file's name ends.

        Parameters
        ----------
        scale
            Pixels of a PNG for each pixel of the diagram: 2 is sharp on screens, 4 in print.
        outlined
            Draw texts of an SVG as shapes, so that it looks the same where our fonts are not, as those of a PNG always.

        Raises
        ------
        DesignerError
            If there is a design file of this name, or what draws the picture is not installed.
        """
        from designer_kernel.diagram import outlines, raster

        target = Path(path).expanduser()
        check_no_design(target)
        theme: ThemeName = "dark" if "sd-dark" in self.svg[:400] else "light"
        drawn = raster.png(self.svg, scale=scale, theme=theme) if target.suffix == ".png" else None
        target.parent.mkdir(parents=True, exist_ok=True)
        if drawn is not None:
            target.write_bytes(drawn)
            return target.absolute()
        if outlined and target.suffix not in {".mmd", ".md"}:
            target.write_text(outlines.outlined(self.svg, theme).svg, encoding="utf-8")
            return target.absolute()
        text = {".mmd": self.mermaid, ".md": f"```mermaid\n{self.mermaid}\n```\n"}.get(target.suffix, self.svg)
        target.write_text(text, encoding="utf-8")
        return target.absolute()

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return self.mermaid


class Findings(Sequence["Finding"]):
    """Findings of a design, the gravest first; a cell shows them as a table."""

    def __init__(self, findings: Iterable[Finding], design: Design) -> None:
        self._findings = tuple(findings)
        self._names = {item.id: getattr(item, "name", None) or "" for item in design.items()}
        for entity in design.entities:
            self._names |= {attribute.id: f"{entity.name}.{attribute.name}" for attribute in entity.attributes}

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        return self._findings[index]

    def __len__(self) -> int:
        return len(self._findings)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self._findings)

    @property
    def errors(self) -> list[Finding]:
        """The findings that are errors."""
        return [finding for finding in self._findings if finding.severity == "error"]

    def to_frame(self) -> pd.DataFrame:
        """Return the findings as a DataFrame: severity, where, message, reason, mend, code."""
        import pandas as pd

        return pd.DataFrame(
            [(f.severity, self.where(f), f.message, f.reason, f.mend_label, f.code) for f in self._findings],
            columns=["severity", "where", "message", "reason", "mend", "code"],
        )

    def where(self, finding: Finding) -> str:
        """Return the names of what a finding speaks of; an entity is not named beside its attribute."""
        names = [name for key in finding.target_ids if (name := self._names.get(key, ""))]
        return ", ".join(name for name in names if not any(other.startswith(f"{name}.") for other in names))

    def summary(self) -> str:
        """Return the numbers of findings in words."""
        words = {"error": "error", "warning": "warning", "info": "note"}
        counts = {word: sum(f.severity == severity for f in self._findings) for severity, word in words.items()}
        return ", ".join(f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts.items())

    def rows(self, limit: int | None = None) -> str:
        """Return the findings as an HTML table."""
        shown = self._findings[:limit]
        cells = ((display.severity(f.severity), self.where(f), f.message, f.mend_label) for f in shown)
        more = len(self._findings) - len(shown)
        rest = display.note(f"and {more} more: project.findings") if more else ""
        return display.table(("", "where", "finding", "mend"), cells, code=(1,)) + rest

    def _repr_html_(self) -> str:
        body = self.rows() if self._findings else display.note("nothing to mend", "good")
        return display.card("Findings", body, subtitle=self.summary())

    def __repr__(self) -> str:
        lines = (f"{f.severity:<8}{f.message}" for f in self._findings)
        return "\n".join((self.summary(), *lines))


def highlighted(sql: str) -> str:
    """Return SQL as coloured HTML where Pygments is there (it comes with IPython), else as plain text."""
    try:
        from pygments import highlight
        from pygments.formatters import HtmlFormatter
        from pygments.lexers.sql import PostgresLexer
    except ImportError:
        return f"<pre>{escape(sql)}</pre>"
    formatter: Any = HtmlFormatter(nowrap=True, classprefix="designer-sql-")
    return f'<div class="picture"><pre>{highlight(sql, PostgresLexer(), formatter)}</pre></div>'
