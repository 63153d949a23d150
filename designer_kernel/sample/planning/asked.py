"""What hints ask for, in the terms of a catalog: tables and columns that are there, numbers that refer to others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np
import pyarrow as pa

from designer_kernel.design.sample_hints import ColumnHints, RowsPer, RowsShare, SampleHints, TableHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.document.hints import near
from designer_kernel.sample.loading.encoding import to_arrow
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.trial import tried
from designer_kernel.sample.providers.custom import Custom
from designer_kernel.sample.providers.provider import unwrapped
from designer_kernel.sample.rows.frame import Frame

Facts = Mapping[TableName, TableFacts]


@dataclass(frozen=True, slots=True)
class Relative:
    """``factor`` rows for each row of ``base``; with a ``spread`` they are to lie under its rows."""

    base: TableName
    factor: float
    spread: str = ""

    @property
    def reason(self) -> str:
        """Say the number in words."""
        if self.spread:
            return f"{self.factor:g} for each row of {self.base[1]}, asked for"
        return f"{self.factor:g} of the rows of {self.base[1]}, asked for"


@dataclass(frozen=True, slots=True)
class Asked:
    """Hints by the tables and columns that they are about; ``ruled`` are those of rules."""

    counts: Mapping[TableName, int] = field(default_factory=dict)
    relative: Mapping[TableName, Relative] = field(default_factory=dict)
    columns: Mapping[TableName, Mapping[str, ColumnHints]] = field(default_factory=dict)
    ruled: Mapping[TableName, Mapping[str, ColumnHints]] = field(default_factory=dict)

    def ratios(self) -> dict[TableName, tuple[TableName, float]]:
        """Return how many rows are wanted for each row of another table."""
        return {name: (relative.base, relative.factor) for name, relative in self.relative.items() if relative.spread}

    def parents(self) -> dict[TableName, TableName]:
        """Return the tables under whose rows others are to lie."""
        return {name: relative.base for name, relative in self.relative.items() if relative.spread}


def resolved(everything: Facts, hints: SampleHints) -> Asked:
    """Return what hints ask for.

    Raises
    ------
    SamplePlanError
        For a table or column that the catalog does not hold, a generated one, or numbers that need each other in a
        circle.
    """
    counts: dict[TableName, int] = {}
    relative: dict[TableName, Relative] = {}
    columns: dict[TableName, Mapping[str, ColumnHints]] = {}
    for written, table in hints.tables.items():
        name = table_of(everything, written, f"tables.{written}")
        if name in columns:
            raise SamplePlanError(
                f"{'.'.join(name)} has hints twice", where=f"tables.{written}", mend="put them together"
            )
        columns[name] = _columns(everything[name], table)
        match table.rows:
            case RowsPer(per=per, mean=mean, spread=spread):
                relative[name] = Relative(table_of(everything, per, f"tables.{written}.rows.per"), mean, spread)
            case RowsShare(share=share, of=of):
                relative[name] = Relative(table_of(everything, of, f"tables.{written}.rows.of"), share)
            case int():
                counts[name] = table.rows
    _refuse_circles(relative)
    ruled = (
        {name: _ruled(table, hints, columns.get(name, {})) for name, table in everything.items()} if hints.rules else {}
    )
    return Asked(counts, relative, columns, ruled)


def _ruled(table: TableFacts, hints: SampleHints, own: Mapping[str, ColumnHints]) -> dict[str, ColumnHints]:
    """Return what rules say of the columns that nothing is said of by name."""
    found = {}
    for column in table.sent:
        kinds = (column.form.kind, column.type)
        for rule in hints.rules:
            if (
                column.name not in own
                and fnmatchcase(column.name, rule.columns)
                and any(fnmatchcase(name, rule.tables) for name in (table.name[1], table.label))
                and any(fnmatchcase(kind, rule.types) for kind in kinds)
            ):
                found[column.name] = rule.hints()
                break
    return found


def table_of(everything: Facts, written: str, where: str) -> TableName:
    """Return the table of a plain or qualified name.

    Raises
    ------
    SamplePlanError
        If there is none, or more than one; ``mend`` names the nearest.
    """
    found = [name for name in everything if written in (name[1], ".".join(name))]
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(".".join(name) for name in found)
        raise SamplePlanError(f"there are several tables {written!r}", where=where, mend=f"write one of {listed}")
    known = [name[1] for name in everything] + [".".join(name) for name in everything]
    raise SamplePlanError(f"there is no table {written!r}", where=where, mend=near(written, dict.fromkeys(known)))


def _columns(table: TableFacts, hints: TableHints) -> Mapping[str, ColumnHints]:
    for name in hints.columns:
        column = table.columns.get(name)
        if column is None:
            raise SamplePlanError(
                f"{table.label} has no column {name!r}",
                where=f"tables.{table.name[1]}.columns.{name}",
                mend=near(name, table.columns),
            )
        if column.generated:
            raise SamplePlanError(
                "the server computes it", where=f"{table.label}.{name}", mend="leave out the hints for it"
            )
    return hints.columns


def _refuse_circles(relative: Mapping[TableName, Relative]) -> None:
    for start in relative:
        seen = [start]
        while seen[-1] in relative:
            base = relative[seen[-1]].base
            if base in seen:
                circle = " → ".join(".".join(name) for name in [*seen, base])
                raise SamplePlanError(
                    f"their numbers of rows need each other: {circle}",
                    where=".".join(start),
                    mend="give one of them a number",
                )
            seen.append(base)


def settled(
    counts: dict[TableName, tuple[int, str]], relative: Mapping[TableName, Relative]
) -> dict[TableName, tuple[int, str]]:
    """Return counts in which those that refer to others are what they were asked to be."""
    result = dict(counts)
    waiting = [name for name in relative if name in result]
    while waiting:
        ready = [name for name in waiting if relative[name].base not in waiting]
        for name in ready:
            base = relative[name].base
            if base in result:
                result[name] = (round(relative[name].factor * result[base][0]), relative[name].reason)
        waiting = [name for name in waiting if name not in ready]
    return result


def verify(plan: Plan) -> None:
    """Refuse columns whose asked-for provider makes nothing of their type, or not the same twice.

    Raises
    ------
    SamplePlanError
        Naming the column.
    """
    for table in plan.tables.values():
        for name, column in table.columns.items():
            if table.rows and column.hints is not None and column.hints.provider is not None:
                _try(plan, table, name)


def _try(plan: Plan, table: TablePlan, column: str) -> None:
    known = table.columns[column]
    rows = tried(table.rows)
    try:
        made = to_arrow(known.facts.form, Frame(plan, table.name, rows).column(column))
    except SamplePlanError:
        raise
    except (pa.ArrowException, TypeError, ValueError, AttributeError, IndexError) as error:
        raise SamplePlanError(
            f"{known.source} makes nothing for the type {known.facts.type}: {error}",
            where=f"{table.label}.{column}",
            mend="choose another provider",
        ) from error
    own = unwrapped(known.provider)
    if not isinstance(own, Custom):
        return
    for part in (np.arange(len(rows))[::-1], np.arange(0, len(rows), 3)):
        again = to_arrow(known.facts.form, Frame(plan, table.name, rows[part]).column(column))
        if not again.equals(made.take(pa.array(part))):
            raise SamplePlanError(
                f"the function {own.name!r} gives a row another value when other rows are asked for with it",
                where=f"{table.label}.{column}",
                mend="compute each value from view.rows, view.bits(), view.uniform() and view[column] alone",
            )
