"""The proof of a plan: it is run in a scratch database, up and down, and judged by us and by ``pg_dump``."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.render import Statement
from designer_kernel.errors import DocumentError, StatementFailed
from designer_kernel.migrate.effects import LockMode, Relation
from designer_kernel.migrate.judge import dump
from designer_kernel.migrate.rehearsal import Rehearsal, read_like
from designer_kernel.migrate.running import prepare
from designer_kernel.migrate.steps import Plan, Step
from designer_kernel.postgres.connection import to_url
from designer_kernel.postgres.script import run

_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried: whether it holds, and if not, what was found instead."""

    name: str
    holds: bool
    found: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Proof:
    """What was tried of a plan, known by its hash."""

    plan: str
    checks: tuple[Check, ...]

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.checks)

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
        except (KeyError, TypeError, ValueError) as error:
            raise DocumentError(f"this is no proof: {error}", mend="prove the plan again") from error
        if proof.hash != known:
            raise DocumentError("the proof was changed after it was made", mend="prove the plan again")
        return proof


def prove(plan: Plan, before: Catalog, after: Catalog, rehearsal: Rehearsal) -> Proof:
    """Return the proof of a plan.

    Parameters
    ----------
    before, after
        The catalogs that the plan is between.
    rehearsal
        Where it is tried.
    """
    return Proof(plan.hash, tuple(_checks(plan, before, after, rehearsal)))


def _checks(plan: Plan, before: Catalog, after: Catalog, rehearsal: Rehearsal) -> Iterator[Check]:
    with rehearsal.database(before) as connection, rehearsal.database(after) as meant:
        url = _url(connection)
        start, goal = dump(url), dump(_url(meant))
        took: list[str] = []
        for name, steps, catalog, dumped in (("up", plan.up, after, goal), ("down", plan.down, before, start)):
            run_through = _carried_out(name, steps, connection, took)
            yield run_through
            if not run_through.holds:
                return
            yield _introspected(name, connection, catalog)
            yield _dumped(name, url, dumped)
        yield Check("locks and rewrites are as promised", not took, tuple(took[:_SHOWN]))


def _carried_out(name: str, steps: Sequence[Step], connection: psycopg.Connection[Any], took: list[str]) -> Check:
    """Run the steps, and note in ``took`` what they lock and rewrite without having said so."""
    began = time.monotonic()
    for number, step in enumerate(steps, 1):
        where = f"{name}, step {number}, {step.action} {', '.join(map(str, step.facts[:1]))}"
        try:
            with connection.transaction():
                prepare(connection)
                watched = _Watched(connection)
                run(connection, [Statement(sql) for sql in step.statements])
                took += [f"{where}: {what}" for what in watched.surprises(step)]
        except StatementFailed as error:
            return Check(f"{name} runs", holds=False, found=(f"{where}: {error}",), seconds=time.monotonic() - began)
    return Check(f"{name} runs", holds=True, seconds=time.monotonic() - began)


def _introspected(name: str, connection: psycopg.Connection[Any], goal: Catalog) -> Check:
    began = time.monotonic()
    found = [str(difference) for difference in differences(goal, read_like(connection, goal))]
    took = time.monotonic() - began
    return Check(f"{name} gives exactly what is meant", not found, tuple(found[:_SHOWN]), took)


def _dumped(name: str, url: str, goal: tuple[str, ...]) -> Check:
    began = time.monotonic()
    found, meant = dump(url), set(goal)
    other = [f"only there: {entry}" for entry in found if entry not in meant]
    other += [f"missing: {entry}" for entry in goal if entry not in set(found)]
    took = time.monotonic() - began
    return Check(f"{name} gives exactly what is meant, says pg_dump", not other, tuple(other[:_SHOWN]), took)


class _Watched:
    """What a transaction locks and rewrites."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._files = self._relations()

    def _relations(self) -> Mapping[int, tuple[Relation, int]]:
        rows = self._connection.execute(
            "SELECT c.oid, n.nspname, c.relname, c.relfilenode FROM pg_catalog.pg_class c"
            " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384"
        ).fetchall()
        return {oid: ((schema, name), file) for oid, schema, name, file in rows}

    def surprises(self, step: Step) -> Iterator[str]:
        """Yield what was taken and not promised, and what was promised and not taken."""
        rows = self._connection.execute(
            "SELECT relation, mode FROM pg_catalog.pg_locks"
            " WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted"
        ).fetchall()
        taken: dict[Relation, LockMode] = {}
        for oid, mode in rows:
            held = _MODES[mode]
            if oid in self._files and held >= LockMode.SHARE_UPDATE_EXCLUSIVE:
                relation = self._files[oid][0]
                taken[relation] = max(held, taken.get(relation, held))
        promised = {e.relation: e.lock for e in step.effects if e.lock >= LockMode.SHARE_UPDATE_EXCLUSIVE}
        for relation in taken.keys() | promised.keys():
            if taken.get(relation, 0) > promised.get(relation, 0):
                yield f"{'.'.join(relation)} takes {taken[relation]}, promised {promised.get(relation, 'nothing')}"
        now = self._relations()
        rewritten = {name for oid, (name, file) in self._files.items() if oid in now and now[oid][1] != file}
        for relation in rewritten - {e.relation for e in step.effects if e.rewrites}:
            yield f"{'.'.join(relation)} is rewritten"


_MODES: Final = {str(mode).title().replace(" ", "") + "Lock": mode for mode in LockMode}


def _url(connection: psycopg.Connection[Any]) -> str:
    return to_url(connection.info.get_parameters())
