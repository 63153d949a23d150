"""Who may deploy from a page: everyone in a notebook, nobody on a served page unless its server says so."""

from __future__ import annotations

import os
from typing import Final

from designer_kernel.studio.faces import is_page

ENVIRONMENT: Final = "DESIGNER_ALLOW_DEPLOY"
"""Set to 1 where Voilà is started to allow deploying and filling from its pages."""

_YES: Final = frozenset({"1", "true", "yes", "on"})


def is_served() -> bool:
    """Whether this kernel runs for a page of Voilà, whose visitors are not its authors."""
    return is_page()


def can_deploy(*, read_only: bool, allow_deploy: bool | None) -> bool:
    """Return whether a widget may deploy and fill; an explicit ``allow_deploy`` decides, but never for read-only."""
    if read_only:
        return False
    if allow_deploy is not None:
        return allow_deploy
    return not is_served() or os.environ.get(ENVIRONMENT, "").strip().lower() in _YES


def can_see_rows(*, allow_deploy: bool | None) -> bool:
    """Return whether a page may look at rows: who only looks may in a notebook, a served page's visitors if allowed."""
    return can_deploy(read_only=False, allow_deploy=allow_deploy)


def can_choose_target(*, can_deploy: bool) -> bool:
    """Return whether a page may deploy to another database than the project's own; a page's visitors never may."""
    return can_deploy and not is_served()
