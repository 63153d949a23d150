"""Logging in to a team's service from a notebook, and what one is known by there."""

from __future__ import annotations

from getpass import getpass

from designer_kernel.errors import DesignerError
from designer_kernel.studio.team.belonging import refuse_without_password
from designer_kernel.studio.team.opening import forget_sessions
from designer_kernel.studio.team.refusals import BadInput
from designer_kernel.studio.team.remote import service


def log_in(
    url: str,
    username: str,
    password: str | None = None,
    *,
    register: bool = False,
    email: str = "",
    code: str = "",
    reset: bool = False,
) -> None:
    """Log in to a service; projects that are opened from then on as ``team:workspace/project`` are there.

    Parameters
    ----------
    url
        Where the service is; on another machine only by https.
    password
        Better left out: then it is asked for, and stays out of the notebook.
    register
        Whether to make oneself known there first; with an ``email`` address, which is asked for if need be.
    code
        The one-time code: with ``register`` the first owner's, which the service showed when it began.
    reset
        Whether this is a new password, by the one-time code that an owner or admin gave; without ``code`` it is asked
        for.

    Raises
    ------
    BadInput, NotLoggedIn, AlreadyThere, NotAllowed, StoreUnavailable
        If that is no such address, there is nobody of this name and password, the name is taken, or nothing answers.
    """
    if register and reset:
        raise BadInput("who is new has no password to forget", where="reset", mend="leave out register or reset")
    if (code or email) and not (register or (reset and not email)):
        raise BadInput(
            "this is for who is new",
            where="code" if code else "email",
            mend="add register=True; to a code for a new password, reset=True",
        )
    if register and not email:
        email = input("E-mail address: ")
    if reset and not code:
        code = getpass("Code that you were given: ")
    secret = _typed(is_new=register or reset) if password is None else password
    try:
        if register:
            service.register(url, username, email, secret, code=code)
        there = service.reset_password(url, username, code, secret) if reset else service.log_in(url, username, secret)
    except DesignerError as error:
        raise error.with_traceback(None) from None  # a traceback can show the variables of its frames
    forget_sessions()
    print(f"{there.username} is logged in to {there.url}")


def log_out() -> None:
    """Log out of a service; projects that are opened from then on are those of the store that is here."""
    there = service.log_out()
    forget_sessions()
    print("nobody was logged in" if there is None else f"{there.username} is logged out")


def change_password() -> None:
    """Change the password of who is logged in; both are asked for, and stay out of the notebook.

    Raises
    ------
    NotAllowed, BadInput, NotLoggedIn, StoreUnavailable
        If nobody is logged in, the old one is wrong, the new one is not taken, or nothing answers.
    """
    refuse_without_password()
    old = getpass("Password as it is: ")
    new = _typed(is_new=True)
    try:
        there = service.change_password(old, new)
    except DesignerError as error:
        raise error.with_traceback(None) from None
    print(f"the password of {there.username} is changed; all other log-ins have ended")


def _typed(*, is_new: bool) -> str:
    """Return a password that is asked for; a new one is asked for twice, since nobody sees a slip."""
    found = getpass("New password: " if is_new else "Password: ")
    if is_new and getpass("The same again: ") != found:
        raise BadInput("these are two different passwords", where="password", mend="type the same one twice")
    return found
