"""PostgreSQL's own judgement of a design: it is deployed to a shadow database, which is then thrown away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from designer_kernel.errors import Cancelled, DesignerError, ServerUnavailable, StatementFailed
from designer_kernel.lint import Finding
from designer_kernel.postgres.judgement import rehearse

if TYPE_CHECKING:
    from designer_kernel.design import Design

_QUOTED: Final = re.compile(r"""["'`]([^"'`]+)["'`]""")
_WORD: Final = re.compile(r"\w+")
_EXCERPT: Final = 120


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


def with_verdict(verdict: Iterable[Finding], findings: Iterable[Finding]) -> list[Finding]:
    """Return PostgreSQL's objections and the rules' findings as one list, each fault once.

    Where a rule has found the very thing that PostgreSQL refuses, the rule's finding stays, since it offers a mend;
    what the server said is put to its reason.
    """
    own = list(findings)
    rest = []
    for said in verdict:
        same = next((place for place, finding in enumerate(own) if _is_same(said, finding)), None)
        if same is None:
            rest.append(said)
        else:
            own[same] = replace(own[same], reason=f"{own[same].reason} PostgreSQL says: {said.message}".strip())
    return [*rest, *own]


def _is_same(said: Finding, finding: Finding) -> bool:
    """Whether the server refused what a rule calls an error: the name that the server quotes is in both."""
    if said.code != "server-refused" or finding.severity != "error":
        return False
    return bool(set(_QUOTED.findall(said.message)) & set(_WORD.findall(finding.message)))


def _finding(design: Design, code: str, severity: str, error: DesignerError) -> Finding:
    return Finding(
        code=code,
        severity=severity,  # type: ignore[arg-type]
        message=(f"{error.where}: {error.what}" if error.where else error.what) + _excerpt(error),
        reason=error.mend,
        target_ids=_spoken_of(design, error.where),
        mend=None,
        mend_label="",
    )


def _excerpt(error: DesignerError) -> str:
    """Return the line of the statement that the server points at, cut to what a reader takes in."""
    if not isinstance(error, StatementFailed) or not error.statement:
        return ""
    lines = error.statement.strip().splitlines()
    line = lines[min(max(error.position[0] - 1, 0), len(lines) - 1)].strip()
    return f" — in: {line if len(line) <= _EXCERPT else line[: _EXCERPT - 1] + '…'}"


def _spoken_of(design: Design, where: str) -> tuple[UUID, ...]:
    """Return the entities whose table an error names, or the design if it names none."""
    named = (e.id for e in design.entities if e.name in re.split(r"[^\w]+", where))
    return tuple(named) or (design.id,)
