"""The gate before everything that loses rows or values: each loss has to be named, one by one; there is no wildcard."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from designer_kernel.errors import DesignerError
from designer_kernel.migrate.losses import Loss, losses_of, losses_of_script
from designer_kernel.migrate.steps import Plan

__all__ = ["Loss", "LossRefused", "check", "check_allowed", "losses_of_script"]


class LossRefused(DesignerError):
    """What would lose rows or values that nobody allowed by name.

    Parameters
    ----------
    losses
        Those that are not allowed.
    """

    code = "loss_refused"

    def __init__(self, what: str, *, where: str = "", mend: str = "", losses: Sequence[Loss] = ()) -> None:
        super().__init__(what, where=where, mend=mend)
        self.losses = tuple(losses)

    def as_dict(self) -> dict[str, Any]:
        return super().as_dict() | {
            "losses": [
                {"name": str(loss.on), "reason": loss.reason, "rows": loss.rows, "line": loss.line}
                for loss in self.losses
            ]
        }


def check_allowed(plan: Plan, allow: Collection[str]) -> None:
    """Refuse a plan unless each of its losses on the way up is named.

    Parameters
    ----------
    allow
        Names of what may lose rows or values: ``column shop.items.qty``, or ``shop.items.qty`` alone.

    Raises
    ------
    LossRefused
        If a loss is not named, or a name is that of no loss.
    """
    check(losses_of(plan), allow)


def check(losses: Sequence[Loss], allow: Collection[str], *, where: str = "") -> None:
    """Refuse losses that are not named, see `check_allowed`.

    Raises
    ------
    LossRefused
        If a loss is not named, or a name is that of no loss.
    """
    named = set(allow)
    known = {name for loss in losses for name in loss.names}
    if unknown := sorted(named - known):
        some = ", ".join(str(loss.on) for loss in losses) or "nothing"
        raise LossRefused(
            f"nothing is lost by the name of {', '.join(unknown)}",
            where=where,
            mend=f"leave it out; what is lost here: {some}",
        )
    if refused := [loss for loss in losses if not named & set(loss.names)]:
        lines = "".join(f"\n  - {loss}" for loss in refused)
        names = ", ".join(repr(str(loss.on)) for loss in refused)
        raise LossRefused(
            f"rows or values would be lost, and nobody has allowed it:{lines}",
            where=where,
            mend=f"if that is what you want, name each one: allow=[{names}]; they are salvaged first",
            losses=refused,
        )
