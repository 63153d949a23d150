"""`Report`: for each column of a plan, the shares that were promised beside those that a database holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.postgres.connection import connect
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.report import bars, categories, held, promised
from designer_kernel.sample.report.figures import chance, chi_square, grouped

if TYPE_CHECKING:
    import pandas as pd

SURE: Final = 0.01
_COUNT: Final = Form("integer", "bigint")


@dataclass(frozen=True, slots=True)
class Distribution:
    """One column, or the number of children of each parent: shares by category, promised and held.

    ``p`` is how often chance alone makes a difference as large (chi-square, corrected for rows that come in groups).
    """

    table: str
    column: str
    labels: tuple[str, ...]
    promised: tuple[float, ...]
    held: tuple[float, ...]
    chi_square: float
    degrees: int
    p: float


@dataclass(frozen=True, slots=True)
class Report:
    """What was promised and what is held; ``rows`` are (table, planned, held) numbers of rows."""

    rows: tuple[tuple[str, int, int], ...]
    distributions: tuple[Distribution, ...]

    @property
    def odd(self) -> tuple[Distribution, ...]:
        """The distributions that are not as promised: less likely than one in a hundred, for all of them together."""
        return tuple(d for d in self.distributions if d.p < SURE / len(self.distributions))

    def to_frame(self) -> pd.DataFrame:
        """Return one line for each category: table, column, category, promised, held, chi_square, p."""
        import pandas as pd

        lines = [
            (d.table, d.column, label, want, have, round(d.chi_square, 2), round(d.p, 4))
            for d in self.distributions
            for label, want, have in zip(d.labels, d.promised, d.held, strict=True)
        ]
        return pd.DataFrame(
            lines, columns=["table", "column", "category", "promised", "held", "chi_square", "p"]
        )  # fmt: skip

    def figures(self) -> pd.DataFrame:
        """Return one line for each column: table, column, chi_square, degrees, p."""
        import pandas as pd

        lines = [(d.table, d.column, round(d.chi_square, 2), d.degrees, round(d.p, 4)) for d in self.distributions]
        return pd.DataFrame(lines, columns=["table", "column", "chi_square", "degrees", "p"])

    def counts(self) -> pd.DataFrame:
        """Return one line for each table: table, planned, held."""
        import pandas as pd

        return pd.DataFrame(self.rows, columns=["table", "planned", "held"])

    def __str__(self) -> str:
        wrong = [f"{table}: {want:,} rows planned, {have:,} held" for table, want, have in self.rows if want != have]
        lines = [f"{len(self.distributions)} distributions of {len(self.rows)} tables compared"]
        lines += wrong or ["every number of rows is as planned"]
        lines += [
            f"{d.table}.{d.column}: not as promised (chi-square {d.chi_square:.1f}, p {d.p:.2g})" for d in self.odd
        ]
        return "\n".join(lines)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return bars.html(self)


def compared(plan: Plan, url: str) -> Report:
    """Return what a plan promised beside what a database holds; the database is only read."""
    samples = [promised.reseeded(plan, number) for number in range(promised.SAMPLES)]
    counts: list[tuple[str, int, int]] = []
    found: list[Distribution] = []
    with connect(url, read_only=True) as connection:
        for name in plan.order:
            table = plan.tables[name]
            there = held.count(connection, table)
            counts.append((table.label, table.rows, there))
            if not table.rows or not there:
                continue
            wanted = [promised.columns(sample, sample.tables[name]) for sample in samples]
            kinds = {column: _categories(table, column, wanted) for column in wanted[0]}
            asked = [column for column, kind in kinds.items() if kind is not None]
            have = held.values(connection, table, asked, there)
            for column in asked:
                kind = kinds[column]
                assert kind is not None
                found.append(_distribution(table.label, column, kind, [w[column] for w in wanted], have[column]))
            found.extend(_children(connection, plan, table, samples))
    return Report(tuple(counts), tuple(found))


def _categories(table: TablePlan, column: str, wanted: Sequence[Any]) -> categories.Categories | None:
    if all(sample[column] == wanted[0][column] for sample in wanted[1:]):
        return None  # numbered, whatever the seed: there is no chance in it
    pooled = [item for sample in wanted for item in sample[column]]
    return categories.of(table.columns[column].facts.form, pooled)


def _children(connection: Any, plan: Plan, table: TablePlan, samples: Sequence[Plan]) -> list[Distribution]:
    wanted = [promised.children(sample.tables[table.name]) for sample in samples]
    if wanted[0] is None:
        return []
    reference = table.references[table.owner]
    parents = plan.tables[reference.parent].rows
    have = held.children(connection, table, reference, parents)
    kind = categories.of(_COUNT, [item for sample in wanted for item in sample or ()])
    if have is None or kind is None:
        return []
    label = f"rows for each of {'.'.join(reference.parent)}"
    return [_distribution(table.label, label, kind, [sample or [] for sample in wanted], have)]


def _distribution(
    table: str, column: str, kind: categories.Categories, wanted: Sequence[Sequence[Any]], have: Sequence[Any]
) -> Distribution:
    samples = [kind.counted(sample) for sample in wanted]
    seen = kind.counted(have)
    labels = list(kind.labels)
    total = [sum(column) for column in zip(*samples, strict=True)]
    kept = [index for index in range(len(labels)) if total[index] or seen[index]]
    labels, seen, total = [labels[i] for i in kept], [seen[i] for i in kept], [total[i] for i in kept]
    samples = [[sample[i] for i in kept] for sample in samples]
    size, all_ = sum(seen), sum(total)
    expected = [size * count / all_ for count in total]
    degrees = len(labels) - 1
    statistic = chi_square(seen, expected) / grouped(samples) / (1 + 1 / len(samples))
    return Distribution(
        table,
        column,
        tuple(labels),
        tuple(round(count / all_, 5) for count in total),
        tuple(round(count / max(size, 1), 5) for count in seen),
        statistic,
        degrees,
        chance(statistic, degrees),
    )
