"""`Filling`: what a fill did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.sample.plan import Plan

if TYPE_CHECKING:
    from designer_kernel.sample.report.report import Report


_NAMED: Final = 10
_WORTH_NAMING: Final = 0.1


@dataclass(frozen=True, slots=True)
class TableFilling:
    """The rows that one table got, and how long sending them took."""

    table: str
    rows: int
    seconds: float

    @property
    def rows_per_second(self) -> float:
        """Rows sent in a second."""
        return self.rows / self.seconds if self.seconds else 0.0


@dataclass(frozen=True, slots=True)
class ConstraintFilling:
    """A key, index or foreign key that was built or checked after the rows, and how long that took."""

    name: str
    kind: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Filling:
    """The result of a fill.

    ``seconds`` are those of everything, planning, constraints and statistics included; ``loading`` are those of
    sending rows, ``constraining`` those of building and checking keys, indexes and foreign keys, each of which is one
    of ``constraints``.
    """

    tables: tuple[TableFilling, ...]
    seed: int
    seconds: float
    loading: float
    constraining: float
    notes: tuple[str, ...]
    plan: Plan
    constraints: tuple[ConstraintFilling, ...] = ()

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def rows_per_second(self) -> float:
        """Rows in a second of the whole fill."""
        return self.rows / self.seconds if self.seconds else 0.0

    def as_dict(self) -> dict[str, Any]:
        """Return the result as JSON-ready values."""
        return {
            "seed": self.seed,
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows_per_second),
            "loading_seconds": round(self.loading, 3),
            "constraining_seconds": round(self.constraining, 3),
            "notes": list(self.notes),
            "constraints": [{"name": c.name, "kind": c.kind, "seconds": round(c.seconds, 3)} for c in self.constraints],
            "tables": [
                {
                    "table": t.table,
                    "rows": t.rows,
                    "seconds": round(t.seconds, 3),
                    "rows_per_second": round(t.rows_per_second),
                }
                for t in self.tables
            ],
        }

    def report(self, url: str) -> Report:
        """Return what the plan promised beside what the database holds now; it is only read."""
        from designer_kernel.sample.report.report import compared

        return compared(self.plan, url)

    def to_frame(self) -> Any:
        """Return a DataFrame: table, rows, seconds, rows per second."""
        import pandas as pd

        rows = [(t.table, t.rows, round(t.seconds, 3), round(t.rows_per_second)) for t in self.tables]
        return pd.DataFrame(rows, columns=["table", "rows", "seconds", "rows_per_second"])

    def constraints_frame(self) -> Any:
        """Return a DataFrame of what was built or checked after the rows: name, kind, seconds; the slowest first."""
        import pandas as pd

        rows = [(c.name, c.kind, round(c.seconds, 3)) for c in sorted(self.constraints, key=lambda c: -c.seconds)]
        return pd.DataFrame(rows, columns=["name", "kind", "seconds"])

    def __str__(self) -> str:
        width = max((len(t.table) for t in self.tables), default=5)
        lines = [f"{t.table:<{width}}  {t.rows:>12,} rows  {t.seconds:>8.2f} s" for t in self.tables]
        lines.append(
            f"{'all':<{width}}  {self.rows:>12,} rows  {self.seconds:>8.2f} s  ({self.rows_per_second:,.0f} rows/s)"
        )
        lines += self._constraint_lines()
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def _constraint_lines(self) -> list[str]:
        """Say how long keys, indexes and foreign keys took: each of the slowest, and the others together."""
        slowest = sorted(self.constraints, key=lambda c: -c.seconds)
        named = [c for c in slowest[:_NAMED] if c.seconds >= _WORTH_NAMING]
        lines = [f"{c.seconds:>8.2f} s  {c.kind} {c.name}" for c in named]
        others = slowest[len(named) :]
        if others:
            what = "other keys, indexes and foreign keys" if named else "keys, indexes and foreign keys"
            lines.append(f"{sum(c.seconds for c in others):>8.2f} s  {len(others)} {what}")
        return lines

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:  # a cell shows the words, not the whole plan
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False))
