"""The README of a folder of migrations: how to apply, verify and roll back, and what each step does to others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from designer_kernel.exchange.migrations.stations import Stations, Ways
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.steps import Step

_HEAD: Final = "# Migrations\n"
_PART: Final = re.compile(r"^## (?=\d)", re.MULTILINE)
_MARKS: Final = re.compile(r"[\\`*_\[\]!|~#]")
_PSQL: Final = "psql -X -v ON_ERROR_STOP=1 -d DATABASE"

_HOW: Final = f"""{_HEAD}
Written by Schema Designer. `DATABASE` is a connection string or the name of a database. Apply the files in the order
of their numbers, roll back in the opposite order. Add `-c '\\timing on'` before `-f` to see the time of each
statement.

| to do | command |
|---|---|
| apply | `{_PSQL} -f 001_name.sql` |
| verify | `{_PSQL} -f verify_001_name.sql` |
| roll back | `{_PSQL} -f rollback_001_name.sql` |

psql ends with 0 if all went well, and with 3 if a statement failed. Each file looks first whether the database is the
one that it was written for, and at the end whether it came where it should; if not, it fails and says which objects
are otherwise. Only one runs at a time. A statement that does not get its lock in time fails rather than have everybody
queue behind it: run the file again.
"""


def joined(text: str, other: str) -> str:
    """Return a README with the parts of another one, each in its place; text of other people stays in front."""
    head, *parts = _PART.split(text)
    _, *more = _PART.split(other)
    by_name = {part.split("\n", 1)[0]: part.rstrip() + "\n" for part in (*parts, *more)}
    ordered = [f"## {by_name[name]}" for name in sorted(by_name, key=_number)]
    return "\n".join([head.rstrip() + "\n", *ordered])


def _number(name: str) -> tuple[int, str]:
    return int(re.match(r"\d+", name)[0]), name  # type: ignore[index] # parts begin with a digit


def readme(
    migration: Migration, label: str, ways: Ways, lock_timeout: str, *, needs_psql: bool, is_recorded: bool
) -> str:
    """Return the README of one migration, with the general part."""
    lines = [
        _HOW,
        f"## {label}",
        "",
        *_about(migration, label, ways, lock_timeout, needs_psql=needs_psql, is_recorded=is_recorded),
    ]
    lines += ["", "### Steps", "", *_steps(migration.plan.up, ways.up)]
    lines += ["", f"### Rolling back (`rollback_{label}.sql`)", "", *_steps(migration.plan.down, ways.down)]
    return "\n".join(lines) + "\n"


def _about(
    migration: Migration, label: str, ways: Ways, lock_timeout: str, *, needs_psql: bool, is_recorded: bool
) -> Iterator[str]:
    plan, proof = migration.plan, migration.proof
    yield f"{_plain(migration.name)}, for PostgreSQL {plan.version}."
    yield f"Plan `{plan.hash[:16]}`, lock timeout {lock_timeout}."
    if proof is None:
        yield "It was **not proved**: prove it before you apply it."
    else:
        held = "holds" if proof.holds else "**does not hold**"
        yield f"Its proof {held}: {len(proof.checks)} checks, hash `{proof.hash}`."
    if plan.mode == "online":
        yield "\nIt works in stages and lets others work meanwhile. Run a file again that was interrupted: it goes on."
    else:
        yield "\nEach way is one transaction: all of it is done, or nothing."
    if needs_psql:
        yield "The files find out what is done already, and do only the rest; they need psql 10 or newer."
    if is_recorded:
        yield "Run `000_history.sql` once: then the files record themselves in the database, in the table"
        yield "`schema_designer.schema_migrations`, and know what is done even when later ones change the same objects."
    if not ways.up:
        yield "What this migration changes is not told by the server's own functions: it cannot verify itself."
    losses = plan.losses
    if losses:
        yield "\nRows or values are lost:"
        yield from (f"- {_plain(str(hazard.on))}: {_plain(hazard.reason)}" for hazard in losses)


def _steps(steps: Sequence[Step], stations: Stations) -> Iterator[str]:
    yield "| step | stage | lock | rewrites | reads | rows | hazards |"
    yield "|---|---|---|---|---|---|---|"
    for number, step in enumerate(steps, 1):
        locks = "; ".join(f"{effect.lock} on {'.'.join(effect.relation)}" for effect in step.effects)
        rewritten = ", ".join(".".join(effect.relation) for effect in step.effects if effect.rewrites)
        read = ", ".join(".".join(effect.relation) for effect in step.effects if effect.scans)
        hazards = "; ".join(f"{hazard.words}: {hazard.on}: {hazard.reason}" for hazard in step.hazards)
        rows = f"{step.rows:,}" if step.rows >= 0 else ""
        cells = (f"{number}. {step.title}", str(step.stage), locks, rewritten, read, rows, hazards)
        yield f"| {' | '.join(map(_plain, cells))} |"
    took = sum(stations.seconds)
    yield f"\nExpected time: {took * 1000:.0f} ms without rows; steps that rewrite or read a table take longer with it."


def _plain(text: str) -> str:
    """Return Markdown that says just this text, in one line: names come from anybody."""
    return escape(_MARKS.sub(r"\\\g<0>", " ".join(text.split())), quote=False)
