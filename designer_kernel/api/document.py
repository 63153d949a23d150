"""The OpenAPI document: what FastAPI reads from the types, with our errors and who may ask without a token."""

from __future__ import annotations

from typing import Any, Final

from anyio import to_thread
from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from designer_kernel.api.errors import MEDIA_TYPE, Problem
from designer_kernel.api.guard import OPEN
from designer_kernel.api.wording import without_null

PATH: Final = "/openapi.json"

_PROBLEM: Final = {"$ref": "#/components/schemas/Problem"}
_ALWAYS: Final = {
    "400": "The request does not say what it should",
    "429": "Asked too often; Retry-After says when to ask again",
    "500": "Something went wrong that is not the asker's to mend",
    "503": "The designer's database is away; Retry-After says when to ask again",
}
_LOGGED_IN: Final = {
    "401": "No access token, or one that is worth nothing any more",
    "403": "A member without the right",
    "404": "Nothing of this id, or nothing that the asker belongs to",
    "409": "Something is in the way: a name that is taken, a change by somebody else, a state that does not fit",
}
_BODIES: Final = {
    "408": "The body did not arrive in time",
    "413": "The body is too large",
    "415": "The body is no JSON",
}
_CHANGES: Final = {"412": "Changed since it was seen (If-Match)"}


async def page(request: Request) -> JSONResponse:
    """Return the document."""
    return JSONResponse(await described(request.app))


async def described(app: FastAPI) -> dict[str, Any]:
    """Return the document as `describe` does, which keeps no other request waiting while it is made."""
    if app.openapi_schema is None:
        await to_thread.run_sync(describe, app, limiter=app.state.describing)
    return describe(app)


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of an application; it is made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes, tags=app.openapi_tags
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    own = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    schemas.update(own.pop("$defs", {}))
    schemas["Problem"] = own
    document["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(operation, method.upper(), path)
    return document


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = without_null(parameter["schema"])
    is_open = (method, path) in OPEN
    told = dict(_ALWAYS)
    if not is_open:
        told |= _LOGGED_IN
    elif path.startswith("/api/auth/"):
        told |= {status: _LOGGED_IN[status] for status in ("401", "403", "409")}
    if method in ("POST", "PUT", "PATCH", "DELETE"):
        told |= _BODIES
    if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", ())):
        told |= _CHANGES
    responses = operation["responses"]
    responses.pop("422", None)
    for status, words in sorted(told.items()):
        responses.setdefault(status, {"description": words, "content": {MEDIA_TYPE: {"schema": _PROBLEM}}})
    operation["security"] = [] if is_open else [{"token": []}]
