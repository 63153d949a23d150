"""What must hold after anything was killed: all that the store and the rooms hold, and whether it fits together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql
from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import Session

from designer_kernel.design import integrity
from designer_kernel.store import design_tables
from designer_kernel.store.design_rows import Patch, patched
from designer_kernel.store.tables.answers import Answer
from designer_kernel.store.tables.audits import Audit
from designer_kernel.store.tables.connections import Connection, DataKey
from designer_kernel.store.tables.projects import Change, Migration, Project
from designer_kernel.store.tables.sample_jobs import SampleJob
from designer_kernel.studio.team.audit.checkpointing import checkpoint
from designer_kernel.studio.team.audit.keys import signing_key
from designer_kernel.studio.team.audit.verifying import verify
from designer_kernel.studio.team.team import Team

_ROOMS: Final = """
    WITH room AS (
      SELECT * FROM pg_namespace
      WHERE nspname !~ '^pg_' AND nspname NOT IN ('designer', 'designer_gates', 'information_schema')
    )
    SELECT 'schema', nspname::text, concat_ws(' ', nspowner::regrole, nspacl) FROM room
    UNION ALL
    SELECT 'relation', c.oid::regclass::text, concat_ws(' ', c.relkind, c.relowner::regrole, c.relacl, c.reloptions,
                                                        c.relrowsecurity, c.relforcerowsecurity)
      FROM pg_class c JOIN room ON room.oid = c.relnamespace
    UNION ALL
    SELECT 'column', a.attrelid::regclass || '.' || a.attname,
           concat_ws(' ', a.attnum, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
                     (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef d WHERE (adrelid, adnum) = (attrelid, attnum)))
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN room ON room.oid = c.relnamespace
      WHERE a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'constraint', k.conrelid::regclass || '.' || k.conname, pg_get_constraintdef(k.oid)
      FROM pg_constraint k JOIN room ON room.oid = k.connamespace
    UNION ALL
    SELECT 'trigger', t.tgrelid::regclass || '.' || t.tgname, concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid))
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN room ON room.oid = c.relnamespace
      WHERE NOT t.tgisinternal
    UNION ALL
    SELECT 'function', p.oid::regprocedure::text, concat_ws(' ', p.proowner::regrole, p.proacl, p.prosecdef, p.prosrc)
      FROM pg_proc p JOIN room ON room.oid = p.pronamespace
    UNION ALL
    SELECT 'sequence', format('%I.%I', s.schemaname, s.sequencename), s.last_value::text
      FROM pg_sequences s JOIN room ON room.nspname = s.schemaname
"""
_TABLES: Final = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
      AND (n.nspname, c.relname) <> ('designer', 'turns')
"""
"""All tables but that whose rows are locked in turns, and say nothing."""

_GATES: Final = """
    SELECT rolname::text FROM pg_roles WHERE rolname ~ '^sd_w_' AND NOT (rolcanlogin OR rolsuper OR rolbypassrls)
    ORDER BY 1
"""
_GATED: Final = """
    SELECT p.proname::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = 'designer_gates' AND p.prosecdef AND p.proowner::regrole::text = p.proname ORDER BY 1
"""
"""The roles of workspaces, and their gates. They are made beside a first deployment, and may be there without it."""


@dataclass(frozen=True)
class Kept:
    """All rows of the store and of the rooms, and what the rooms are made of."""

    rows: dict[str, Counter[str]]
    rooms: Counter[tuple[str, ...]]

    def unlike(self, other: Kept) -> list[str]:
        """Return in what two of them differ."""
        names = [name for name in {*self.rows, *other.rows} if self.rows.get(name) != other.rows.get(name)]
        return sorted(names) + [" ".join(one[:2]) for one in (self.rooms - other.rooms) + (other.rooms - self.rooms)]


def kept(url: str) -> Kept:
    """Return what a store and its rooms hold."""
    rows: dict[str, Counter[str]] = {}
    with psycopg.connect(url) as connection:
        for schema, table in connection.execute(_TABLES).fetchall():
            query = sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(schema, table))
            rows[f"{schema}.{table}"] = Counter(row for (row,) in connection.execute(query))
        return Kept(rows, Counter(connection.execute(_ROOMS).fetchall()))


def check(team: Team, directory: Path) -> None:
    """Assert that a store fits together, and that its audit is whole, also beyond what was signed before."""
    with team.store.transaction() as session:
        for project in session.scalars(select(Project.id)).all():
            _check_history(session, project)
        assert _count(session, select(Answer.id).where(Answer.body == {})) == 0, "an answer without a change"
        _check_keys(session)
        _check_audit(session)
        strays = "SELECT FROM pg_namespace WHERE nspname LIKE %s"
        driver = session.connection().connection.driver_connection
        assert isinstance(driver, psycopg.Connection)
        assert driver.execute(strays, ["%_aside"]).fetchone() is None
        assert driver.execute(_GATES).fetchall() == driver.execute(_GATED).fetchall()
    book, key = directory / "book.jsonl", signing_key(directory / "checkpoint.key")
    found = verify(team.store, book, key.public_key())
    assert found.fault is None
    checkpoint(team.store, book, key)


def _check_history(session: Session, project: object) -> None:
    """Assert that a project's changes lead from nothing to what its rows say, and back."""
    stored = design_tables.read(session, project)  # type: ignore[arg-type]
    assert stored is not None
    integrity.check(stored.design)
    changes = session.scalars(select(Change).where(Change.project_id == project).order_by(Change.revision)).all()
    assert [change.revision for change in changes] == list(range(1, stored.revision + 1))
    assert changes[-1].state == stored.state
    first = stored.design
    for change in reversed(changes[1:]):
        first = patched(first, Patch.of_json(change.inverse))
    for change in changes[1:]:
        first = patched(first, Patch.of_json(change.delta))
    assert first == stored.design


def _check_keys(session: Session) -> None:
    states = session.execute(select(DataKey.workspace_id, DataKey.state)).all()
    active = [workspace for workspace, state in states if state == "active"]
    assert len(active) == len(set(active))
    assert {workspace for workspace, _ in states} == set(active)
    sealed = select(Connection.id).where(Connection.connection_uri.is_not(None))
    assert _count(session, sealed) == _count(session, sealed.join(DataKey, DataKey.id == Connection.key_id))


def _check_audit(session: Session) -> None:
    """Assert that the audit tells of what was done, all of it, and of nothing else."""
    told = Counter(session.scalars(select(Audit.action).where(Audit.result == "ok")).all())
    origins = Counter(session.scalars(select(Change.origin)).all())
    assert {origin: told[f"project.{origin}"] for origin in origins} == origins
    jobs = select(SampleJob.id)
    assert told["fill.begin"] == _count(session, jobs)
    assert told["project.fill"] == _count(session, jobs.where(SampleJob.status == "completed"))
    unlucky = select(Audit.details["fill"].astext).where(Audit.action == "project.fill", Audit.result == "failed")
    assert _count(session, unlucky) == _count(
        session, jobs.where(cast(SampleJob.id, String).in_(unlucky), SampleJob.status.in_(("failed", "cancelled")))
    )
    records = select(Migration.to_revision, Migration.project_id)
    assert told["project.deploy"] == _count(session, records)
    assert told["data_key.rotate"] == told["data_key.remove"] + _count(
        session, select(DataKey.id).where(DataKey.state == "retiring")
    )


def _count(session: Session, statement: object) -> int:
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0  # type: ignore[attr-defined]
