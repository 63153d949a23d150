"""Opening a project costs what a project needs: no library of data or of a team, which take a second to import."""

from __future__ import annotations

import subprocess
import sys


def test_a_project_is_there_without_libraries_of_data() -> None:
    program = (
        "import sys, designer_kernel.studio.project\n"
        "heavy = {'numpy', 'pandas', 'pyarrow', 'faker', 'sqlalchemy', 'IPython', 'ipywidgets'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
