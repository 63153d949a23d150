"""Errors that a service answers with, as those that the same use case raises where the store is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from designer_kernel.errors import DesignerError, EditConflict, InvalidDesign, UnknownObject
from designer_kernel.studio.team.conflicts import Choice, Clash, Conflict, Theirs
from designer_kernel.studio.team.refusals import (
    AlreadyThere,
    BadInput,
    NotAllowed,
    NotFound,
    NotLoggedIn,
    TooManyAttempts,
)


class ServiceRefused(DesignerError):
    """Something that a service refuses; it gets the service's own code."""

    code = "service_refused"


_KINDS: Final[Mapping[str, type[DesignerError]]] = {
    one.code: one
    for one in (AlreadyThere, BadInput, EditConflict, InvalidDesign, NotAllowed, NotFound, NotLoggedIn, UnknownObject)
}


def raised(status: int, problem: Any, retry_after: float) -> DesignerError:
    """Return the error that the body of an answer tells of.

    Parameters
    ----------
    status
        The status of the answer; it is all there is if something else than a service answered.
    retry_after
        In how many seconds it may be tried again.
    """
    if not isinstance(problem, dict) or not isinstance(problem.get("message"), str):
        return ServiceRefused(f"something that is no service answered ({status})", mend="look at the address")
    code, what = str(problem.get("code", "")).lower(), problem["message"]
    details = problem.get("details") or [{}]
    more = str(details[0].get("what", ""))
    if more and more not in what:  # such as which limit a field is beyond
        what = more if what in more else f"{what}: {more}"
    words = {"where": str(details[0].get("where", "")), "mend": str(details[0].get("mend", ""))}
    if code == "edit_conflict" and isinstance(problem.get("conflict"), dict):
        return _conflict(EditConflict(what, **words), problem["conflict"])
    if code == TooManyAttempts.code:
        return TooManyAttempts(what, seconds=retry_after, **words)
    kind = _KINDS.get(code)
    if kind is not None:
        return kind(what, **words)
    error = ServiceRefused(what, **words)
    error.code = code or ServiceRefused.code
    return error


def _conflict(error: EditConflict, said: Mapping[str, Any]) -> Conflict:
    return Conflict(
        error,
        base_revision=said["base_revision"],
        revision=said["revision"],
        yours=said["yours"],
        theirs=tuple(
            Theirs(one["revision"], one["who"], datetime.fromisoformat(one["when"]), one["label"])
            for one in said["theirs"]
        ),
        clashes=tuple(Clash(**{**one, "id": UUID(one["id"])}) for one in said["clashes"]),
        choices=tuple(Choice(**one) for one in said["choices"]),
    )
