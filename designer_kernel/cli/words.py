"""Numbers with their words, in singular and plural."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from designer_kernel.lint import Finding

_SEVERITIES: Final = {"error": "error", "warning": "warning", "info": "note"}


def counted(number: int, word: str) -> str:
    """Return ``1 error``, ``2 errors``, ``1,000 rows``, ``3 entities``."""
    plural = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number:,} {word if number == 1 else plural}"


def summary(findings: Iterable[Finding]) -> str:
    """Return how many findings of each severity there are."""
    severities: list[str] = [finding.severity for finding in findings]
    return ", ".join(counted(severities.count(severity), word) for severity, word in _SEVERITIES.items())
