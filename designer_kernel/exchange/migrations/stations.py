"""The stations on the way of a plan: what a server says of the database before it, and after each of its stages."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from designer_kernel.exchange.migrations.descriptions import Descriptions, described
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.running import prepare, run_steps
from designer_kernel.migrate.steps import Step, stages


@dataclass(frozen=True, slots=True)
class Stations:
    """What was found before the first stage and after each, and how many seconds each took without rows."""

    states: tuple[Descriptions, ...]
    seconds: tuple[float, ...]

    @property
    def touched(self) -> tuple[tuple[str, str], ...]:
        """The objects that are not the same at all stations, by kind and name."""
        keys = dict.fromkeys(key for state in self.states for key in state)
        return tuple(key for key in keys if len({state.get(key) for state in self.states}) > 1)

    def __bool__(self) -> bool:
        """Whether anything that a server tells says how far the plan has come."""
        return self.states[0] != self.states[-1]


@dataclass(frozen=True, slots=True)
class Ways:
    """The way there and the way back."""

    up: Stations
    down: Stations


def rehearsed(migration: Migration, rehearsal: Rehearsal) -> Ways:
    """Return what a server says while the plan of a migration is carried out there and back in a scratch database.

    Raises
    ------
    StatementFailed
        If PostgreSQL refuses a statement of it.
    """
    with rehearsal.database(migration.before) as connection:
        prepare(connection, local=False)

        def way(steps: Sequence[Step]) -> Iterator[tuple[Descriptions, float]]:
            yield described(connection), 0.0
            for stage in stages(steps):
                began = time.monotonic()
                run_steps(connection, stage)
                took = time.monotonic() - began
                yield described(connection), took

        found = [list(way(steps)) for steps in (migration.plan.up, migration.plan.down)]
    up, down = (Stations(tuple(s for s, _ in one), tuple(t for _, t in one[1:])) for one in found)
    return Ways(up, down)
