"""Where one widget deploys to and fills: the project's own target, or another one that was typed into it.

What was typed may hold a password, so it stays here; views are told its words.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from designer_kernel.errors import DesignerError
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect, redact

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession


def is_embedded(place: str) -> bool:
    """Whether a target is a database of the embedded server, which is nobody else's. No server is started to know."""
    if not target.is_url(place):
        return not os.environ.get(target.ENVIRONMENT)
    return target.describe(place) != redact(place)


def in_words(place: str) -> str:
    """Return a target as people say it, without any secret: ``shop (embedded server)``, or a URL."""
    try:
        if target.is_url(place):
            return target.describe(place)
        return f"{place} (embedded server)" if is_embedded(place) else redact(target.default_server().url(place))
    except DesignerError:  # a URL that is refused when it is used, with its reason
        return redact(place)


class Destination:
    """The target of one widget.

    Parameters
    ----------
    session
        Whose own target it is until another one is chosen.
    """

    def __init__(self, session: ProjectSession) -> None:
        self._session = session
        self._chosen: str | None = None

    @property
    def place(self) -> str:
        """The name or URL, with its password."""
        return self._chosen or self._session.target

    @property
    def is_own(self) -> bool:
        """Whether it is the project's own."""
        return self._chosen is None

    def choose(self, place: str) -> None:
        """Take another target; an empty text stands for the project's own.

        Raises
        ------
        MalformedTarget, InvalidIdentifier, ServerUnavailable
            If it is neither the URL nor the name of a database; the target stays as it was.
        """
        self._chosen = checked(place) or None

    def document(self) -> dict[str, Any]:
        """Return what views are told."""
        return {"target": in_words(self.place), "has_own_target": self.is_own}


def checked(place: str) -> str:
    """Return a target without spaces around it.

    Raises
    ------
    MalformedTarget, InvalidIdentifier, ServerUnavailable
        If it is neither the URL nor the name of a database.
    """
    place = place.strip()
    if place and (target.is_url(place) or target.plain_name(place) != place):
        target.resolve(place, create=False)  # a plain name is judged without its server
    return place


def tried(place: str) -> str:
    """Connect to a target and return what is there, in words. A database that does not exist yet is no error.

    Raises
    ------
    ServerUnavailable
        If there is no connection.
    """
    url = place if target.is_url(place) else _any_database(place)
    with connect(url, read_only=True) as connection:
        version = connection.info.parameter_status("server_version") or "of unknown version"
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [place]).fetchone()
        connection.rollback()
    words = f"{in_words(place)}: connected, PostgreSQL {version.split()[0]}"
    if target.is_url(place):
        return words
    return words + ("; the database is there" if found else "; deploying makes the database, there is none yet")


def _any_database(name: str) -> str:
    """Return the URL of a database that is there, on the server that a plain name speaks of."""
    server = target.default_server()
    return server.url("postgres") if is_embedded(name) else os.environ[target.ENVIRONMENT]
