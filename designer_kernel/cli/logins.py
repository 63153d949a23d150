"""``designer login``, ``logout``, ``invite`` and ``invitations``: who works with whom, from the shell."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from designer_kernel.cli import terminal, words
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson
from designer_kernel.errors import DesignerError

Url = Annotated[str, typer.Argument(metavar="URL", help="The service, such as https://designs.example.org.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Your username, or your e-mail address.")]


@told
def login(
    url: Url,
    name: Name,
    register: Annotated[bool, typer.Option("--register", help="Make yourself known there first.")] = False,
    email: Annotated[str, typer.Option("--email", help="Your e-mail address, to register.")] = "",
    code: Annotated[str, typer.Option("--code", help="The code that the service showed: the first owner's.")] = "",
) -> None:
    """Log in to a team's service: from then on `team:workspace/project` is there.

    The password is asked for, or is the first line of what is piped in.
    """
    from designer_kernel.studio.team.opening import forget_sessions
    from designer_kernel.studio.team.remote import service

    if (code or email) and not register:
        raise typer.BadParameter("this is for --register", param_hint="--code" if code else "--email")
    if register and not email:
        if not sys.stdin.isatty():
            raise typer.BadParameter("there is nobody to ask: give it", param_hint="--email")
        email = typer.prompt("E-mail address", err=True)
    password = _password(is_new=register)
    if register:
        service.register(url, name, email, password, code=code)
    there = service.log_in(url, name, password)
    forget_sessions()
    terminal.say(f"{there.username} is logged in to {there.url}", style="good")
    terminal.say("next: designer invitations, or designer check team:WORKSPACE/PROJECT")


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
def invite(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whom: a username.")],
    workspace: Annotated[str, typer.Option("--to", metavar="WORKSPACE", help="Into which workspace.")] = "Team",
    role: Annotated[str, typer.Option("--role", help="viewer, editor, admin or owner.")] = "editor",
) -> None:
    """Invite somebody into a workspace; they belong to it once they accept."""
    from designer_kernel.studio.team import invitations as cases
    from designer_kernel.studio.team.opening import sessions_here, workspace_named

    here = sessions_here()
    made = here.team.do(here.actor, cases.invite, workspace_named(workspace, sessions=here), name, role)
    terminal.say(f"{made.username} is invited to {made.workspace_name} as {words.a(made.role)}", style="good")


@told
def invitations(
    accept: Annotated[bool, typer.Option("--accept", help="Accept them; of several people's, say whose.")] = False,
    only: Annotated[str, typer.Option("--from", metavar="NAME", help="Only those that this person made.")] = "",
    as_json: AsJson = False,
) -> None:
    """Tell what you are invited to, or accept it."""
    from designer_kernel.studio.team import invitations as cases
    from designer_kernel.studio.team.opening import projects_of, sessions_here

    here = sessions_here()
    found = [one for one in here.team.do(here.actor, cases.mine) if only in ("", one.inviter)]
    inviters = sorted({one.inviter for one in found})
    if accept and len(inviters) > 1:
        raise DesignerError(
            f"several people invite you: {', '.join(inviters)}",
            where="--accept",
            mend="add --from NAME for one you know",
        )
    joined, failed = [], []
    for one in found if accept else ():
        try:
            joined.append(here.team.do(here.actor, cases.accept, one.id))
        except DesignerError as error:  # as when whoever invited may not any more: the others are good
            failed.append(f"not accepted: {one.workspace_name}, by {one.inviter}: {error}")
    for line in failed:
        terminal.say(line, style="error")
    if as_json:
        print_json([asdict(one) for one in found])
        if failed:
            raise typer.Exit(Exit.REFUSED)
        return
    for one in found:
        terminal.say(f"{one.workspace_name}  as {words.a(one.role)}, by {one.inviter}", to_stdout=True)
    if not found:
        terminal.say("there is no invitation")
    elif joined:
        terminal.say(
            f"accepted: {', '.join(name for one in joined for name in projects_of(one, sessions=here))}", style="good"
        )
    elif not accept:
        terminal.say("next: designer invitations --accept" + (" --from NAME" if len(inviters) > 1 else ""))
    if failed:
        raise typer.Exit(Exit.REFUSED)


def _password(*, is_new: bool) -> str:
    """Return a password that is typed without being shown, or the first line of what is piped in."""
    if sys.stdin.isatty():
        found: str = typer.prompt("Password", hide_input=True, confirmation_prompt=is_new, err=True)
        return found
    return sys.stdin.readline().rstrip("\r\n")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(epilog=f"Example: `designer login http://127.0.0.1:8000 ada`\n\n{EXIT_CODES}")(login)
    app.command(epilog=f"Example: `designer logout`\n\n{EXIT_CODES}")(logout)
    app.command(epilog=f"Example: `designer invite bob --to Team --role editor`\n\n{EXIT_CODES}")(invite)
    app.command(epilog=f"Example: `designer invitations --accept`\n\n{EXIT_CODES}")(invitations)
