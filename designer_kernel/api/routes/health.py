"""What the service is, whether it runs, whether it can work, and its figures."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from designer_kernel.api import figures

router = APIRouter(tags=["service"])


class Health(BaseModel):
    """How the service is."""

    status: Literal["ok"] = "ok"


class Service(BaseModel):
    """What this is, and where to read on."""

    name: str = Field(examples=["Schema Designer"])
    version: str
    docs: str = "/docs"
    openapi: str = "/openapi.json"
    health: str = "/healthz"
    ready: str = "/readyz"


@router.get("/")
async def about(request: Request) -> Service:
    """Say what this is, and where to read on."""
    return Service(name=request.app.title, version=request.app.version)


@router.get("/healthz")
async def healthz() -> Health:
    """Say that the service runs."""
    return Health()


@router.get("/readyz")
async def readyz(request: Request) -> Health:
    """Say that the service can work: its database answers. Otherwise the answer is 503."""
    await request.app.state.readiness.check()
    return Health()


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """Return the figures as Prometheus reads them."""
    return Response(request.app.state.figures.text(), media_type=figures.MEDIA_TYPE)
