"""The application: layers from the outside in, and the routes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from itertools import chain

from anyio import CapacityLimiter, to_thread
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.middleware.cors import CORSMiddleware
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse

from designer_kernel.api import document, errors, handbook, questions
from designer_kernel.api.figures import Figures
from designer_kernel.api.filling import Fills
from designer_kernel.api.guard import Guard, Identify
from designer_kernel.api.limits import Bodies
from designer_kernel.api.paths import Paths
from designer_kernel.api.proxies import Proxies
from designer_kernel.api.readiness import Readiness
from designer_kernel.api.routes import ROUTERS
from designer_kernel.api.settings import Settings
from designer_kernel.api.telling import Telling
from designer_kernel.api.turns import TakingTurns
from designer_kernel.errors import DesignerError
from designer_kernel.studio.team.caching.cache import here
from designer_kernel.studio.team.caching.hearing import keep_fresh
from designer_kernel.studio.team.listening import Listener
from designer_kernel.studio.team.people import actor_of
from designer_kernel.studio.team.team import Team

_ABOUT = """Designs of PostgreSQL databases that a team shares.

Every path but those to log in, and to see whether the service runs, needs an access token:
`Authorization: Bearer …`. Every error has one body, `Problem`. Lists come in pages. A POST with an `Idempotency-Key`
may be sent again. What is changed may be tied to what was seen: `ETag`, `If-Match`."""


def create_app(team: Team, settings: Settings | None = None, identify: Identify = actor_of) -> FastAPI:
    """Return the API of a team.

    Parameters
    ----------
    team
        What all routes ask.
    settings
        Limits and rates.
    identify
        Tells whose an access token is.
    """
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        to_thread.current_default_thread_limiter().total_tokens = settings.threads
        listener = Listener(team.store)
        keep_fresh(listener)
        yield
        await to_thread.run_sync(listener.stop)
        await to_thread.run_sync(fills.close)

    fills = Fills(team)
    app = FastAPI(
        title="Schema Designer",
        version=version("schema-designer"),
        description=_ABOUT,
        openapi_url=None,  # its route would make it while all others wait
        docs_url=None,  # its page takes its code from another host
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        dependencies=[Depends(questions.only_known)],
    )
    figures = Figures(team.store, here())
    app.state.team, app.state.figures, app.state.fills = team, figures, fills
    app.state.readiness = Readiness(team.store)
    for router in ROUTERS:
        app.include_router(router)
    app.state.describing = CapacityLimiter(1)  # the document is made once
    app.add_api_route(document.PATH, document.page, include_in_schema=False)
    app.add_api_route(handbook.PATH, handbook.page, include_in_schema=False, response_class=HTMLResponse)
    app.openapi = lambda: document.describe(app)  # type: ignore[method-assign]
    _tell_errors(app)
    # the last that is added is the first that a request meets
    app.add_middleware(TakingTurns, settings=settings)
    app.add_middleware(Bodies, settings=settings)
    app.add_middleware(Guard, team=team, identify=identify, settings=settings)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "If-Match", "Idempotency-Key", "X-Request-Id"],
            expose_headers=["ETag", "Retry-After", "X-Request-Id"],
        )
    app.add_middleware(Telling, figures=figures, proxies=Proxies(settings.trusted_proxies))
    return app


def _tell_errors(app: FastAPI) -> None:
    paths = Paths([*chain.from_iterable(router.routes for router in ROUTERS), *app.routes])

    async def of_router(request: Request, error: Exception) -> JSONResponse:
        if isinstance(error, HTTPException):
            error = paths.refusal(error, request.method, request.scope["path"])
        return await errors.tell(request, error)

    app.add_exception_handler(HTTPException, of_router)
    app.add_exception_handler(RequestValidationError, errors.tell)
    app.add_exception_handler(DesignerError, errors.tell)
