"""`Violations`: what a server said to the rows that should just pass and just fail."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from html import escape
from typing import Any, Final

WORKS: Final = "works"
LENIENT: Final = "accepts what it should refuse"
NEVER: Final = "refuses everything"
UNTESTED: Final = "not tested"
VERDICTS: Final = (LENIENT, NEVER, UNTESTED, WORKS)
"""The verdicts, the most interesting first."""

_COLUMNS: Final = ("table", "constraint", "kind", "accepted", "refused", "said", "verdict", "advice")


@dataclass(frozen=True, slots=True)
class Finding:
    """One constraint, and what came of trying it.

    ``accepted`` and ``refused`` are the rows in short: the columns that matter, as SQL; the statements are whole.
    ``said`` is what the server answered to the row that should fail; ``advice`` what its author may want to know.
    """

    table: str
    constraint: str
    kind: str
    verdict: str
    accepted: str = ""
    refused: str = ""
    said: str = ""
    advice: str = ""
    accepted_statement: str = ""
    refused_statement: str = ""

    @property
    def is_suspicious(self) -> bool:
        """Whether the constraint does something else than its author believes, as far as trying tells."""
        return self.verdict in (LENIENT, NEVER)

    def as_dict(self) -> dict[str, Any]:
        """Return the finding as JSON-ready values."""
        return {name: getattr(self, name) for name in (*_COLUMNS, "accepted_statement", "refused_statement")}


@dataclass(frozen=True, slots=True)
class Violations:
    """All constraints of a database, each with a finding."""

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()

    @property
    def suspicious(self) -> tuple[Finding, ...]:
        """The constraints that do not do what their authors believe."""
        return tuple(f for f in self.findings if f.is_suspicious)

    def of(self, constraint: str) -> Finding:
        """Return the finding of a constraint, by its name or by ``table.name``; the first if there are several.

        Raises
        ------
        KeyError
            If there is none.
        """
        for finding in self.findings:
            if constraint in (finding.constraint, f"{finding.table}.{finding.constraint}"):
                return finding
        raise KeyError(constraint)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON-ready values."""
        return {"findings": [f.as_dict() for f in self.findings], "notes": list(self.notes)}

    def to_frame(self) -> Any:
        """Return a DataFrame with one line for each constraint."""
        import pandas as pd

        return pd.DataFrame([[getattr(f, c) for c in _COLUMNS] for f in self.findings], columns=list(_COLUMNS))

    def __str__(self) -> str:
        counts = Counter(f.verdict for f in self.findings)
        head = f"{len(self.findings)} constraints: " + ", ".join(f"{counts[v]} {v}" for v in VERDICTS if counts[v])
        lines = [head]
        for finding in self.findings:
            if finding.verdict == WORKS:
                continue
            lines.append(f"{finding.verdict}: {finding.table}.{finding.constraint} ({finding.kind})")
            lines += [f"    {what}: {text}" for what, text in _details(finding) if text]
        known = [f for f in self.findings if f.verdict == WORKS and f.advice]
        lines += [f"works, but: {f.table}.{f.constraint}: {f.advice}" for f in known]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(c)}</th>" for c in _COLUMNS)
        rows = []
        for finding in self.findings:
            weight = " style='font-weight:600'" if finding.is_suspicious else ""
            cells = "".join(f"<td style='text-align:left'>{escape(str(getattr(finding, c)))}</td>" for c in _COLUMNS)
            rows.append(f"<tr{weight}>{cells}</tr>")
        notes = "".join(f"<p>{escape(note)}</p>" for note in self.notes)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{notes}"


def _details(finding: Finding) -> list[tuple[str, str]]:
    refused = "accepted all the same" if finding.verdict == LENIENT else "refused"
    return [
        ("accepted", finding.accepted),
        (refused, finding.refused),
        ("the server", finding.said),
        ("advice", finding.advice),
    ]
