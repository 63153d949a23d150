"""What is worth knowing about a script as a whole, in words for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from designer_kernel.exchange.sql.outcome import StatementOutcome
from designer_kernel.exchange.sql.statements import OWNERS, Statement


def skipped_rows(statements: Iterable[Statement]) -> dict[str, int]:
    """Return how many rows of data a script brings, by table."""
    rows: Counter[str] = Counter()
    for statement in statements:
        if statement.data is not None:
            rows[statement.data.name] += statement.data.rows
    return dict(rows)


def notes(
    data: Mapping[str, int], assumed: Collection[str], outcomes: Collection[StatementOutcome], ownerless: int
) -> Iterator[str]:
    """Yield what is worth knowing about a script that was read.

    Parameters
    ----------
    data
        Rows that were skipped, by table.
    assumed
        The roles that it takes for granted.
    outcomes
        What became of its statements.
    ownerless
        How many facts are left out, since they name whoever runs the script.
    """
    if data:
        yield f"{sum(data.values())} rows of {len(data)} tables were skipped: only definitions are read"
    if assumed:
        yield f"roles that the script takes for granted: {', '.join(sorted(assumed))}"
    retried = sum(outcome.state == "ran after retry" for outcome in outcomes)
    if retried:
        yield f"{retried} statements stand before what they need; they were run after it"
    if ownerless:
        yield "default privileges of whoever runs the script are left out; say FOR ROLE to keep them"
    if any(outcome.message == OWNERS for outcome in outcomes):
        yield "owners are left out: everything belongs to whoever deploys it"
