"""What a rule found, and how it may be mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from designer_kernel.design.edits import Edit

Severity = Literal["error", "warning", "info"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
"""From what PostgreSQL will refuse to what is only worth knowing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a design that is wrong, risky or worth knowing.

    Parameters
    ----------
    code
        The rule that found it.
    severity
        ``error``: PostgreSQL will refuse it or it cannot work; ``warning``: it will hurt; ``info``: worth knowing.
    message
        What was found, about these very items.
    reason
        Why it matters.
    target_ids
        The items it is about, the one to select first.
    mend
        An edit that makes the finding go away, if there is one that is right in most cases.
    mend_label
        What the edit does, in a few words.
    """

    code: str
    severity: Severity
    message: str
    reason: str
    target_ids: tuple[UUID, ...]
    mend: Edit | None = None
    mend_label: str = ""
