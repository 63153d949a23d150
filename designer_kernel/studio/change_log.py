"""The change log of a project: one line of JSON for each change, appended beside its file and never written again."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.studio import json_lines
from designer_kernel.studio.author import whoever
from designer_kernel.studio.locations import project_name

if TYPE_CHECKING:
    from designer_kernel.studio.changes import Change

SUFFIX: Final = ".changes.jsonl"
"""End of the name of the file beside a project's file."""

_WHAT: Final = "the change log"
_LONGEST: Final = 8192
"""An edit that is longer, such as an import, is told by its label alone: the versions hold what it led to."""


class ChangeLog:
    """The changes of a project, whoever made them and in whatever session.

    Parameters
    ----------
    path
        Its file; it is made with the first change.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, file: Path) -> ChangeLog:
        """Return the log of the project in a file: ``shop.changes.jsonl`` beside ``shop.design.yaml``."""
        return cls(file.with_name(project_name(file) + SUFFIX))

    def add(self, change: Change, label: str) -> None:
        """Append a change. That the log cannot be written is no reason not to change the design."""
        entry = {
            "revision": change.revision,
            "when": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "who": whoever(),
            "process": os.getpid(),
            "origin": change.origin,
            "label": label,
            "edit": None if change.edit is None else _short(change.edit.model_dump(mode="json")),
        }
        json_lines.append(self.path, entry, _WHAT)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Yield the changes, the oldest first; a line that a crash cut off is left out."""
        return json_lines.entries(self.path, _WHAT)

    def newest(self, before: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the changes with their numbers in the log, the newest first; those before a number, if it is given."""
        return json_lines.newest(self.path, before)

    def revisions_here(self) -> dict[int, int]:
        """Return the numbers of this process's changes, the newest of each revision, with their revisions."""
        process = os.getpid()
        found: dict[int, int] = {}
        for number, entry in self.newest():
            if entry.get("process") == process and isinstance(revision := entry.get("revision"), int):
                found.setdefault(revision, number)
        return {number: revision for revision, number in found.items()}


def _short(edit: dict[str, Any]) -> dict[str, Any]:
    text = json.dumps(edit, ensure_ascii=False)
    return edit if len(text) <= _LONGEST else {"kind": edit.get("kind"), "length": len(text)}
