"""What is wrong, risky or worth knowing about a design; each finding says why, and most offer a mend."""

from __future__ import annotations

from designer_kernel.catalog.known import Known
from designer_kernel.design import Design
from designer_kernel.lint.context import Context
from designer_kernel.lint.finding import SEVERITIES, Finding
from designer_kernel.lint.registry import Rule, all_rules

__all__ = ["Finding", "Known", "Rule", "all_rules", "check", "errors"]


def check(design: Design, known: Known | None = None) -> list[Finding]:
    """Return all findings of a design, the gravest first, in the same order every time.

    Parameters
    ----------
    known
        What was found in the last state of the design; what is found in this one is kept there.
    """
    known = known or Known()
    known.turn()
    context = Context(design, known)
    return _sorted(design, [finding for rule in all_rules() for finding in rule.findings(context)])


def errors(design: Design) -> list[Finding]:
    """Return the errors that `check` finds, without asking the rules that find none: most of the time is theirs."""
    context = Context(design)
    grave = [rule for rule in all_rules() if rule.severity == "error"]
    found = [finding for rule in grave for finding in rule.findings(context)]
    return _sorted(design, [finding for finding in found if finding.severity == "error"])


def _sorted(design: Design, found: list[Finding]) -> list[Finding]:
    first = {one.target_ids[0] for one in found if one.target_ids}
    items = enumerate(design.items()) if first else ()
    order = {item.id: position for position, item in items if item.id in first}
    last = float("inf")
    found.sort(
        key=lambda one: (
            SEVERITIES.index(one.severity),
            order.get(one.target_ids[0], last) if one.target_ids else -1,
            one.code,
            one.message,
        )
    )
    return found
