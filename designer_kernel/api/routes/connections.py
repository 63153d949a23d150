"""Connections of a workspace. Where one leads is told to its owner and to admins alone; its password to nobody."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from designer_kernel.api.door import Door, DoorOnce
from designer_kernel.api.paging import Cursor, Limit, Page, page
from designer_kernel.api.shapes import Body, Title
from designer_kernel.studio.team import connections
from designer_kernel.studio.team.access import Trial
from designer_kernel.studio.team.connections import AddressView, ConnectionView

router = APIRouter(tags=["connections"])

CONNECTIONS = "/api/workspaces/{workspace_id}/connections"
CONNECTION = "/api/connections/{connection_id}"

Uri = Annotated[
    str, Field(min_length=1, max_length=4000, examples=["postgresql://ada@db.example.org/shop"], repr=False)
]
Mode = Literal["read-only", "read-write"]


class ConnectionBody(Body):
    """A connection as it is asked for."""

    name: Title
    connection_uri: Uri
    mode: Mode = "read-only"
    db_type: Literal["postgres"] = "postgres"


class NameBody(Body):
    """What it is to be called."""

    name: Title


class UriBody(Body):
    """Where it is to lead."""

    connection_uri: Uri


class ModeBody(Body):
    """What its sessions may do at most."""

    mode: Mode


class CopyBody(Body):
    """Where the copy is to be, and what it is to be called."""

    workspace_id: Annotated[UUID, Field(strict=False)]
    name: Title


@router.get(CONNECTIONS)
def list_connections(workspace_id: UUID, door: Door, limit: Limit = 50, cursor: Cursor = None) -> Page[ConnectionView]:
    """Return the connections of a workspace."""
    found = door.do(connections.of_workspace, workspace_id)
    return page(found, lambda one: (one.name, str(one.id)), limit, cursor)


@router.post(CONNECTIONS, status_code=201)
def add_connection(workspace_id: UUID, body: ConnectionBody, door: DoorOnce) -> ConnectionView:
    """Keep a connection. Its string is your secret: it is encrypted, and no answer ever shows it."""
    return door.once(
        ConnectionView,
        connections.add,
        workspace_id,
        body.name,
        body.connection_uri,
        mode=body.mode,
        db_type=body.db_type,
    )


@router.get(CONNECTION)
def show_connection(connection_id: UUID, door: Door) -> ConnectionView:
    """Return a connection, without where it leads."""
    return door.do(connections.get, connection_id)


@router.get(CONNECTION + "/address")
def look_up_connection(connection_id: UUID, door: Door) -> AddressView:
    """Return where a connection leads, to correct it; without its password. This is audited."""
    return door.do(connections.look_up, connection_id)


@router.put(CONNECTION + "/name")
def rename_connection(connection_id: UUID, body: NameBody, door: Door) -> ConnectionView:
    """Give a connection another name."""
    return door.do(connections.rename, connection_id, body.name)


@router.put(CONNECTION + "/uri")
def replace_connection(connection_id: UUID, body: UriBody, door: Door) -> ConnectionView:
    """Let a connection lead elsewhere. Nothing of the old string is kept."""
    return door.do(connections.replace, connection_id, body.connection_uri)


@router.put(CONNECTION + "/mode")
def change_connection_mode(connection_id: UUID, body: ModeBody, door: Door) -> ConnectionView:
    """Say what sessions of a connection may do at most."""
    return door.do(connections.set_mode, connection_id, body.mode)


@router.post(CONNECTION + "/copy", status_code=201)
def copy_connection(connection_id: UUID, body: CopyBody, door: DoorOnce) -> ConnectionView:
    """Make a connection like this one. Its string comes along only if it is yours."""
    return door.once(ConnectionView, connections.copy, connection_id, body.workspace_id, body.name)


@router.post(CONNECTION + "/test")
def try_connection(connection_id: UUID, door: Door) -> Trial:
    """Try a connection, and tell what came of it."""
    return connections.tried(door.team, door.actor, connection_id)


@router.delete(CONNECTION, status_code=204)
def remove_connection(connection_id: UUID, door: Door) -> None:
    """Remove a connection with its secret."""
    door.do(connections.remove, connection_id)
