"""Audited: every change is written to an append-only log as JSON, by trigger."""

from __future__ import annotations

from typing import ClassVar, Literal

from designer_kernel.design.traits._base import Trait
from designer_kernel.design.values import Name


class Audited(Trait):
    """Changes go to the table ``log``, one for all audited entities; ``exclude`` names attributes kept out of it."""

    order: ClassVar[int] = 70
    title: ClassVar[str] = "audited"

    kind: Literal["audited"] = "audited"
    log: Name = "audit_log"
    exclude: tuple[Name, ...] = ()
