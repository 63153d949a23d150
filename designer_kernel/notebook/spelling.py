"""Mends in the words of magics."""

from __future__ import annotations

from typing import Final

from designer_kernel.studio.spelling import Spelling, spelling

MAGICS: Final[Spelling] = spelling(
    (r"leave the table out by tables=…(?=$)", "fill the other tables: project.fill(tables=[…])"),
    (r"(^|[,;] )(or )?[^,;]*\btables=…[^,;]*", ""),
    (r"allow_missing=True", "--allow-missing"),
    (r"replace=True", "--replace"),
    (r"dk\.new\(\'([^\']*)\'\) makes it", r"%design \1 --new makes it"),
    (r"project\.deploy\(\)", "%deploy"),
    (r"project\.plan\(\)", "%plan"),
)
"""What Python's words are in a magic."""
