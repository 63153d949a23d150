"""What views are told of plans, proofs, history, drift and versions: JSON-ready values, without any secret."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.migrate.hazards import HAZARDS
from designer_kernel.migrate.prove import Proof

if TYPE_CHECKING:
    from designer_kernel.migrate.drift import Drift
    from designer_kernel.migrate.records import Record
    from designer_kernel.migrate.steps import Step
    from designer_kernel.studio.planning import Planned
    from designer_kernel.studio.versions import Version

NOTHING: Final[dict[str, Any]] = {"plan": None, "proof": None, "history": None, "drift": None}
"""Before anything was planned or read."""

_MOST: Final = 500
"""A page shows so many steps, differences or records; the rest is counted."""


def plan_document(planned: Planned, key: str, target: str) -> dict[str, Any]:
    """Return a plan."""
    plan = planned.plan
    return {
        "key": key,
        "name": planned.migration.name,
        "target": target,
        "mode": plan.mode,
        "hash": plan.hash,
        "words": _plan_words(planned),
        "steps": [step_document(step) for step in plan.up[:_MOST]],
        "left_out": max(len(plan.up) - _MOST, 0),
        "down": [{"title": step.title, "statements": list(step.statements)} for step in plan.down[:_MOST]],
        "losses": [{"name": str(loss.on), "reason": loss.reason} for loss in plan.losses],
        "questions": [question.as_dict() for question in planned.questions],
        "unmanaged": [str(fact) for fact in planned.unmanaged[:_MOST]],
        "notes": list(planned.notes),
    }


def step_document(step: Step) -> dict[str, Any]:
    """Return a step with its locks and hazards in words."""
    return {
        "title": step.title,
        "action": step.action,
        "statements": list(step.statements),
        "stage": step.stage,
        "is_transactional": step.is_transactional,
        "rows": step.rows,
        "locks": [
            {
                "relation": ".".join(effect.relation),
                "lock": str(effect.lock),
                "blocks": effect.lock.blocks,
                "rewrites": effect.rewrites,
                "scans": effect.scans,
            }
            for effect in step.effects
        ],
        "hazards": [
            {"name": one.name, "words": HAZARDS.get(one.name, one.name), "reason": one.reason, "query": one.query}
            for one in step.hazards
        ],
    }


def proof_document(proof: Proof | None) -> dict[str, Any] | None:
    """Return a proof as a table of checks."""
    if proof is None:
        return None
    return {"hash": proof.hash, "holds": proof.holds, "checks": proof.as_dict()["checks"]}


def history_document(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Return what was applied to a target, newest first."""
    return [record.as_dict() for record in list(records)[::-1][:_MOST]]


def drift_document(drift: Drift | None) -> dict[str, Any] | None:
    """Return what was changed in a target behind our back."""
    if drift is None:
        return None
    found = [str(difference) for difference in drift.differences]
    words = "nothing was changed behind our back" if drift.is_clean else f"{_counted(len(found), 'difference')} found"
    return {"is_clean": drift.is_clean, "words": words, "differences": found[:_MOST]}


def versions_document(versions: Iterable[Version]) -> list[dict[str, Any]]:
    """Return the versions of a design, newest first."""
    return [
        {
            "number": version.number,
            "message": version.message,
            "who": version.who,
            "when": version.when.isoformat(timespec="seconds"),
        }
        for version in list(versions)[::-1]
    ]


def _plan_words(planned: Planned) -> str:
    plan = planned.plan
    if not plan:
        return "the target is as the design means it: nothing to do"
    words = _counted(len(plan.up), "step")
    if plan.mode == "online":
        words += f" in {_counted(len({step.stage for step in plan.up}), 'stage')}, others go on working meanwhile"
    else:
        words += " in one transaction"
    if plan.losses:
        words += f"; {_counted(len(plan.losses), 'loss', 'losses')} to allow"
    return words


def _counted(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
