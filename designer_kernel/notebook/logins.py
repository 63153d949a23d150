"""Logging in to a team's service from a notebook."""

from __future__ import annotations

from getpass import getpass

from designer_kernel.errors import DesignerError
from designer_kernel.studio.team.opening import forget_sessions
from designer_kernel.studio.team.remote import service


def log_in(url: str, username: str, password: str | None = None) -> None:
    """Log in to a service; projects that are opened from then on as ``team:workspace/project`` are there.

    Parameters
    ----------
    url
        Where the service is; on another machine only by https.
    password
        Better left out: then it is asked for, and stays out of the notebook.

    Raises
    ------
    BadInput, NotLoggedIn, StoreUnavailable
        If that is no such address, there is nobody of this name and password, or nothing answers.
    """
    try:
        there = service.log_in(url, username, getpass("Password: ") if password is None else password)
    except DesignerError as error:
        raise error.with_traceback(None) from None  # a traceback can show the variables of its frames
    forget_sessions()
    print(f"{there.username} is logged in to {there.url}")


def log_out() -> None:
    """Log out of a service; projects that are opened from then on are those of the store that is here."""
    there = service.log_out()
    forget_sessions()
    print("nobody was logged in" if there is None else f"{there.username} is logged out")
