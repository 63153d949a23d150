"""PostgreSQL's own judgement of a design: it is deployed to a shadow database, which is then thrown away."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from designer_kernel.errors import Cancelled, DesignerError, ServerUnavailable
from designer_kernel.lint import Finding
from designer_kernel.postgres.judgement import rehearse

if TYPE_CHECKING:
    from designer_kernel.design import Design


def server_verdict(design: Design, *, progress: Callable[[int, int, str], None] | None = None) -> list[Finding]:
    """Return what the embedded server refuses of a design, and what it lacks; empty if all of it was created.

    Raises
    ------
    ServerUnavailable
        If the embedded server cannot start: that says nothing about the design.
    """
    try:
        missing = rehearse(design, progress=progress)
    except (ServerUnavailable, Cancelled):
        raise
    except DesignerError as error:
        return [_finding(design, "server-refused", "error", error)]
    lacking = (DesignerError(item.what, mend=item.mend) for item in missing)
    return [_finding(design, "server-lacks", "warning", error) for error in lacking]


def _finding(design: Design, code: str, severity: str, error: DesignerError) -> Finding:
    return Finding(
        code=code,
        severity=severity,  # type: ignore[arg-type]
        message=f"{error.where}: {error.what}" if error.where else error.what,
        reason=error.mend,
        target_ids=_spoken_of(design, error.where),
        mend=None,
        mend_label="",
    )


def _spoken_of(design: Design, where: str) -> tuple[UUID, ...]:
    """Return the entities whose table an error names, or the design if it names none."""
    named = (e.id for e in design.entities if e.name in re.split(r"[^\w]+", where))
    return tuple(named) or (design.id,)
