"""Rules find their way here by standing in a module of `designer_kernel.lint.rules`; one rule, one module."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import NamedTuple
from uuid import UUID

from designer_kernel.design.edits import Edit
from designer_kernel.lint.context import Context
from designer_kernel.lint.finding import Finding, Severity


class Found(NamedTuple):
    """What a rule says about one case; the rule itself adds its code and reason.

    ``severity`` says that this case is less grave than others that the rule finds.
    """

    message: str
    target_ids: tuple[UUID, ...]
    mend: Edit | None = None
    mend_label: str = ""
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its code, how grave a finding is, why it matters, and how to look for it.

    ``needs_expansion`` rules are silent about a design that cannot be expanded, since they would see half of it.
    """

    code: str
    severity: Severity
    reason: str
    look: Callable[[Context], Iterator[Found]]
    needs_expansion: bool = True

    def findings(self, context: Context) -> Iterator[Finding]:
        """Yield what the rule finds."""
        if context.problem is not None and self.needs_expansion:
            return
        for found in self.look(context):
            yield from context.known.once(_findings, self, found)


def _findings(rule: Rule, found: Found) -> Iterator[Finding]:
    yield Finding(
        rule.code,
        found.severity or rule.severity,
        found.message,
        rule.reason,
        found.target_ids,
        found.mend,
        found.mend_label,
    )


def rule(
    severity: Severity, reason: str, *, needs_expansion: bool = True
) -> Callable[[Callable[[Context], Iterator[Found]]], Rule]:
    """Make the function below the rule of its module; the module's name is the rule's code."""

    def declare(look: Callable[[Context], Iterator[Found]]) -> Rule:
        return Rule(look.__module__.rpartition(".")[2], severity, reason, look, needs_expansion)

    return declare


@cache
def all_rules() -> tuple[Rule, ...]:
    """Return all rules, in the order of their codes."""
    from designer_kernel.lint import rules as package

    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return tuple(import_module(f"{package.__name__}.{name}").look for name in names)
