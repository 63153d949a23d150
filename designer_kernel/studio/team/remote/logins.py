"""Who is logged in to which service, kept in a file that only its owner may read."""

from __future__ import annotations

import json
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

from designer_kernel.errors import DesignerError
from designer_kernel.studio.locations import data_directory
from designer_kernel.studio.team.alone import alone
from designer_kernel.studio.team.refusals import BadInput

_PRIVATE: Final = 0o600
_HERE: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_PAGES: Final = ("/docs", "/redoc", "/openapi.json", "/api")
"""What people copy at the end of a service's address, from a browser or from a page of ours."""


@dataclass(frozen=True, slots=True)
class Login:
    """A log-in at a service.

    Attributes
    ----------
    url
        Where the service is, without a path's end: ``https://designs.example.org``.
    user, username
        Who is logged in.
    access, refresh
        The tokens of now: one for each request, and one for the next pair.
    until
        When the access token ends, in seconds since 1970.
    """

    url: str
    user: UUID
    username: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)
    until: float


class LoginFile:
    """The file that holds a log-in.

    Parameters
    ----------
    path
        The file; by default ``login.json`` in the data directory.
    """

    def __init__(self, path: Path | None = None) -> None:
        self.path = path or data_directory() / "login.json"

    def read(self) -> Login | None:
        """Return the log-in, if there is one.

        Raises
        ------
        DesignerError
            If the file can be read by others, or holds something else.
        """
        try:
            handle = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._damaged() from error
        with os.fdopen(handle, encoding="utf-8") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise DesignerError(
                    "others may read who is logged in", where=str(self.path), mend="designer logout, then log in again"
                )
            try:
                said: dict[str, Any] = json.load(file)
                return Login(**{**said, "user": UUID(said["user"])})
            except (ValueError, TypeError, KeyError) as error:
                raise self._damaged() from error

    def write(self, login: Login) -> None:
        """Keep a log-in in the place of the one before."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".login")  # of mode 0600
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                os.fchmod(file.fileno(), _PRIVATE)
                json.dump(asdict(login) | {"user": str(login.user)}, file)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def forget(self) -> None:
        """Forget the log-in."""
        self.path.unlink(missing_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let other processes wait: a refresh token that two of them use ends the log-in."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with alone(self.path.parent):
            yield

    def _damaged(self) -> DesignerError:
        return DesignerError("this is no log-in", where=str(self.path), mend="designer logout, then log in again")


def address(url: str) -> str:
    """Return a service's address as it is kept.

    Raises
    ------
    BadInput
        If it is none, or tokens would travel where others can read them.
    """
    text = url.strip().rstrip("/")
    for page in _PAGES:
        text = text.removesuffix(page)
    try:
        parts = urlsplit(text)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in ("http", "https") or parts.username or parts.query or parts.fragment:
        raise BadInput(
            "this is no address of a service", where="url", mend="write https://host or http://127.0.0.1:8000"
        )
    if parts.scheme == "http" and host not in _HERE:
        raise BadInput(
            "a password would travel unencrypted", where="url", mend=f"write https://{parts.netloc}{parts.path}"
        )
    return text
