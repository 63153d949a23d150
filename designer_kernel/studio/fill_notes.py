"""A fill of a database as a job of its project: what is kept of what was asked, and what it tells while it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from designer_kernel.postgres.target import describe
from designer_kernel.sample import FillEvent, Filling, Plan, SampleHints
from designer_kernel.sample.fill import under_way
from designer_kernel.studio.fills import FillLog, Note

_WORKING: Final = frozenset({"progress", "events", "cancel"})


@dataclass(frozen=True, slots=True)
class Noted:
    """A job that is kept, and the ``options`` of the fill that belong to that."""

    note: Note
    options: dict[str, Any]

    def filled(self, filling: Filling) -> None:
        """Say which rows there are in the end."""
        self.note.counts.update({table.table: table.rows for table in filling.tables})


@contextmanager
def noted(log: FillLog, url: str, asked: Mapping[str, Any]) -> Iterator[Noted]:
    """Keep a fill as a job while the block runs.

    A fill that goes on with one that was killed goes on with its job too.
    """
    config = config_of(asked)
    with log.job(config, target=describe(url), job=_gone_on_with(log, url, config)) as note:
        heard: Callable[[FillEvent], None] | None = asked.get("events")

        def events(event: FillEvent) -> None:
            if event.stage == "rows":
                note.count(event.name, event.done)
            if heard is not None:
                heard(event)

        yield Noted(note, {"events": events, "job": note.id})


def _gone_on_with(log: FillLog, url: str, config: Mapping[str, Any]) -> UUID | None:
    """Return the job under way, if it is the one that is asked for."""
    begun = under_way(url)
    if begun is None or config.get("resume"):
        return None if begun is None else begun.id
    known = next((job for job in log if job.id == begun.id), None)
    return None if known is None or known.config != config else begun.id


def config_of(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was asked for as JSON-ready values; what says nothing is left out."""
    found = {name: _plain(value) for name, value in asked.items() if name not in _WORKING}
    return {name: value for name, value in found.items() if value not in (None, False, {}, [], "")}


def _plain(value: Any) -> Any:
    if isinstance(value, SampleHints):
        return value.to_data()
    if isinstance(value, Plan):
        return {"seed": value.seed, "rows": {table.label: table.rows for table in value.tables.values()}}
    if isinstance(value, date | UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    scheduler = getattr(value, "scheduler", None)
    return str(getattr(scheduler, "address", type(value).__name__))
