r"""Migrations as revision files of Alembic.

Each statement goes through ``op.execute`` as it is written: colons are escaped, which SQLAlchemy would take for
parameters, and SQLAlchemy itself doubles percent signs where a driver needs it. The settings under which the statements
are written are given back at the end, since Alembic goes on in the same session.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Final

from designer_kernel.errors import DesignerError
from designer_kernel.exchange.migrations import texts
from designer_kernel.exchange.migrations.numbered import LOCK_TIMEOUT
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.steps import Step, stages

_REVISION: Final = re.compile(r"[A-Za-z0-9_.]{1,32}\Z")
_PLAIN: Final = re.compile(r"[\t\n -~\u00a0-\ud7ff]*\Z")
"""Text that stands in Python as it is: no control characters, and nothing that an editor might not show."""

_HEAD: Final = '''"""{title}

Written by Schema Designer for PostgreSQL {version}; plan {plan}.

Revision ID: {revision}
Revises: {revises}
Create Date: {created}
"""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = {revision!r}
down_revision = {down!r}
branch_labels = None
depends_on = None

SETTINGS = {settings}
"""What the statements are written for."""


def run(sql: str) -> None:
    """Run a statement as it is written: no colon begins a parameter."""
    op.execute(text(sql.replace(":", "\\\\:")))


def set_up() -> None:
    """Give the session the settings that the statements need, and remember its own."""
    for name, value in SETTINGS.items():
        run(f"SELECT set_config('designer.{{name}}', current_setting('{{name}}'), false)")
        run(f"SELECT set_config('{{name}}', '{{value}}', false)")


def set_back() -> None:
    """Give the session its own settings back."""
    for name in SETTINGS:
        run(f"SELECT set_config('{{name}}', current_setting('designer.{{name}}'), false)")
'''


def write_revision(
    migration: Migration,
    *,
    revision: str = "",
    down_revision: str | None = None,
    lock_timeout: str = LOCK_TIMEOUT,
    created: datetime | None = None,
) -> str:
    """Return a migration as the text of a revision file of Alembic.

    Parameters
    ----------
    revision
        Its identity; without one, the beginning of the plan's hash.
    down_revision
        The revision before it; ``None`` if it is the first.
    created
        When it was made: now, if not given.

    Raises
    ------
    DesignerError
        If a revision's identity is none that Alembic can keep.
    """
    plan = migration.plan
    revision = revision or plan.hash[:12]
    for name in filter(None, (revision, down_revision)):
        if not _REVISION.match(name):
            raise DesignerError(
                f"{name!r} is no identity of a revision",
                mend="use up to 32 letters, digits, underscores and full stops",
            )
    head = _HEAD.format(
        title=_line(migration.name),
        version=plan.version,
        plan=plan.hash[:16],
        revision=revision,
        revises=down_revision or "",
        down=down_revision,
        created=(created or datetime.now(UTC)).isoformat(sep=" ", timespec="seconds"),
        settings=_dictionary(texts.values(lock_timeout)),
    )
    up, down = (("\n".join(_function(name, steps))) for name, steps in (("upgrade", plan.up), ("downgrade", plan.down)))
    return f"{head}\n\n{up}\n\n\n{down}\n"


def _function(name: str, steps: Sequence[Step]) -> Iterator[str]:
    yield f"def {name}() -> None:"
    yield "    set_up()"
    headings = iter(texts.numbered(steps))
    transactions = 0
    for stage in stages(steps):
        is_together = stage[0].is_transactional
        if is_together and transactions:
            yield "    with op.get_context().autocommit_block():"
            yield "        pass  # what was done so far is committed"
        transactions += is_together
        indent = "    " if is_together else "        "
        if not is_together:
            transactions = 0  # the block itself commits what was done before
            yield "    with op.get_context().autocommit_block():"
        for step in stage:
            yield from (f"{indent}{line.replace('--', '#', 1)}" for line in next(headings)[0].split("\n"))
            yield from (f"{indent}run({_text(sql)})" for sql in (*step.clearing, *texts.statements(step)))
    yield "    set_back()"


def _text(sql: str) -> str:
    """Return SQL as a constant of Python, over several lines where it has several."""
    if not _PLAIN.match(sql) or '"""' in sql or sql.endswith(('"', "\\")):
        return repr(sql)
    if "\n" not in sql and '"' not in sql and "\\" not in sql:
        return f'"{sql}"'
    return f'r"""{sql}"""' if "\\" in sql else f'"""{sql}"""'


def _dictionary(values: dict[str, str]) -> str:
    return "{\n" + "".join(f"    {name!r}: {value!r},\n" for name, value in values.items()) + "}"


def _line(text: str) -> str:
    """Return text that ends no docstring, in one line: the name of a migration may come from anybody."""
    return " ".join(re.sub(r'[\\"\x00-\x1f\x7f-\x9f]', " ", text).split()) or "migration"
