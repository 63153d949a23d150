r"""Migrations as plain files: ``001_name.sql``, ``rollback_001_name.sql``, ``verify_001_name.sql`` and a README.

They need psql and nothing of ours. Each says whether the database is the one that it was written for before it begins,
and whether it came where it should before it commits. A file that is idempotent, or in stages, finds out first how far
the database has come, from the history that the target may keep, or else from its catalogs, and goes on from there; it
uses ``\if`` of psql. Other files are plain SQL.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from designer_kernel.errors import DesignerError
from designer_kernel.exchange.migrations import blocks, texts
from designer_kernel.exchange.migrations.readme import joined, readme
from designer_kernel.exchange.migrations.stations import Stations, Ways, rehearsed
from designer_kernel.migrate import record_tables
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.records import documents
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.steps import Step, stages

LOCK_TIMEOUT: Final = "5s"
"""How long a statement waits for a lock before it gives up, rather than have everybody queue behind it."""

_FORMAT: Final = (
    f"INSERT INTO schema_designer.schema_format VALUES ('{record_tables.PART}', {len(record_tables.VERSIONS)})"
    " ON CONFLICT (part) DO UPDATE SET version = excluded.version;"
)
_DIGITS: Final = 3
_NAMED: Final = re.compile(r"(?:rollback_|verify_)?(\d+)_.*\.sql\Z")
_WORD: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class NumberedFiles:
    """The files of a migration by name, ready to be written."""

    number: int
    name: str
    files: Mapping[str, str]

    def save(self, folder: Path, *, replace: bool = False) -> list[Path]:
        """Write the files to a folder, which is made if need be, and return their paths.

        The README of a folder that holds other migrations gets a part for this one.

        Raises
        ------
        DesignerError
            If one of the files is there already, unless ``replace``, or cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        there = [name for name in self.files if name not in {README, HISTORY} and (folder / name).exists()]
        if there and not replace:
            raise DesignerError(
                "there is a file of this name already", where=str(folder / there[0]), mend="choose another number"
            )
        written = []
        for name, text in self.files.items():
            path = folder / name
            is_joined = name == README and path.exists()
            path.write_text(joined(path.read_text("utf-8"), text) if is_joined else text, encoding="utf-8")
            written.append(path)
        return written


README: Final = "README.md"
HISTORY: Final = "000_history.sql"


def next_number(folder: Path) -> int:
    """Return the number after the last one of a folder."""
    if not folder.is_dir():
        return 1
    return max((int(found[1]) for path in folder.iterdir() if (found := _NAMED.match(path.name))), default=0) + 1


def write_numbered(
    migration: Migration,
    *,
    rehearsal: Rehearsal,
    number: int = 1,
    name: str = "",
    idempotent: bool = False,
    record: bool = False,
    lock_timeout: str = LOCK_TIMEOUT,
) -> NumberedFiles:
    """Return a migration as plain files.

    Parameters
    ----------
    rehearsal
        Where the plan is carried out once, to learn what a server says of the database before and after.
    name
        What the files are called; the migration's name, if not given.
    idempotent
        Whether the files do nothing when what they do is done already. Plans in stages always are so.
    record
        Whether the files record themselves in the history of the target, if it keeps one: with both catalogs and the
        plan, so that they can be rolled back and drift be told as of any other migration. That makes them large.
    lock_timeout
        How long a statement waits for a lock: a time as PostgreSQL writes it.

    Raises
    ------
    StatementFailed
        If PostgreSQL refuses a statement of the plan.
    """
    slug = slug_of(name or migration.name)
    label = f"{number:0{_DIGITS}d}_{slug}"
    ways = rehearsed(migration, rehearsal)
    up = _Writer(migration, label, ways, lock_timeout, is_idempotent=idempotent, is_recorded=record, is_up=True)
    down = replace(up, label=f"rollback_{label}", is_up=False)
    files = {
        f"{label}.sql": up.text(),
        f"rollback_{label}.sql": down.text(),
        f"verify_{label}.sql": up.verification(),
        README: readme(migration, label, ways, lock_timeout, needs_psql=up.needs_psql, is_recorded=record),
    }
    if record:
        files[HISTORY] = _history()
    return NumberedFiles(number, slug, files)


def slug_of(name: str) -> str:
    """Return a name as part of a file's name: letters without their accents, digits and ``_``."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return (
        _WORD.sub("_", "".join(one for one in plain if not unicodedata.combining(one))).strip("_")[:_LONGEST].strip("_")
        or "migration"
    )


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the file of one way."""

    migration: Migration
    label: str
    ways: Ways
    lock_timeout: str
    is_idempotent: bool
    is_recorded: bool
    is_up: bool

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.migration.plan.up if self.is_up else self.migration.plan.down

    @property
    def stations(self) -> Stations:
        return self.ways.up if self.is_up else self.ways.down

    @property
    def is_staged(self) -> bool:
        """Whether there is more than one transaction on either way."""
        plan = self.migration.plan
        return any(
            len(stages(steps)) > 1 or not all(s.is_transactional for s in steps) for steps in (plan.up, plan.down)
        )

    @property
    def needs_psql(self) -> bool:
        return self.is_idempotent or self.is_staged

    def text(self) -> str:
        """Return the file."""
        body = self._staged() if self.is_staged else self._in_one()
        return "\n".join([*self._head(), "", *body]) + "\n"

    def verification(self) -> str:
        """Return the file that only looks whether the migration came where it should."""
        last = len(self.stations.states) - 1
        lines = [
            texts.comment(f"Looks whether the database is as {self.label}.sql leaves it; changes nothing."),
            texts.comment(f"Fails if not: psql -X -v ON_ERROR_STOP=1 -d DATABASE -f verify_{self.label}.sql"),
            "\nBEGIN READ ONLY;\n",
            *texts.ended(texts.settings(self.lock_timeout, local=True)),
            "",
            f"{blocks.meant(self.stations, last, 'the database is not as the migration leaves it')};",
            "",
            "ROLLBACK;",
        ]
        return "\n".join(lines) + "\n"

    def _head(self) -> Iterator[str]:
        plan, proof = self.migration.plan, self.migration.proof
        before, after = (plan.before, plan.after) if self.is_up else (plan.after, plan.before)
        held = "not proved" if proof is None else f"proof {proof.hash}{'' if proof.holds else ', which does not hold'}"
        yield texts.comment(f"{self.label}: {self.migration.name}")
        yield texts.comment(f"From {before[:16]} to {after[:16]}; plan {plan.hash[:16]}; {held}.")
        how = "In stages: run it again if it was interrupted" if self.is_staged else "One transaction"
        yield texts.comment(f"{how}. psql -X -v ON_ERROR_STOP=1 -d DATABASE -f {self.label}.sql")

    def _in_one(self) -> Iterator[str]:
        if self.is_idempotent:
            yield "\\set ON_ERROR_STOP on\n"
        yield "BEGIN;\n"
        yield from texts.ended(texts.settings(self.lock_timeout, local=True))
        yield ""
        yield f"{blocks.begin(self.migration.plan.version, is_session=False)};\n"
        if self.is_idempotent:
            yield from self._find()
            yield "\\if :designer_done"
            yield f"    \\echo '{self.label}: done already, nothing was changed'"
            yield "    ROLLBACK;\n    \\quit\n\\endif\n"
        else:
            yield "-- Is this the database that the steps were written for?"
            yield f"{blocks.meant(self.stations, 0, 'this is not the database that the steps were written for')};\n"
        for heading, step in texts.numbered(self.steps):
            yield heading
            yield from texts.ended(texts.statements(step))
            yield ""
        yield from self._close()
        yield "COMMIT;"

    def _staged(self) -> Iterator[str]:
        yield "\\set ON_ERROR_STOP on\n"
        yield from texts.ended(texts.settings(self.lock_timeout, local=False))
        yield ""
        yield f"{blocks.begin(self.migration.plan.version, is_session=True)};\n"
        yield from self._find()
        yield "\\if :designer_done"
        yield f"    \\echo '{self.label}: done already, nothing was changed'"
        yield "    \\quit\n\\endif\n"
        headings = dict(zip(map(id, self.steps), texts.numbered(self.steps), strict=True))
        for number, stage in enumerate(stages(self.steps), 1):
            yield f"-- Stage {number} {'-' * 60}\n"
            yield f"SELECT current_setting('{blocks.STATION}')::integer < {number} AS designer_todo \\gset"
            yield "\\if :designer_todo\n"
            yield from self._stage(stage, [headings[id(step)][0] for step in stage])
            yield "\\endif\n"
        yield "BEGIN;\n"
        yield from self._close()
        yield "COMMIT;"
        yield "SELECT pg_advisory_unlock_all() \\g /dev/null"

    def _stage(self, stage: Sequence[Step], headings: Sequence[str]) -> Iterator[str]:
        is_together = stage[0].is_transactional
        if is_together:
            yield "BEGIN;\n"
        for heading, step in zip(headings, stage, strict=True):
            yield heading
            if step.settled:
                yield f"SELECT coalesce(({step.settled}), false) AS designer_settled \\gset"
                yield "\\if :designer_settled\n\\else"
            yield from texts.ended(step.clearing)
            yield from texts.ended(texts.statements(step))
            if step.settled:
                yield "\\endif"
            yield ""
        if is_together:
            yield "COMMIT;\n"

    def _find(self) -> Iterator[str]:
        last = len(self.stations.states) - 1
        yield "-- How far has this database come?"
        yield f"{blocks.finding(self.stations, self.migration.plan.hash, is_up=self.is_up)};"
        yield f"SELECT current_setting('{blocks.STATION}')::integer >= {last} AS designer_done \\gset"

    def _close(self) -> Iterator[str]:
        last = len(self.stations.states) - 1
        yield "-- Did it come where it should?"
        yield f"{blocks.meant(self.stations, last, 'the steps did not lead where they should')};\n"
        yield f"{blocks.end(self.label, self._record(), self.migration.plan.hash, is_up=self.is_up)};\n"

    def _record(self) -> list[tuple[str, str]]:
        if not self.is_recorded:
            return []
        there = self.migration if self.is_up else self.migration.backwards()
        document, before, after = documents(replace(there, name=self.label))
        kept = [("document", document), ("before_catalog", before), ("after_catalog", after)]
        plan = self.migration.plan if self.is_up else self.migration.plan.backwards()
        proof = self.migration.proof
        return [
            ("version", str(self.migration.number)),
            ("name", self.label),
            ("direction", "up" if self.is_up else "down"),
            ("mode", plan.mode),
            ("up_hash", plan.up_hash),
            ("down_hash", plan.down_hash),
            ("plan_hash", plan.hash),
            ("proof_hash", "" if proof is None or not self.is_up else proof.hash),
            ("before_hash", plan.before),
            ("after_hash", plan.after),
            ("design_hash", self.migration.design if self.is_up else ""),
            *kept,
        ]


def _history() -> str:
    """Return the file that makes the history, without which files look at the database's catalogs alone."""
    lines = [
        "-- Makes the history in which migrations are recorded, unless it is there. With it, a file that was applied",
        "-- knows so even when later ones have changed the same objects.",
        "\n\\set ON_ERROR_STOP on",
        "SELECT to_regclass('schema_designer.schema_migrations') IS NOT NULL AS designer_there \\gset",
        "\\if :designer_there\n    \\quit\n\\endif\n",
        "BEGIN;",
        "CREATE SCHEMA IF NOT EXISTS schema_designer;",
        *texts.ended(sql for statements in record_tables.VERSIONS for sql in statements),
        _FORMAT,
        "COMMIT;",
    ]
    return "\n".join(lines) + "\n"
