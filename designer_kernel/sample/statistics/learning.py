"""`learn`: hints for sample data like the rows of a real database, from its statistics alone.

Statistics hold values of rows, and those may be a person's. So values are taken only of columns with few different
ones, as enums and statuses have, that are neither marked personal nor look so; of numbers only quantiles, rounded; of
all other columns nothing but how often they are NULL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from math import exp, floor, isfinite, log10
from typing import Any, Final

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.design.sample_hints import ColumnHints, RowsPer, RowsShare, SampleHints, TableHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample.constraints.judging import ServerJudge
from designer_kernel.sample.planning import relations
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName, table_facts
from designer_kernel.sample.planning.planner import plan
from designer_kernel.sample.statistics.reading import ColumnStatistics, PairStatistics, Statistics, read
from designer_kernel.sample.subset.kinds import pattern_of, suspicion
from designer_kernel.sample.subset.marks import Wanted, marks_of

FEW: Final = 50
"""Up to so many different values are a list to choose from; more could tell who somebody is."""

_COVERED: Final = 0.9
_MOST_LEFT: Final = 100
_QUANTILES: Final = 20
_DIGITS: Final = 3
_DERIVED: Final = re.compile(
    r"(\w+_)?(total|subtotal|sub_total|tax|vat|discount|shipping|unit_price|line_total|balance)(_\w+)?"
)
_AGREEING: Final = re.compile(
    r"(\w+_)?(currency|country|region|state|province|city|locale|language|time_?zone|first_name|last_name)(_code)?"
)
"""Columns of text whose values agree with others of the row, or of the row that it refers to."""
_KEYS: Final = re.compile(r"(\w+_)?(id|uuid|key|number|no|code|ref|reference|hash|token)")


@dataclass(frozen=True, slots=True)
class Learned:
    """Hints, and notes about what was taken and what was not."""

    hints: SampleHints
    notes: tuple[str, ...]


def learn(url: str, *, scale: float = 1.0, personal: Wanted = (), tables: Iterable[str] | None = None) -> SampleHints:
    """Return hints for sample data like the rows of a database, from its statistics: no row is read.

    Parameters
    ----------
    url
        The database; it should have been analysed (``ANALYZE``), which it usually is.
    scale
        Factor of the numbers of rows.
    personal
        Columns of which nothing is taken but how often they are NULL; beside those whose comments hold ``@personal``,
        those with a security label, and those that look personal by their names.
    tables
        Only these tables.
    """
    return learned(url, scale=scale, personal=personal, tables=tables).hints


def learned(url: str, *, scale: float = 1.0, personal: Wanted = (), tables: Iterable[str] | None = None) -> Learned:
    """Return what `learn` does, with notes about what was taken and what was not."""
    with connect(url, read_only=True) as connection:
        catalog = introspect(connection)
        facts = table_facts(catalog)
        marked = {(mark.table, mark.column) for mark in marks_of(connection, facts, personal)}
        statistics = read(connection)
        wanted = None if tables is None else set(tables)
        found = _Learning(facts, statistics, frozenset(marked), scale, wanted).run()
        return _tried(found, lambda hints: plan(catalog, hints=hints, tables=tables, judge=ServerJudge(connection)))


def _tried(found: Learned, attempt: Callable[[SampleHints], object]) -> Learned:
    """Return hints without those that constraints leave no room for; the constraints say more than statistics do."""
    hints, left = found.hints, list[str]()
    while len(left) < _MOST_LEFT:
        try:
            attempt(hints)
            break
        except SamplePlanError as error:
            place = next((p for p in _placed(hints) if f".{error.where}".endswith(f".{'.'.join(p)}")), None)
            if place is None:
                return Learned(
                    hints, (*found.notes, f"these hints have to be changed before they can be used: {error}")
                )
            table, column = ".".join(place[:-1]), place[-1]
            columns = {name: said for name, said in hints.tables[table].columns.items() if name != column}
            changed = hints.tables[table].model_copy(update={"columns": columns})
            hints = hints.model_copy(update={"tables": {**hints.tables, table: changed}})
            left.append(".".join(place))
    notes = [f"left to the constraints: {', '.join(left)}"] if left else []
    return Learned(hints, (*found.notes, *notes))


def _placed(hints: SampleHints) -> list[tuple[str, ...]]:
    return [(*name.split("."), column) for name, table in hints.tables.items() for column in table.columns]


@dataclass(slots=True)
class _Learning:
    facts: Mapping[TableName, TableFacts]
    statistics: Statistics
    marked: frozenset[tuple[TableName, str]]
    scale: float
    wanted: set[str] | None
    notes: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)

    def run(self) -> Learned:
        owners = relations.owners(self.facts)
        tables = {}
        for name, table in self.facts.items():
            if self.wanted is not None and not {name[1], ".".join(name)} & self.wanted:
                continue
            if name not in self.statistics.rows:
                self.notes.append(f"{table.label} was never analysed: ANALYZE it to learn of it")
                continue
            tables[self._called(name)] = TableHints(rows=self._rows(table, owners), columns=self._columns(table))
        if self.taken:
            self.notes.append(f"values were taken of {', '.join(self.taken)}: look whether they may be shown")
        if self.withheld:
            self.notes.append(f"no values were taken, since they may be personal: {', '.join(self.withheld)}")
        return Learned(SampleHints(tables=tables), tuple(self.notes))

    def _called(self, name: TableName) -> str:
        is_alone = sum(1 for other in self.facts if other[1] == name[1]) == 1
        return name[1] if is_alone else ".".join(name)

    def _rows(self, table: TableFacts, owners: Mapping[TableName, ForeignKey]) -> Any:
        """Return the number of rows: for each row of the owner, or a part of them, or plainly."""
        rows = self.statistics.rows[table.name]
        key = owners.get(table.name)
        parents = self.statistics.rows.get(relations.parent_of(key), 0) if key is not None else 0
        if key is None or not rows or not parents:
            return max(round(rows * self.scale), 1) if rows else 0
        parent = self._called(relations.parent_of(key))
        mean = rows / parents
        if any(set(rule.keys) <= set(key.columns) and not rule.predicate for rule in table.uniques):
            return RowsShare(share=min(round(mean, 4), 1.0), of=parent)
        return RowsPer(per=parent, mean=float(f"{mean:.4g}"), spread=self._spread(table, key, rows, parents))

    def _spread(self, table: TableFacts, key: ForeignKey, rows: int, parents: int) -> str:
        """Return how unequal the numbers of rows under each parent are."""
        column = next((c for c in key.columns if (table.name, c) in self.statistics.columns), None)
        known = [
            self.statistics.columns[table.name, c] for c in key.columns if (table.name, c) in self.statistics.columns
        ]
        if column is None:
            return "skewed"
        finest = max(known, key=lambda s: s.distinct)
        mean = rows / parents
        with_some = min(finest.distinct / parents, 1.0)
        top = max(finest.shares, default=0.0) * rows
        if top > 30 * max(mean, 1.0):
            return "zipf"
        if with_some > 0.995 and top <= mean * 1.2:
            return "even"
        return "poisson" if abs(with_some - (1 - exp(-mean))) < 0.03 and top <= 4 * mean + 6 else "skewed"

    def _columns(self, table: TableFacts) -> dict[str, ColumnHints]:
        found = {}
        kept = _tied(table)
        for column in table.sent:
            known = self.statistics.columns.get((table.name, column.name))
            if known is None:
                continue
            said: dict[str, Any] = {}
            if not column.not_null and self._may_be_null(table, column):
                said["nulls"] = float(f"{known.nulls:.3g}")
            if column.name not in kept:
                said |= self._values(table, column, known)
            if said:
                found[column.name] = ColumnHints(**said)
        for pair in self.statistics.pairs.get(table.name, ()):
            self._pair(table, pair, found)
        return found

    def _may_be_null(self, table: TableFacts, column: ColumnFacts) -> bool:
        """Whether a hint may say how often a column is NULL: not where a reference of several columns is about it."""
        keys = [k for k in table.foreign_keys if column.name in k.columns]
        return len(keys) == 0 or (
            len(keys) == 1 and len(keys[0].columns) == 1 and relations.parent_of(keys[0]) != table.name
        )

    def _values(self, table: TableFacts, column: ColumnFacts, known: ColumnStatistics) -> dict[str, Any]:
        label = f"{table.label}.{column.name}"
        if self._is_personal(table, column, known):
            self.withheld.append(label)
            return {}
        kind = column.form.kind
        covered = sum(known.shares) >= _COVERED * (1 - known.nulls)
        if kind == "enum" and known.common:
            return {"provider": "weighted", "weights": dict(zip(known.common, _rounded(known.shares), strict=True))}
        if kind == "boolean" and known.common:
            return {"provider": "choice", "values": list(known.common), "weights": _rounded(known.shares)}
        if kind not in ("text", "integer", "numeric", "float") or (kind == "text" and _AGREEING.fullmatch(column.name)):
            return {}
        if known.common and known.distinct <= FEW and covered:
            self.taken.append(label)
            return {"provider": "choice", "values": list(known.common), "weights": _rounded(known.shares)}
        if kind == "text" or _DERIVED.fullmatch(column.name) or _KEYS.fullmatch(column.name):
            return {}
        bounds = _quantiles(known, whole=kind == "integer")
        return {"provider": "histogram", "bounds": bounds} if len(bounds) > 1 else {}

    def _is_personal(self, table: TableFacts, column: ColumnFacts, known: ColumnStatistics) -> bool:
        if (table.name, column.name) in self.marked or suspicion(column, table.name[1]):
            return True
        return pattern_of([value for value in known.common if isinstance(value, str)]) is not None

    def _pair(self, table: TableFacts, pair: PairStatistics, found: dict[str, ColumnHints]) -> None:
        """Let one column depend on another where extended statistics say what comes together."""
        first, second = pair.columns
        both = [found.get(first), found.get(second)]
        if any(c is None or c.provider not in ("choice", "weighted") for c in both):
            return
        if any(table.columns[c].form.kind not in ("text", "enum") for c in pair.columns):
            return
        cases: dict[str, dict[str, Any]] = {}
        for (one, other), share in zip(pair.values, pair.shares, strict=True):
            if one is not None and other is not None:
                case = cases.setdefault(one, {"provider": "choice", "values": [], "weights": []})
                case["values"].append(other)
                case["weights"].append(float(f"{share:.3g}"))
        if len(cases) > 1:
            nulls = found[second].nulls
            found[second] = ColumnHints(provider="depends on", nulls=nulls, column=first, cases=cases)


def _tied(table: TableFacts) -> set[str]:
    """Return columns whose values follow from others: keys, references, checks of several columns, exclusions."""
    tied = {c for key in table.foreign_keys for c in key.columns}
    tied |= {c for rule in table.uniques if len(rule.keys) == 1 for c in rule.keys}
    tied |= {
        c
        for rule in table.uniques
        if rule.predicate
        for c in table.columns
        if re.search(rf"\b{re.escape(c)}\b", rule.predicate)
    }
    tied |= {c.name for c in table.columns.values() if c.identity or "nextval(" in c.default}
    texts = [expression for _, expression in table.checks]
    texts += [element for constraint in table.exclusions for element, _ in constraint.elements]
    for text in texts:
        named = {c for c in table.columns if re.search(rf"\b{re.escape(c)}\b", text)}
        tied |= named if len(named) > 1 else set()
    if table.partition_by:
        tied |= {c for c in table.columns if re.search(rf"\b{re.escape(c)}\b", table.partition_by)}
    return tied


def _rounded(shares: Iterable[float]) -> list[float]:
    return [float(f"{share:.3g}") for share in shares]


def _quantiles(known: ColumnStatistics, *, whole: bool) -> list[float]:
    """Return bounds between which equally many values lie, fewer and rounder than the server's: no row's own value."""
    numbers = [float(value) for value in known.bounds if isinstance(value, int | float)]
    for value, share in zip(known.common, known.shares, strict=True):
        if isinstance(value, int | float) and numbers:  # common values weigh as many bounds as they are rows
            numbers += [float(value)] * round(share * len(numbers) / max(1 - sum(known.shares) - known.nulls, 0.05))
    numbers.sort()
    if len(numbers) < 2:
        return []
    steps = min(_QUANTILES, len(numbers) - 1)
    picked = [numbers[round(i * (len(numbers) - 1) / steps)] for i in range(steps + 1)]
    rounded = [_rough(number) for number in picked]
    return [int(n) for n in rounded] if whole else rounded


def _rough(number: float) -> float:
    """Return a number with three significant digits."""
    if not number or not isfinite(number):
        return 0.0
    return round(number, _DIGITS - 1 - floor(log10(abs(number))))
