"""Progress of long work, as a notebook shows it."""

from __future__ import annotations

from designer_kernel.studio.progress import ProgressBar


def bar(title: str) -> ProgressBar:
    """Return a bar that stays when the work is done."""
    from tqdm.auto import tqdm

    # a bar that is taken away leaves "model not found" in pages of Voilà, which show what was when all cells had run
    return ProgressBar(title, tqdm, leave=True, bar_format="{l_bar}{bar} {n_fmt}/{total_fmt} [{elapsed}{postfix}]")
