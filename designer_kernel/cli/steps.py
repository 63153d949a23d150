"""Plans and proofs as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from designer_kernel.cli import terminal
from designer_kernel.cli.words import counted
from designer_kernel.studio.locations import CONNECTION, SHARED, is_shared

if TYPE_CHECKING:
    from designer_kernel.migrate.migration import Migration
    from designer_kernel.migrate.prove import Proof
    from designer_kernel.migrate.steps import Plan, Step
    from designer_kernel.studio.planning import Planned

_NAMES = 60


def say_plan(migration: Migration, *, with_sql: bool = True, salvages: bool = True, to_stdout: bool = True) -> None:
    """Tell what a plan does, step by step."""
    plan = migration.plan
    how = "in stages, while others work" if plan.mode == "online" else "in one transaction"
    head = f"{migration.name}: {counted(len(plan.up), 'step')} {how}, for PostgreSQL {plan.version}"
    terminal.say(head, style="title", to_stdout=to_stdout)
    stage = -1
    for number, step in enumerate(plan.up, 1):
        if plan.mode == "online" and step.stage != stage:
            stage = step.stage
            kind = "one transaction" if step.is_transactional else "by itself"
            terminal.say(f"\nstage {stage}, {kind}", style="title", to_stdout=to_stdout)
        terminal.say(f"\n{number:>3}. {step.title}", style="title", to_stdout=to_stdout)
        for text, style in _about(step):
            terminal.say(f"     {text}", style=style, to_stdout=to_stdout)
        if with_sql:
            for sql in step.statements:
                terminal.say("\n".join(f"       {line}" for line in f"{sql};".split("\n")), to_stdout=to_stdout)
    if plan.losses:
        terminal.say("\nrows or values are lost; each has to be allowed by name:", style="warning", to_stdout=to_stdout)
        for loss in plan.losses:
            terminal.say(f"  --allow {quote(str(loss.on))}   {loss.reason}", style="warning", to_stdout=to_stdout)
        if not salvages:
            kept = "nothing of it is kept; --salvage keeps it in the target first"
            terminal.say(f"  {kept}", style="warning", to_stdout=to_stdout)


def _about(step: Step) -> Iterator[tuple[str, str]]:
    for effect in step.effects:
        what = ["written anew"] * effect.rewrites + ["read from end to end"] * effect.scans
        waits = f", {effect.lock.blocks} wait" if effect.lock.blocks else ""
        yield f"{effect.lock} on {'.'.join(effect.relation)}{waits}{''.join(f', {one}' for one in what)}", "quiet"
    if step.rows >= 0:
        yield f"about {counted(step.rows, 'row')}", "quiet"
    if step.batch is not None:
        yield f"in batches of {step.batch.size:,}", "quiet"
    for hazard in step.hazards:
        style = "error" if hazard.name == "data_loss" else "warning"
        yield f"{hazard.words}: {hazard.on}: {hazard.reason}", style
        if hazard.query:
            yield f"  asks: {' '.join(hazard.query.split())}", "quiet"


def say_questions(planned: Planned) -> None:
    """Tell what only a person knows, and how it is answered."""
    for note in planned.notes:
        terminal.say(f"note: {note}")
    for question in planned.questions:
        terminal.say(f"question: {question}", style="warning")
        terminal.say(f"  answer: {answer(question)}")
    for key in planned.unmanaged[:_NAMES]:
        terminal.say(f"left alone: {key}")


def answer(question: Any) -> str:
    """Return how a question is answered in the shell."""
    option = {"renames": "--rename", "using": "--using", "fill": "--fill"}[question.option]
    other = f" or {option} {question.key}=no" if question.option == "renames" else ""
    return f"{option} {question.key}={question.suggested or 'EXPRESSION'}{other}"


def say_how_to_prove(file: Path, *sides: str) -> None:
    """Say how a plan that was kept is proved: on the server that it is for, if that was given by its URL."""
    places = (terminal.named(side) if "://" in side else _alone(side, sides) for side in sides)
    place = next((f" --on {quote(one)}" for one in places if one), "")
    terminal.say(f"next: designer prove {quote(str(file))}{place}")


def _alone(side: str, sides: tuple[str, ...]) -> str:
    """Return a connection as it is named where no team's project stands beside it; nothing for anything else."""
    if not side.startswith(CONNECTION):
        return ""
    workspace = next((one.removeprefix(SHARED).partition("/")[0] for one in sides if is_shared(one)), "")
    name = side.removeprefix(CONNECTION)
    return side if "/" in name or not workspace else f"{CONNECTION}{workspace}/{name}"


def say_proof(proof: Proof) -> None:
    """Tell what was tried of a plan, a line each, and the hash."""
    for check in proof.checks:
        state, style = ("holds", "good") if check.holds else ("fails", "error")
        terminal.say(f"{state}  {check.name}  ({check.seconds:.1f} s)", style=style, to_stdout=True)
        for line in check.found:
            terminal.say(f"         {line}", to_stdout=True)
    words = "the plan is proved" if proof.holds else "the plan does not hold"
    terminal.say(f"{words}: {proof.hash}", style="title", to_stdout=True)


def as_dict(migration: Migration, *, changes: bool = True) -> dict[str, Any]:
    """Return a plan as JSON-ready values."""
    plan: Plan = migration.plan
    return {
        "changes": changes,
        "name": migration.name,
        "hash": plan.hash,
        **{name: value for name, value in plan.as_dict().items() if name != "format"},
        "losses": [{"name": str(loss.on), "reason": loss.reason} for loss in plan.losses],
        "proof": None if migration.proof is None else migration.proof.as_dict(),
    }
