"""PostgreSQL's own judgement of a design: it is deployed to a shadow database, which is then thrown away."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from designer_kernel.errors import Cancelled, DesignerError, ServerUnavailable
from designer_kernel.lint import Finding
from designer_kernel.postgres import deploy
from designer_kernel.studio import target

if TYPE_CHECKING:
    from designer_kernel.design import Design


def server_verdict(design: Design, *, progress: Callable[[int, int, str], None] | None = None) -> list[Finding]:
    """Return what the embedded server refuses of a design, and what it lacks; empty if all of it was created.

    Raises
    ------
    ServerUnavailable
        If the embedded server cannot start: that says nothing about the design.
    """
    with target.shadow_url() as url:
        try:
            deployment = deploy.deploy(design, url, allow_missing=True, progress=progress)
        except (ServerUnavailable, Cancelled):
            raise
        except DesignerError as error:
            return [_finding(design, "refused", "error", error)]
    return [
        Finding(
            code="server-lacks",
            severity="warning",
            message=str(missing),
            reason="the embedded server does not have it, so what needs it was left out",
            target_ids=(),
            mend=None,
            mend_label="",
        )
        for missing in deployment.missing
    ]


def _finding(design: Design, code: str, severity: str, error: DesignerError) -> Finding:
    return Finding(
        code=f"server-{code}",
        severity=severity,
        message=f"{error.where}: {error.what}" if error.where else error.what,
        reason=f"PostgreSQL says so. {error.mend}".strip(),
        target_ids=(design.id,),
        mend=None,
        mend_label="",
    )
