"""The proof of a plan: it is run in a scratch database, up and down, and judged by us and by ``pg_dump``."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.errors import DocumentError, StatementFailed
from designer_kernel.migrate.check import Check
from designer_kernel.migrate.course import Course
from designer_kernel.migrate.judge import dump
from designer_kernel.migrate.plan import plan as plan_between
from designer_kernel.migrate.prove_data import data_checks
from designer_kernel.migrate.rehearsal import Rehearsal, read_like
from designer_kernel.migrate.running import prepare, run_step
from designer_kernel.migrate.steps import MALFORMED, Plan, Step, stages
from designer_kernel.migrate.watching import Watched
from designer_kernel.postgres.server import Progress

__all__ = ["ROWS", "Check", "Proof", "prove"]

ROWS: Final = 20
"""With how many rows in each table a plan is tried, if nobody says otherwise."""

_SHOWN: Final = 5
_LOOKS: Final = 6
"""How often it is looked at what came of the steps, beside the steps themselves."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was tried of a plan, known by its hash."""

    plan: str
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds; without any, nothing was proved."""
        return bool(self.checks) and all(check.holds for check in self.checks)

    @property
    def hash(self) -> str:
        """What applying asks for: the SHA-256 of the plan's hash and of what was found."""
        found = [[check.name, check.holds, list(check.found)] for check in self.checks]
        return hashlib.sha256(json.dumps([self.plan, found]).encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """Return the proof as JSON-ready values, which `from_dict` takes."""
        return {
            "plan": self.plan,
            "hash": self.hash,
            "checks": [
                {"name": c.name, "holds": c.holds, "found": list(c.found), "seconds": round(c.seconds, 3)}
                for c in self.checks
            ],
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Proof:
        """Return the proof that `as_dict` wrote.

        Raises
        ------
        DocumentError
            If it is none, or was changed.
        """
        try:
            checks = tuple(
                Check(str(c["name"]), bool(c["holds"]), tuple(map(str, c["found"])), float(c["seconds"]))
                for c in document["checks"]
            )
            proof, known = cls(str(document["plan"]), checks), document["hash"]
        except MALFORMED as error:
            raise DocumentError(f"this is no proof: {error}", mend="prove the plan again") from error
        if proof.hash != known:
            raise DocumentError("the proof was changed after it was made", mend="prove the plan again")
        return proof


def prove(
    plan: Plan,
    before: Catalog,
    after: Catalog,
    rehearsal: Rehearsal,
    *,
    rows: int = ROWS,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Proof:
    """Return the proof of a plan.

    Parameters
    ----------
    before, after
        The catalogs that the plan is between.
    rehearsal
        Where it is tried.
    rows
        About how many rows each table has when it is tried with data; 0 leaves that out.
    progress
        Told before each step, and each look at what came of it.
    cancel
        Set by another thread to stop.

    Raises
    ------
    Cancelled
        If ``cancel`` was set.
    """
    steps = len(plan.up) + len(plan.down)
    course = Course(_LOOKS + steps * (2 if rows else 1), progress, cancel)
    checks = list(_checks(plan, before, after, rehearsal, course))
    if rows and all(check.holds for check in checks):
        checks += data_checks(plan, before, after, rehearsal, rows, course)
    return Proof(plan.hash, tuple(checks))


def _checks(plan: Plan, before: Catalog, after: Catalog, rehearsal: Rehearsal, course: Course) -> Iterator[Check]:
    course.tell("making scratch databases")
    with rehearsal.database(before) as connection, rehearsal.database(after) as meant:
        start, goal = dump(connection.info), dump(meant.info)
        took: list[str] = []
        for name, steps, catalog, dumped in (("up", plan.up, after, goal), ("down", plan.down, before, start)):
            run_through = _carried_out(name, steps, connection, took, course, together=plan.mode == "online")
            yield run_through
            if not run_through.holds:
                return
            course.tell(f"comparing what the way {name} gives")
            yield _introspected(name, connection, catalog)
            yield _dumped(name, connection, dumped)
            if name == "up":
                course.tell("planning again")
                yield _planned_again(plan, connection, after, rehearsal)
        yield Check("locks and rewrites are as promised", not took, tuple(took[:_SHOWN]))


def _carried_out(
    name: str,
    steps: Sequence[Step],
    connection: psycopg.Connection[Any],
    took: list[str],
    course: Course,
    *,
    together: bool,
) -> Check:
    """Run the steps, and note in ``took`` what they lock and rewrite without having said so.

    Parameters
    ----------
    together
        Whether the steps of a stage share a transaction; otherwise each has its own, so that its locks are its own.
    """
    began, numbers, where = time.monotonic(), count(1), ""
    prepare(connection, local=False)
    try:
        for stage in stages(steps) if together else [(step,) for step in steps]:
            with connection.transaction() if stage[0].is_transactional else nullcontext():
                watched = Watched(connection)
                for step in stage:
                    where = f"{name}, step {next(numbers)}, {step.action} {', '.join(map(str, step.facts[:1]))}"
                    course.tell(f"{name}: {step.title}")
                    run_step(connection, step, cancel=course.cancel)
                    took += [f"{where}: {what}" for what in watched.surprises(step)]
    except (StatementFailed, psycopg.Error) as error:  # what is deferred fails at the end of a transaction
        found = (f"{where}: {error}",)
        return Check(f"{name} runs", holds=False, found=found, seconds=time.monotonic() - began)
    return Check(f"{name} runs", holds=True, seconds=time.monotonic() - began)


def _introspected(name: str, connection: psycopg.Connection[Any], goal: Catalog) -> Check:
    began = time.monotonic()
    found = [str(difference) for difference in differences(goal, read_like(connection, goal))]
    took = time.monotonic() - began
    return Check(f"{name} gives exactly what is meant", not found, tuple(found[:_SHOWN]), took)


def _planned_again(plan: Plan, connection: psycopg.Connection[Any], after: Catalog, rehearsal: Rehearsal) -> Check:
    began = time.monotonic()
    again = plan_between(read_like(connection, after), after, version=plan.version, shadow=rehearsal)
    found = tuple(step.title for step in again.up)
    return Check("planning again is empty", not found, found[:_SHOWN], time.monotonic() - began)


def _dumped(name: str, connection: psycopg.Connection[Any], goal: tuple[str, ...]) -> Check:
    began = time.monotonic()
    found, meant = dump(connection.info), set(goal)
    other = [f"only there: {entry}" for entry in found if entry not in meant]
    other += [f"missing: {entry}" for entry in goal if entry not in set(found)]
    took = time.monotonic() - began
    return Check(f"{name} gives exactly what is meant, says pg_dump", not other, tuple(other[:_SHOWN]), took)
