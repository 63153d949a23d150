"""What a view may ask about the connections of a team's workspace, as values."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, SecretStr

from designer_widgets.intent_bases import Choosing, Working


class ListConnections(Working):
    """Return the connections of the project's workspace: names and modes, nothing of where they lead."""

    kind: Literal["list_connections"]


class AddConnection(Choosing):
    """Keep a connection. Its string comes once, in this message; it is in no document, and goes to no view."""

    kind: Literal["add_connection"]
    name: Annotated[str, Field(min_length=1, max_length=255)]
    connection_uri: Annotated[SecretStr, Field(max_length=4096)]
    mode: Literal["read-only", "read-write"] = "read-only"


class TryConnection(Working):
    """Connect, and tell what came of it."""

    kind: Literal["try_connection"]
    connection: UUID


class RemoveConnection(Choosing):
    """Remove a connection, with its secret."""

    kind: Literal["remove_connection"]
    connection: UUID


ConnectionIntent = ListConnections | AddConnection | TryConnection | RemoveConnection
