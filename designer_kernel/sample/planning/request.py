"""`Request`: what a person asks of a fill, from which its plan is made; plain data, so that it can be kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.sample.constraints.judging import ServerJudge
from designer_kernel.sample.document import hints as hinting
from designer_kernel.sample.existing.reading import Reader
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning import abilities, planner


@dataclass(frozen=True, slots=True)
class Request:
    """Parameters of `designer_kernel.sample.fill` that decide which rows are made."""

    rows: Mapping[str, int]
    scale: float | None
    seed: int | None
    tables: tuple[str, ...] | None
    until: date | None
    hints: SampleHints

    @classmethod
    def of(
        cls,
        rows: Mapping[str, int] | None,
        scale: float | None,
        seed: int | None,
        tables: Iterable[str] | None,
        until: date | None,
        hints: SampleHints | Mapping[str, Any] | str | None,
    ) -> Self:
        """Return the request of these parameters."""
        chosen = None if tables is None else tuple(tables)
        return cls(dict(rows or {}), scale, seed, chosen, until, hinting.read(hints))

    def plan(
        self,
        url: str,
        connection: psycopg.Connection[Any],
        catalog: Catalog,
        mode: str = "refuse",
        *,
        is_under_way: bool = False,
    ) -> Plan:
        """Return the plan for a database; what was read of it is closed again, and locks nothing.

        With ``is_under_way`` the rows of the fill that is under way there do not count.
        """
        with Reader(url, is_under_way=is_under_way) as reader:
            made = planner.plan(
                catalog,
                rows=self.rows,
                scale=self.scale,
                seed=self.seed,
                tables=self.tables,
                until=self.until,
                hints=self.hints,
                reader=reader,
                judge=ServerJudge(connection),
                mode=mode,
            )
            return abilities.within(connection, made)

    def to_data(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        return {
            "rows": dict(self.rows),
            "scale": self.scale,
            "seed": self.seed,
            "tables": None if self.tables is None else list(self.tables),
            "until": None if self.until is None else self.until.isoformat(),
            "hints": self.hints.to_data(),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Return the request of `to_data`."""
        until = date.fromisoformat(data["until"]) if data["until"] else None
        return cls.of(data["rows"], data["scale"], data["seed"], data["tables"], until, data["hints"])
