"""Queries that no route takes: they are refused, since who asks for page two and gets page one would not know."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute

from designer_kernel.api import mending


async def only_known(request: Request) -> None:
    """Refuse query parameters that the route does not take, and those that come twice where one is taken.

    Raises
    ------
    RequestValidationError
        If there are some.
    """
    route = request.scope["route"]
    if not request.scope["query_string"] or not isinstance(route, APIRoute):
        return
    known, wrong = mending.names(route), []
    for name, times in Counter(name for name, _value in request.query_params.multi_items()).items():
        if name not in known:
            wrong.append(_wrong("extra_forbidden", name, "this path takes no such parameter"))
        elif times > 1 and not mending.is_list(route, name):
            wrong.append(_wrong(mending.REPEATED, name, "this parameter comes more than once"))
    if wrong:
        raise RequestValidationError(wrong)


def _wrong(kind: str, name: str, what: str) -> dict[str, Any]:
    return {"type": kind, "loc": ("query", name), "msg": what}
