"""Why rows and other things that people ask for by name are refused, with a team and without one."""

from __future__ import annotations

from designer_kernel.errors import DesignerError


class BadInput(DesignerError, ValueError):
    """Something that cannot be meant; ``where`` names the field."""

    code = "bad_input"


class NotFound(DesignerError, LookupError):
    """What is not there, or is none of the actor's business, which is the same to them."""

    code = "not_found"


class AlreadyThere(DesignerError):
    """Something of this name or key exists."""

    code = "already_there"
