"""Connections by way of a service: kept, listed, tried and removed there; what works on their databases works there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NoReturn
from uuid import UUID

from designer_kernel.studio.team.access import Trial
from designer_kernel.studio.team.connections import ConnectionView
from designer_kernel.studio.team.remote.problems import ServiceRefused
from designer_kernel.studio.team.remote.service import Service, made
from designer_kernel.studio.team.secrets.secret import Secret


def cases(service: Service) -> dict[str, Callable[..., Any]]:
    """Return what is done for the use cases of this name."""
    own: dict[str, Callable[..., Any]] = {
        "connections.of_workspace": _of_workspace, "connections.add": _add, "connections.remove": _remove,
        "connections.opening": FarAccess,
    }  # fmt: skip
    return {name: partial(case, service) for name, case in own.items()}


class FarAccess:
    """A connection of a service, which never tells where it leads: it can be tried there, and no more.

    Parameters
    ----------
    connection
        Which one.
    write
        Whether something would be written.
    """

    def __init__(self, service: Service, connection: UUID, *, write: bool = False) -> None:
        self._service, self._connection = service, connection

    def tried(self) -> Trial:
        """Have the service try it, and tell what came of it."""
        return made(Trial, self._service.ask("POST", f"/api/connections/{self._connection}/test"))

    def place(self, name: str) -> NoReturn:
        """Refuse.

        Raises
        ------
        ServiceRefused
            Always: the string stays with the service.
        """
        raise ServiceRefused(
            "a service never gives away where a connection leads",
            where=name,
            mend="give the database's own URL, or work where the store is",
        )

    def query(self, sql: str, *, limit: int) -> NoReturn:
        """Refuse, as `place`."""
        self.place("query")


def _of_workspace(service: Service, workspace: UUID) -> list[ConnectionView]:
    return [made(ConnectionView, one) for one in service.pages(f"/api/workspaces/{workspace}/connections")]


def _add(
    service: Service, workspace: UUID, name: str, connection_uri: str | Secret, *, mode: str = "read-only"
) -> ConnectionView:
    text = connection_uri.reveal() if isinstance(connection_uri, Secret) else connection_uri
    body = {"name": name, "connection_uri": text, "mode": mode}
    return made(ConnectionView, service.ask("POST", f"/api/workspaces/{workspace}/connections", body=body))


def _remove(service: Service, connection: UUID) -> None:
    service.ask("DELETE", f"/api/connections/{connection}")
