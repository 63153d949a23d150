"""What a step really locks and rewrites, measured while it runs in a scratch database, beside what it promised."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import psycopg

from designer_kernel.migrate.effects import LockMode, Relation
from designer_kernel.migrate.steps import Step

_MODES: Final = {str(mode).title().replace(" ", "") + "Lock": mode for mode in LockMode}
_TOLD: Final = LockMode.SHARE_UPDATE_EXCLUSIVE
"""Weaker locks concern nobody but those who change the schema."""


class Watched:
    """What the steps of one transaction lock and rewrite, of what was there when it began.

    A step outside of any transaction leaves no locks to be seen: those are as PostgreSQL's manual says. What it
    rewrites is measured.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._files = self._relations()
        self._promised: dict[Relation, LockMode] = {}

    def surprises(self, step: Step) -> Iterator[str]:
        """Yield what has been taken since the step before this one, and was not promised."""
        for effect in step.effects:
            self._promised[effect.relation] = max(effect.lock, self._promised.get(effect.relation, effect.lock))
        if step.is_transactional:
            yield from self._locked()
        now = self._relations()
        rewritten = {name for oid, (name, file) in self._files.items() if oid in now and now[oid][1] != file}
        for relation in rewritten - {effect.relation for effect in step.effects if effect.rewrites}:
            yield f"{'.'.join(relation)} is rewritten"
        self._files |= {oid: (name, now[oid][1]) for oid, (name, _) in self._files.items() if oid in now}

    def _locked(self) -> Iterator[str]:
        rows = self._connection.execute(
            "SELECT relation, mode FROM pg_catalog.pg_locks"
            " WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted"
        ).fetchall()
        taken: dict[Relation, LockMode] = {}
        for oid, mode in rows:
            if oid in self._files and _MODES[mode] >= _TOLD:
                relation = self._files[oid][0]
                taken[relation] = max(_MODES[mode], taken.get(relation, _TOLD))
        for relation, lock in taken.items():
            if lock > self._promised.get(relation, 0):
                yield f"{'.'.join(relation)} takes {lock}, promised {self._promised.get(relation, 'nothing')}"
                self._promised[relation] = lock

    def _relations(self) -> dict[int, tuple[Relation, int]]:
        rows = self._connection.execute(
            "SELECT c.oid, n.nspname, c.relname, c.relfilenode FROM pg_catalog.pg_class c"
            " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384"
        ).fetchall()
        return {oid: ((schema, name), file) for oid, schema, name, file in rows}
