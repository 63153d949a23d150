"""Mends in the words of the shell."""

from __future__ import annotations

from typing import Final

from designer_kernel.studio.spelling import Spelling, spelling

SHELL: Final[Spelling] = spelling(
    (r"leave the table out by tables=…(?=$)", "fill the other tables from Python: project.fill(tables=[…])"),
    (r"(^|[,;] )(or )?[^,;]*\btables=…[^,;]*", ""),
    (r"allow_missing=True", "--allow-missing"),
    (r"replace=True", "--replace"),
    (r"trusted=True \(--trusted\)", "--trusted"),
    (r"trusted=True", "--trusted"),
    (r"mends='all'", "--mend all"),
    (r"project\.deploy\(\)", "designer deploy FILE URL"),
    (
        r"project\.reload\(\) takes their version; project\.save_as\(path\) keeps yours beside it",
        "run the command again",
    ),
)
"""What Python's words are in the shell."""
