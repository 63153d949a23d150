"""Mends in the words of the shell."""

from __future__ import annotations

from typing import Final

from designer_kernel.studio.spelling import Spelling, spelling

SHELL: Final[Spelling] = spelling(
    (r"leave the table out by tables=…(?=$)", "fill the other tables from Python: project.fill(tables=[…])"),
    (r"(^|[,;] )(or )?[^,;]*\btables=…[^,;]*", ""),
    (r"allow_missing=True", "--allow-missing"),
    (r"leave_out=True", "--leave-out"),
    (r"dk\.new\(('[^']*')\) makes it", r"designer new -o \1 makes it"),
    (r"choose another name, or replace=True", "choose another name, or add --force"),
    (r"replace=True", "--replace"),
    (r'have them replaced \(mode="replace"\)', "have them replaced: --replace"),
    (r"trusted=True \(--trusted\)", "--trusted"),
    (r"trusted=True", "--trusted"),
    (r"or give a new table: into=…", "or give a new table: --into TABLE"),
    (r"run_python=True", "--run-python"),
    (r"mends='all'", "--mend all"),
    (r", (?='[^']*'[^\[]*\])", " --allow "),  # the names in allow=['one', 'other'], each by itself
    (r"allow=\[([^\]]*)\]", r"--allow \1"),
    (r"project\.prove\(plan\), or designer prove", "designer prove PLAN"),
    (r"project\.save_version\('message'\)", "designer versions FILE --save MESSAGE"),
    (
        r"go on with that one \(resume\), or give it up \(abandon\)",
        "go on with it: designer resume, or designer abandon",
    ),
    (r"say which database it is for: url=…", "say which database it is for: --on URL"),
    (r"project\.deploy\(\)", "designer deploy FILE URL"),
    (
        r"project\.reload\(\) takes their version; project\.save_as\(path\) keeps yours beside it",
        "run the command again",
    ),
)
"""What Python's words are in the shell."""
