"""Steps as a plain script, without the checks of numbered files: what `designer plan --up` writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from designer_kernel.exchange.migrations import texts
from designer_kernel.exchange.migrations.numbered import LOCK_TIMEOUT
from designer_kernel.migrate.steps import Plan, Step, stages


def write_script(plan: Plan, *, title: str = "", lock_timeout: str = LOCK_TIMEOUT) -> str:
    """Return the script that takes the way up of a plan; `Plan.backwards` gives the other one.

    A plan for one transaction can be sent as it is by any driver; one in stages is run by ``psql -f``.
    """
    return "\n".join(_lines(plan, title, lock_timeout)) + "\n"


def _lines(plan: Plan, title: str, lock_timeout: str) -> Iterator[str]:
    steps = plan.up
    is_one = all(step.is_transactional for step in steps) and len(stages(steps)) < 2
    yield texts.comment(title or "A migration")
    yield texts.comment(f"From {plan.before[:16]} to {plan.after[:16]}, for PostgreSQL {plan.version}.")
    yield texts.comment(f"{'One transaction' if is_one else 'In stages'}: psql -X -v ON_ERROR_STOP=1 -f FILE\n")
    if not steps:
        yield "-- There is nothing to do."
        return
    if is_one:
        yield "\nBEGIN;\n"
    yield from texts.ended(texts.settings(lock_timeout, local=is_one))
    yield ""
    headings = iter(texts.numbered(steps))
    for stage in stages(steps):
        is_own = not is_one and stage[0].is_transactional
        yield from ["BEGIN;\n"] * is_own
        yield from _stage(stage, [next(headings)[0] for _ in stage])
        yield from ["COMMIT;\n"] * is_own
    if is_one:
        yield "COMMIT;"


def _stage(stage: Sequence[Step], headings: Sequence[str]) -> Iterator[str]:
    for heading, step in zip(headings, stage, strict=True):
        yield heading
        yield from texts.ended((*step.clearing, *texts.statements(step)))
        yield ""
