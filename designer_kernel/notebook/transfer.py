"""Importing, exporting and inspecting in a notebook: what was kept and what was not is shown, not hidden in a log."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design.losses import LossReport, grouped
from designer_kernel.notebook import display
from designer_kernel.notebook.results import Ddl
from designer_kernel.studio.sources import Source, options_of, source
from designer_kernel.studio.summary import summary

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.design.refresh import Decision, Refresh
    from designer_kernel.exchange.transfer import Exported

_STYLES = {"kept": "good", "opaque": "info", "changed": "warning", "refused": "error"}


_NOT_KEPT: Final = (
    "not kept: only the session that imports has the report; import again with dk.import_(source, replace=True), "
    "or keep it in a file: designer import SOURCE -o FILE --report losses.csv"
)


class Losses:
    """A loss report; a cell shows what was not simply kept, and how much was.

    Parameters
    ----------
    is_kept
        Whether it is the report of an import of this session; an older one is gone, which is not the same as no losses.
    """

    def __init__(self, report: LossReport, title: str = "Loss report", *, is_kept: bool = True) -> None:
        self.report = report
        self._title = title
        self._is_kept = is_kept

    def __len__(self) -> int:
        return len(self.report)

    def __iter__(self) -> Any:
        return iter(self.report)

    def __repr__(self) -> str:
        if not self._is_kept:
            return _NOT_KEPT
        lines = [
            f"{entry.outcome:<8}{entry.kind.replace('_', ' ')} {entry.object}: {entry.reason}"
            for entry in self.report.of("refused", "changed")
        ]
        return "\n".join([str(self.report), *lines])

    def to_frame(self) -> pd.DataFrame:
        """Return the whole report as a DataFrame: object, kind, outcome, reason."""
        return self.report.to_frame()

    def _repr_html_(self) -> str:
        if not self._is_kept:
            return display.card(self._title, display.note(_NOT_KEPT, "warning"))
        graves = [*self.report.of("refused"), *self.report.of("changed"), *grouped(self.report.of("opaque"))]
        rows = (
            (
                display.Styled(entry.outcome, _STYLES[entry.outcome]),
                entry.kind.replace("_", " "),
                entry.object,
                entry.reason,
            )
            for entry in graves
        )
        body = display.table(("", "kind", "object", "why"), rows, code=(2,)) if graves else ""
        said = display.note("nothing was lost", "good") if self.report.is_lossless else ""
        return display.card(self._title, said, body, subtitle=f"{self.report}; .to_frame() has all")


class Inspection:
    """What a source holds: objects by kind, and what a design of it would keep."""

    def __init__(self, opened: Source) -> None:
        self.name = opened.name
        self.kind = opened.kind
        self.catalog = opened.catalog
        self.losses = Losses(opened.imported.losses)
        self.summary = summary(opened.imported, opened.kind)

    def to_frame(self) -> pd.DataFrame:
        """Return the numbers of objects by kind, the most frequent first."""
        import pandas as pd

        counts = Counter(fact.kind for fact in self.catalog.values())
        return pd.DataFrame(counts.most_common(), columns=["kind", "objects"])

    def __repr__(self) -> str:
        lines = [f"{row.objects:>7}  {str(row.kind).replace('_', ' ')}" for row in self.to_frame().itertuples()]
        return "\n".join([f"{self.name}: {self.kind}", *lines, f"as a design: {self.summary}"])

    def _repr_html_(self) -> str:
        rows = ((str(row.kind).replace("_", " "), row.objects) for row in self.to_frame().itertuples())
        return (
            display.card(
                self.name,
                display.table(("kind", "objects"), rows),
                subtitle=f"{self.kind}; as a design: {self.summary}",
            )
            + self.losses._repr_html_()
        )


class ExportedText(Ddl):
    """A design in another notation: a string that can be saved, with its loss report."""

    __slots__ = ("losses",)
    losses: Losses

    @classmethod
    def of(cls, exported: Exported) -> ExportedText:
        """Return what an export gave."""
        made = cls(exported.text)
        made.losses = Losses(exported.losses)
        return made

    def _repr_html_(self) -> str:
        shown = display.card("Export", f"<pre>{_escaped(self)}</pre>", subtitle=".save(path) keeps it")
        return shown if self.losses.report.is_lossless else shown + self.losses._repr_html_()


class Refreshed:
    """What a refresh from a database came to, or the questions that are open before it can be made."""

    def __init__(self, done: Refresh, name: str) -> None:
        self.decisions = done.decisions
        self.renamed = done.renamed
        self.added = done.added
        self.removed = done.removed
        self.changed = done.changed
        self.losses = Losses(done.losses)
        self._words = _words(done)
        self._title = f"{name}: refresh"

    def __repr__(self) -> str:
        questions = [f"  {one.key!r}: {_question(one)}; answer {_answers(one)}" for one in self.decisions]
        return "\n".join([self._words, *questions, *self._changes()])

    def _repr_html_(self) -> str:
        parts = [display.note(self._words, "warning" if self.decisions else "good")]
        if self.decisions:
            rows = ((one.key, one.evidence, _answers(one), one.suggested) for one in self.decisions)
            parts.append(display.table(("question", "evidence", "answers", "suggested"), rows, code=(0,)))
        parts += [display.note(change) for change in self._changes()]
        return display.card(self._title, *parts)

    def _changes(self) -> list[str]:
        renamed = [f"renamed: {old} → {new}" for old, new in self.renamed]
        said = (("added", self.added), ("changed", self.changed), ("removed", self.removed))
        return renamed + [f"{what}: {name}" for what, names in said for name in names]


def _question(one: Decision) -> str:
    return f"was {one.old} renamed to {one.new}? ({one.evidence})" if one.new else one.evidence


def _answers(one: Decision) -> str:
    return " or ".join(map(repr, one.answers))


def _words(done: Refresh) -> str:
    if done.is_waiting:
        first = done.decisions[0]
        return f"nothing was changed yet: answer with project.refresh(decide={{{first.key!r}: {first.suggested!r}, …}})"
    asked = "; what is not in the database stays: project.refresh(decide={question: 'keep' or 'remove'}) settles it"
    more = asked if done.decisions else ""
    if done.edit is None:
        return f"the design is up to date{more}"
    return f"the design was brought up to date; undo() takes it back{more}"


def inspect_source(given: str | os.PathLike[str], **options: Any) -> Inspection:
    """Return what a source holds, see `designer_kernel.studio.sources.source`.

    Raises
    ------
    DesignerError
        If it cannot be read.
    """
    return Inspection(source(os.fspath(given), options_of(**options)))


def _escaped(text: str) -> str:
    from html import escape

    return escape(text[:200_000])
