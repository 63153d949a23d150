"""Errors as the API tells them: one body for all, whatever went wrong, and nothing in it of SQL, stacks or hosts."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Any, Final

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from starlette.exceptions import HTTPException

from designer_kernel.api import mending, statements
from designer_kernel.errors import DesignerError, NameTaken, ServerUnavailable, StatementFailed
from designer_kernel.studio.team.conflicts import Conflict
from designer_kernel.studio.team.refusals import TooManyAttempts

MEDIA_TYPE: Final = "application/problem+json"
_BUSY: Final = frozenset({"08", "40", "53", "55", "57", "58", "XX"})
"""Classes of SQLSTATEs that are nobody's fault who asks."""

_LONGEST: Final = 2000
"""Characters of a message; what quotes a user's own text may be long."""

STATUS: Final[Mapping[str, int]] = {
    "bad_input": 400,
    "invalid_design": 400,
    "invalid_document": 400,
    "invalid_identifier": 400,
    "invalid_sql": 400,
    "sample_plan": 400,
    "statement_failed": 400,
    "not_logged_in": 401,
    "not_allowed": 403,
    "not_found": 404,
    "unknown_object": 404,
    "address_refused": 400,
    "connection_failed": 400,
    "already_there": 409,
    "conversion_needed": 409,
    "loss_refused": 409,
    "not_deployed": 409,
    "not_yet": 409,
    "not_as_meant": 409,
    "edit_conflict": 409,
    "deploy_refused": 409,
    "cancelled": 409,
    "too_many_attempts": 429,
    "room_broken": 503,
    "store_unavailable": 503,
    "server_unavailable": 503,
}
"""The status of each code of a `DesignerError`; any other is nothing that the asker could mend: 500, without words."""

INSIDE: Final = frozenset(
    {
        "bad_checkpoint",
        "bad_key",
        "bad_segment",
        "broken_chain",
        "key_missing",
        "secret_unreadable",
        "unsafe_key",
    }
)
"""Codes of errors that only who runs the service can mend: the log has them, the answer is 500."""

_CODES: Final[Mapping[int, str]] = {
    400: "bad_request",
    401: "not_logged_in",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    412: "changed_meanwhile",
    413: "body_too_large",
    415: "unsupported_media_type",
    429: "too_many_attempts",
    500: "internal_error",
    503: "unavailable",
}


class Detail(BaseModel):
    """What exactly is wrong: where, what, and what to do about it."""

    where: str = Field(examples=["body.name"])
    what: str = Field(examples=["this cannot be a name"])
    mend: str = Field("", examples=["give 1 to 255 characters"])


class Problem(BaseModel):
    """An error: ``code``, ``message`` and ``details`` for people and programs, and the members of RFC 9457."""

    code: str = Field(examples=["BAD_INPUT"])
    message: str = Field(examples=["this cannot be a name"])
    details: list[Detail] = []
    type: str = Field(examples=["urn:schema-designer:problem:bad_input"])
    title: str = Field(examples=["Bad Request"])
    status: int = Field(examples=[400])
    instance: str = Field(examples=["/api/workspaces"])
    request_id: str = Field(examples=["01990d5e-3a7c-7c4e-9d0e-2f6f9f1f6b1a"])
    conflict: dict[str, Any] | None = Field(
        None, description="Of a change that others were in the way of: both sides, and the choices."
    )


class Refused(DesignerError):
    """A request that is refused for what it is, before any use case hears of it.

    Parameters
    ----------
    status
        The status of the answer.
    headers
        What the status asks for beside it, such as ``Allow``.
    """

    def __init__(
        self, status: int, what: str, *, where: str = "", mend: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(what, where=where, mend=mend)
        self.status = status
        self.code = _CODES[status]
        self.headers = dict(headers or {})


async def tell(request: Request, error: Exception) -> JSONResponse:
    """Return the answer for an error that a route or the router raised."""
    scope = request.scope
    return answer(
        error, path=scope["path"], request_id=scope.get("state", {}).get("request", ""), route=scope.get("route")
    )


def answer(error: Exception, *, path: str, request_id: str, route: object = None) -> JSONResponse:
    """Return the answer for any error.

    Parameters
    ----------
    path, request_id
        What was asked, and as which request.
    route
        What the request was for, if it came so far: how to mend it depends on what is taken there.
    """
    status, code, message, details, headers = _read(error, route)
    problem = Problem(
        code=code.upper(),
        message=_shown(message),
        details=details,
        type=f"urn:schema-designer:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=status,
        instance=path,
        request_id=request_id,
        conflict=_sides(error) if isinstance(error, Conflict) else None,
    )
    return JSONResponse(problem.model_dump(exclude_none=True), status, headers, media_type=MEDIA_TYPE)


def is_inner(error: Exception) -> bool:
    """Return whether an error is nothing that who asked could mend: then it is for the log."""
    return _read(error)[0] >= 500


def words(error: Exception) -> str:
    """Return what is told of an error to who hears of it later."""
    _status, _code, message, details, _headers = _read(error)
    return _shown("; ".join([message, *(f"{one.where}: {one.mend or one.what}".strip(": ") for one in details)]))


Read = tuple[int, str, str, list[Detail], dict[str, str]]
"""What an error comes to: status, code, message, details, headers."""

_INTERNAL: Final[Read] = (500, "internal_error", "something went wrong that is not yours to mend", [], {})


def _read(error: Exception, route: object = None) -> Read:
    if isinstance(error, DesignerError):
        return _of_designer(error)
    if isinstance(error, RequestValidationError):
        details = [_of_field(one, route) for one in error.errors()[:100]]
        return 400, "bad_input", "the request does not say what it should", details, {}
    if isinstance(error, HTTPException):
        return _of_router(error)
    if isinstance(error, OperationalError | NoConnectionLeft):
        return 503, "unavailable", "the designer's database is busy or away", [], {"Retry-After": "2"}
    if isinstance(error, IntegrityError):
        return 409, "already_there", "somebody else was faster: this exists, or what it needs has gone", [], {}
    if isinstance(error, DataError):
        return 400, "bad_input", "PostgreSQL cannot keep a value of this request", [], {}
    return _INTERNAL


def _of_designer(error: DesignerError) -> Read:
    if isinstance(error, Refused):
        return error.status, error.code, error.what, _details(error), error.headers
    if isinstance(error, NameTaken):
        return 409, "already_there", error.what, _details(error), {}
    status = STATUS.get(error.code)
    if status is None:
        return _INTERNAL
    if isinstance(error, ServerUnavailable):  # its words may name a host
        return status, error.code, "the PostgreSQL server cannot be reached", [], {"Retry-After": "5"}
    if isinstance(error, StatementFailed):
        return _of_statement(error)
    headers: dict[str, str] = {}
    if isinstance(error, TooManyAttempts):
        headers["Retry-After"] = str(max(1, ceil(error.seconds)))
    elif status == 503:
        headers["Retry-After"] = "2"
    elif status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return status, error.code, error.what, _details(error), headers


def _of_statement(error: StatementFailed) -> Read:
    """Return what is told of a refusal by PostgreSQL: its own words may quote SQL and rows."""
    if error.sqlstate[:2] in _BUSY:
        return 503, "unavailable", "PostgreSQL could not do it just now", [], {"Retry-After": "2"}
    if not error.sqlstate:
        return 400, error.code, "PostgreSQL refused it", [], {}
    place, mend = _shown(statements.where(error)), _shown(statements.mend(error))
    state = [Detail(where=place, what=f"SQLSTATE {error.sqlstate}", mend=mend)]
    return 400, error.code, statements.message(error), state, {}


def _sides(error: Conflict) -> dict[str, Any]:
    told = error.as_dict()
    return {name: told[name] for name in ("base_revision", "revision", "yours", "theirs", "clashes", "choices")}


def _details(error: DesignerError) -> list[Detail]:
    if not error.where and not error.mend:
        return []
    return [Detail(where=_shown(error.where), what=_shown(error.what), mend=_shown(error.mend))]


def _of_field(error: Mapping[str, Any], route: object) -> Detail:
    place = ".".join(str(part) for part in error.get("loc", ()))
    what = str(error.get("msg", "this does not fit")).removeprefix("Value error, ")
    return Detail(where=_shown(place), what=_shown(what), mend=_shown(mending.mend(error, route)))


def _of_router(error: HTTPException) -> Read:
    status = 400 if error.status_code == 422 else error.status_code
    known = status if status in _CODES else (500 if status >= 500 else 400)
    messages = {
        400: "the request cannot be read",
        404: "there is no such path",
        405: "this cannot be done with this path",
        413: "the body is too large",
    }
    message = messages.get(known, HTTPStatus(known).phrase.lower())
    return known, _CODES[known], message, [], dict(error.headers or {})


def _shown(text: str) -> str:
    """Return text without lone surrogates, which no JSON can hold, and not too long."""
    plain = text.encode("utf-8", "replace").decode("utf-8")
    return plain if len(plain) <= _LONGEST else plain[:_LONGEST] + "…"
