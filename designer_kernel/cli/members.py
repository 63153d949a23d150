"""``designer invite``, ``invitations`` and ``members``: who belongs to a workspace, and who is to."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson
from designer_kernel.errors import DesignerError
from designer_kernel.studio import spelling

if TYPE_CHECKING:
    from designer_kernel.studio.team.belonging import Members
    from designer_kernel.studio.team.invitations import InvitationView


@told
def invite(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whom: a username.")],
    workspace: Annotated[str, typer.Option("--to", metavar="WORKSPACE", help="Into which workspace.")] = "Team",
    role: Annotated[str, typer.Option("--role", help="viewer, editor, admin or owner.")] = "editor",
) -> None:
    """Invite somebody into a workspace; they belong to it once they accept."""
    from designer_kernel.studio.team.belonging import Members

    _refuse_no_role(role)
    made = Members(workspace).invite(name, role)
    terminal.say(f"{made.username} is invited to {made.workspace_name} as {spelling.a(made.role)}", style="good")
    terminal.say("next, at theirs: designer invitations --accept")


@told
def invitations(
    accept: Annotated[bool, typer.Option("--accept", help="Accept them; of several people's, say whose.")] = False,
    decline: Annotated[bool, typer.Option("--decline", help="Turn them down.")] = False,
    only: Annotated[str, typer.Option("--from", metavar="NAME", help="Only those that this person made.")] = "",
    to: Annotated[
        str, typer.Option("--to", metavar="WORKSPACE", help="Only those into a workspace of this name.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Tell what you are invited to, accept it, or turn it down."""
    from designer_kernel.studio.team.belonging import answer, invited_here

    if accept and decline:
        raise typer.BadParameter("this and --accept say the opposite", param_hint="--decline")
    found = [one for one in invited_here(only) if to in ("", one.workspace_name)]
    done = None
    if accept or decline:
        done = answer(found, accept=accept, how="add --from NAME for one you know")
        for line in done.failed:
            terminal.say(line, style="error")
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        _say(found, may_answer=done is None)
    if done is not None and not as_json and done.opens:
        terminal.say(f"accepted: {', '.join(done.opens)}", style="good")
    if done is not None and not as_json and done.declined:
        terminal.say(f"declined: {', '.join(done.declined)}", style="good")
    if done is not None and done.failed:
        raise typer.Exit(Exit.REFUSED)


def _refuse_no_role(text: str) -> None:
    from designer_kernel.studio.team.rights import Role

    if text not in Role.__members__:
        raise typer.BadParameter(f"there is no role {text!r}: {', '.join(Role.__members__)}", param_hint="--role")


def _say(found: list[InvitationView], *, may_answer: bool) -> None:
    for one in found:
        terminal.say(f"{one.workspace_name}  as {spelling.a(one.role)}, by {one.inviter}", to_stdout=True)
    if not found:
        terminal.say("there is no invitation")
    elif may_answer:
        several = len({one.inviter for one in found}) > 1
        terminal.say("next: designer invitations --accept" + (" --from NAME" if several else "") + ", or --decline")


@told
def members(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="The workspace's name.")],
    role: Annotated[
        list[str] | None,
        typer.Option("--role", metavar="NAME=ROLE", help="Give a member another role: viewer, editor, admin, owner."),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option("--remove", metavar="NAME", help="End a membership, your own too, or take an invitation back."),
    ] = None,
    reset: Annotated[
        str, typer.Option("--reset", metavar="NAME", help="Print a one-time code for who forgot their password.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List who belongs to a workspace, give them other roles, or remove them. New ones: designer invite."""
    from designer_kernel.studio.team.belonging import Members

    changes = _pairs(role or [])
    for _name, wanted in changes:
        _refuse_no_role(wanted)
    there = Members(workspace)
    for name, wanted in changes:
        there.change_role(name, wanted)
        terminal.say(f"{name} is {spelling.a(wanted)} of {workspace} now", style="good")
    for name in remove or ():
        terminal.say(there.remove(name), style="good")
    if reset:
        made = there.reset(reset)
        if as_json:
            print_json({"username": made.username, "code": made.code, "expires_at": made.expires_at})
            return
        terminal.say(f"{made.username} gives themselves a new password with this code, once, within a day:")
        terminal.say(made.code, to_stdout=True)
        terminal.say(f"next, at theirs: designer login URL {made.username} --reset")
        return
    if changes or remove:
        return
    _list(there, as_json=as_json)


def _list(there: Members, *, as_json: bool) -> None:
    found, invited = there.all(), there.invited()
    if as_json:
        print_json({"members": [asdict(one) for one in found], "invited": [asdict(one) for one in invited]})
        return
    for one in found:
        gone = "" if one.is_active else "  (deactivated)"
        terminal.say(f"{one.username:<24}  {one.role:<8}  since {one.since:%Y-%m-%d}{gone}", to_stdout=True)
    for offer in invited:
        terminal.say(f"{offer.username:<24}  {offer.role:<8}  invited by {offer.inviter}", to_stdout=True)


def _pairs(given: list[str]) -> list[tuple[str, str]]:
    pairs = []
    for text in given:
        name, equals, role = text.rpartition("=")
        if not (name and equals and role):
            raise DesignerError(f"{text!r} is not NAME=ROLE", where="--role", mend="write bob=viewer")
        pairs.append((name.strip(), role.strip()))
    return pairs


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    app.command(epilog=f"Example: `designer invite bob --to Team --role editor`\n\n{EXIT_CODES}")(invite)
    app.command(epilog=f"Example: `designer invitations --accept`\n\n{EXIT_CODES}")(invitations)
    app.command(epilog=f"Example: `designer members Team --role bob=viewer`\n\n{EXIT_CODES}")(members)
