"""``designer login``, ``logout`` and ``password``: who one is at a team's service, from the shell."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, told

Url = Annotated[str, typer.Argument(metavar="URL", help="The service, such as https://designs.example.org.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Your username, or your e-mail address.")]


@told
def login(
    url: Url,
    name: Name,
    register: Annotated[bool, typer.Option("--register", help="Make yourself known there first.")] = False,
    email: Annotated[str, typer.Option("--email", help="Your e-mail address, to register.")] = "",
    code: Annotated[str, typer.Option("--code", help="The code that the service showed: the first owner's.")] = "",
    reset: Annotated[
        bool, typer.Option("--reset", help="Give yourself a new password, by the one-time code that you were given.")
    ] = False,
) -> None:
    """Log in to a team's service: from then on `team:workspace/project` is there.

    The password is asked for, or is the first line of what is piped in. With --reset the code is asked for before it.
    """
    from designer_kernel.studio.team.opening import forget_sessions
    from designer_kernel.studio.team.remote import service

    if (code or email) and not register:
        more = "; a code for a new password is asked for: --reset" if code else ""
        raise typer.BadParameter(f"this is for --register{more}", param_hint="--code" if code else "--email")
    if reset and register:
        raise typer.BadParameter("who is new has no password to forget", param_hint="--reset")
    if register and not email:
        if not sys.stdin.isatty():
            raise typer.BadParameter("there is nobody to ask: give it", param_hint="--email")
        email = typer.prompt("E-mail address", err=True)
    if reset:
        given = _asked("Code that you were given")
        there = service.reset_password(url, name, given, _asked("New password", is_new=True))
    else:
        password = _asked("Password", is_new=register)
        if register:
            service.register(url, name, email, password, code=code)
        there = service.log_in(url, name, password)
    forget_sessions()
    terminal.say(f"{there.username} is logged in to {there.url}", style="good")
    terminal.say("next: designer projects, or designer invitations")


@told
def logout() -> None:
    """Log out of the team's service: from then on `team:` is what is on this machine."""
    from designer_kernel.studio.team.opening import forget_sessions
    from designer_kernel.studio.team.remote import service

    try:
        known = service.log_out()
    finally:
        forget_sessions()
    terminal.say("nobody was logged in" if known is None else f"{known.username} is logged out", style="good")


@told
def password() -> None:
    """Change your password at the team's service. All your other log-ins end.

    The old one and the new one are asked for, or are the first two lines of what is piped in.
    """
    from designer_kernel.studio.team.belonging import refuse_without_password
    from designer_kernel.studio.team.remote import service

    refuse_without_password()
    old = _asked("Password as it is")
    login = service.change_password(old, _asked("New password", is_new=True))
    terminal.say(f"the password of {login.username} is changed; all other log-ins have ended", style="good")


def _asked(what: str, *, is_new: bool = False) -> str:
    """Return a secret that is typed without being shown, or the next line of what is piped in.

    An argument of a command would be seen by everybody on this machine.
    """
    if sys.stdin.isatty():
        found: str = typer.prompt(what, hide_input=True, confirmation_prompt=is_new, err=True)
        return found
    return sys.stdin.readline().rstrip("\r\n")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(epilog=f"Example: `designer login http://127.0.0.1:8000 ada`\n\n{EXIT_CODES}")(login)
    app.command(epilog=f"Example: `designer logout`\n\n{EXIT_CODES}")(logout)
    app.command(epilog=f"Example: `designer password`\n\n{EXIT_CODES}")(password)
