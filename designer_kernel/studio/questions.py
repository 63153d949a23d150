"""What only a person knows of a plan, and has not said yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from designer_kernel.migrate.plan import Hints
from designer_kernel.migrate.steps import Plan
from designer_kernel.studio.answers import NO, name_of

Option: TypeAlias = Literal["renames", "using", "fill"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the option of `plan` that answers it.

    Attributes
    ----------
    option, key
        Where the answer goes: ``renames={key: answer}``.
    text
        The question.
    suggested
        A likely answer; empty if there is none.
    evidence
        Why it is asked.
    """

    option: Option
    key: str
    text: str
    suggested: str = ""
    evidence: str = ""

    def __str__(self) -> str:
        return f"{self.text} ({self.evidence})" if self.evidence else self.text

    @property
    def answer(self) -> str:
        """The answer as it is written: ``renames={'shop.customers.name': 'full_name'}``."""
        shown = repr(self.suggested) if self.suggested else "…"
        other = f" or {NO!r}" if self.option == "renames" else ""
        return f"{self.option}={{{self.key!r}: {shown}{other}}}"

    def as_dict(self) -> dict[str, str]:
        """Return the fields as JSON-ready values."""
        return {
            "option": self.option,
            "key": self.key,
            "text": self.text,
            "suggested": self.suggested,
            "evidence": self.evidence,
        }


def questions_of(plan: Plan, proposals: Sequence[Any], hints: Hints) -> tuple[Question, ...]:
    """Return the questions that a plan leaves open."""
    return (*_renames(proposals), *_conversions(plan, hints))


def _renames(proposals: Sequence[Any]) -> Iterator[Question]:
    for one in proposals:
        same = one.old.path[:-1] == one.new.path[:-1]
        new = one.new.path[-1] if same else name_of(one.new)
        text = f"was {one.old} renamed to {new}?"
        yield Question("renames", name_of(one.old), text, new, str(one.evidence))


def _conversions(plan: Plan, hints: Hints) -> Iterator[Question]:
    """Yield the columns whose values go by their text, since PostgreSQL has no cast."""
    for step in plan.up:
        for hazard in step.hazards:
            by_text = any(" USING " in sql and "::text" in sql for sql in step.statements)
            if hazard.name == "conversion" and hazard.on not in hints.using and by_text:
                text = f"how are the values of {name_of(hazard.on)} converted {hazard.reason}? They go by their text"
                yield Question("using", name_of(hazard.on), text)
