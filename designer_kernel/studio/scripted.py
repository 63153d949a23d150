"""A script as one side of a plan: what a new database holds when it has run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import DesignerError
from designer_kernel.studio.sources import Source

if TYPE_CHECKING:
    from designer_kernel.exchange.sql.outcome import StatementOutcome

RUNNER: Final = "postgres"
"""Who runs a script, as long as nothing says more: the first superuser of nearly every server."""

_NAMED: Final = 3
"""Most statements that an error tells."""

_OF_ROWS: Final = re.compile(r"\s*(?:COPY|SELECT|WITH|INSERT|UPDATE|DELETE|VALUES|TABLE)\b", re.IGNORECASE)
_FORBIDDEN: Final = "42501"
"""The SQLSTATE of what the role that runs scripts may not do."""


def catalog_of(script: Source, *, runner: str = RUNNER) -> Catalog:
    """Return what a script makes of a new database.

    Parameters
    ----------
    runner
        The role that runs it.

    Raises
    ------
    DesignerError
        If it cannot be read, or one of its statements fails: a plan would take away what that should make.
    """
    from designer_kernel.exchange.sql import read_file, read_script

    options = script.options
    reading = read_script(
        read_file(Path(script.text).expanduser(), encoding=options.encoding),
        mends=options.chosen_mends,
        progress=script.progress,
        cancel=script.cancel,
        runner=runner,
        **options.of_script,
    )
    broken = [outcome for outcome in reading.outcomes if _is_missing(outcome)]
    if broken:
        raise DesignerError(_said(broken), where=script.text, mend=_mend(broken))
    return reading.catalog


def _is_missing(outcome: StatementOutcome) -> bool:
    """Whether what a statement defines is not there; rows, and what only asks for them, are of no matter."""
    is_refused = outcome.state == "skipped" and outcome.message.startswith("refused")
    return outcome.state == "failed" or (is_refused and not _OF_ROWS.match(outcome.sql))


def _said(failed: Sequence[StatementOutcome]) -> str:
    told = "; ".join(f"line {one.where}: {one.message}" for one in failed[:_NAMED])
    more = f"; and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
    return f"not all of the script runs, so nobody knows what it means: {told}{more}"


def _mend(failed: Sequence[StatementOutcome]) -> str:
    """Return what to do: about rights, by a mend that we know, or by hand."""
    if any(one.sqlstate == _FORBIDDEN for one in failed):
        return "if the script is your own, trusted=True runs it as a superuser of the embedded server"
    mends = [mend for one in failed for mend in one.mends]
    useful = next((mend for mend in mends if not mend.is_last_resort), None)
    if useful is not None:
        return (
            f"--mend all, which is to {useful.title}" if len(failed) == 1 else "try --mend all, or correct the script"
        )
    return f"correct the script, or leave that out: --mend {mends[0].id}" if mends else "correct the script"
