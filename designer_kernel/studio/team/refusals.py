"""Why a use case is refused; the API turns each into its status, notebooks and shell show the words."""

from __future__ import annotations

from designer_kernel.errors import DesignerError
from designer_kernel.studio.refusals import AlreadyThere, BadInput, NotFound

__all__ = ["AlreadyThere", "BadInput", "NotAllowed", "NotFound", "NotLoggedIn", "NotYet", "TooManyAttempts"]


class NotLoggedIn(DesignerError):
    """Nobody, or a token that is not worth anything (any more)."""

    code = "not_logged_in"


class NotAllowed(DesignerError):
    """A member without the right."""

    code = "not_allowed"


class NotYet(DesignerError):
    """What it needs is not there yet; somebody can give it."""

    code = "not_yet"


class TooManyAttempts(DesignerError):
    """Something was tried too often.

    Parameters
    ----------
    seconds
        When it may be tried again.
    """

    code = "too_many_attempts"

    def __init__(self, what: str, *, where: str = "", mend: str = "", seconds: float = 1.0) -> None:
        super().__init__(what, where=where, mend=mend)
        self.seconds = seconds
