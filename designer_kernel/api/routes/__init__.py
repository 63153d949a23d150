"""The routes, one module for each resource."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from designer_kernel.api.routes import (
    audits,
    auth,
    connections,
    deployments,
    designs,
    entities,
    exchange,
    fills,
    health,
    invitations,
    members,
    presence,
    projects,
    relationships,
    rows,
    schemas,
    versions,
    workspaces,
)

ROUTERS: Final[tuple[APIRouter, ...]] = (
    health.router,
    auth.router,
    workspaces.router,
    members.router,
    invitations.router,
    exchange.router,
    projects.router,
    entities.router,
    relationships.router,
    versions.router,
    designs.router,
    schemas.router,
    deployments.router,
    presence.router,
    fills.router,
    rows.router,
    connections.router,
    audits.router,
)
"""All routes, in the order in which the OpenAPI document lists them."""
