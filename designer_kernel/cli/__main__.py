"""``python -m designer_kernel.cli``: the ``designer`` command."""

from __future__ import annotations

from designer_kernel.cli import main

main()
