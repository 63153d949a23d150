"""``designer audit``: whether what was told of the team's work is as it was written, and signed lines as a proof."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from designer_kernel.cli import terminal
from designer_kernel.cli.apply import agree
from designer_kernel.cli.outcome import EXIT_CODES, Exit, print_json, told
from designer_kernel.cli.parameters import AsJson, Yes
from designer_kernel.cli.words import counted

if TYPE_CHECKING:
    from designer_kernel.store.engine import Store
    from designer_kernel.studio.team.audit.sealing import Part
    from designer_kernel.studio.team.audit.verifying import Verification

VERIFY_CODES = EXIT_CODES.replace("1 refused", "1 a row is not as it was written, refused")

Book = Annotated[
    Path | None,
    typer.Option("--checkpoints", metavar="FILE", help="The signed lines; without, those in the data directory."),
]
Key = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="The key that they are signed with; to verify, its .pub is enough."),
]
StoreUrl = Annotated[
    str | None,
    typer.Option("--store", metavar="URL", help="The team's database; without, DESIGNER_DATABASE_URL or our own."),
]


@told
def verify(
    segments: Annotated[
        list[Path] | None, typer.Argument(metavar="[SEGMENT]...", help="Sealed segments to look through first.")
    ] = None,
    store: StoreUrl = None,
    checkpoints: Book = None,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Look through all audit rows, and name the first that was changed, taken out, put in, moved, made anew or cut."""
    from designer_kernel.postgres import target
    from designer_kernel.studio.team.audit import sealing
    from designer_kernel.studio.team.audit.checkpointing import book_of, key_of
    from designer_kernel.studio.team.audit.keys import verifying_key
    from designer_kernel.studio.team.audit.verifying import verify_and_tell

    seals = [sealing.opened(segment, verifying_key(key or key_of())) for segment in segments or []]
    opened = _open(store)
    try:
        book = checkpoints or book_of(opened.url)
        public = verifying_key(key or key_of()) if key or checkpoints or book.exists() else None
        with terminal.progress("verifying", tells_lines=True) as progress:
            found = verify_and_tell(opened, _operator(), book, public, progress=progress)
    finally:
        opened.close()
    place = target.describe(opened.url)
    if as_json:
        held = [{"first": seal.first, "last": seal.last} for seal in seals]
        print_json(found.as_dict() | {"store": place, "file": str(book), "segments": held})
    else:
        _say_whose(place)
        for seal in seals:
            terminal.say(f"rows {seal.first} to {seal.last} are as they were sealed", style="good", to_stdout=True)
        _say(found)
    if found.fault is not None:
        raise typer.Exit(Exit.REFUSED)


@told
def checkpoint(store: StoreUrl = None, checkpoints: Book = None, key: Key = None, as_json: AsJson = False) -> None:
    """Sign how far the audit is, and add that to a file outside of the database."""
    from designer_kernel.studio.team.audit import checkpointing
    from designer_kernel.studio.team.audit.keys import signing_key

    opened = _open(store)
    try:
        book = checkpoints or checkpointing.book_of(opened.url)
        made = checkpointing.checkpoint(opened, book, signing_key(key or checkpointing.key_of()))
    finally:
        opened.close()
    if as_json:
        line: dict[str, Any] = {} if made is None else made.content() | {"signature": made.signature}
        print_json({"checkpoint": line or None, "file": str(book)})
    elif made is None:
        terminal.say("there is no audit row to sign yet")
    else:
        terminal.say(f"row {made.seq}: {made.hash}", to_stdout=True)
        terminal.say(f"signed in {book}; keep a copy of it somewhere else")


@told
def seal(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The new segment: 2025.segment.jsonl.")],
    until: Annotated[int | None, typer.Option("--until", metavar="ROW", help="The number of its last row.")] = None,
    before: Annotated[
        datetime | None, typer.Option("--before", formats=["%Y-%m-%d"], help="Or: all rows before this day (UTC).")
    ] = None,
    store: StoreUrl = None,
    checkpoints: Book = None,
    key: Key = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take old audit rows out of the database into a sealed file; the chain goes on from its seal."""
    from designer_kernel.studio.team.audit import checkpointing, sealing
    from designer_kernel.studio.team.audit.keys import signing_key

    if (until is None) == (before is None):
        raise typer.BadParameter("give either --until or --before")
    opened = _open(store)
    try:
        part = _part(opened, until, before)
        if part is None:
            assert before is not None
            _say_nothing_to_seal(before, as_json=as_json)
            return
        if not yes:
            terminal.say(_what_goes(part, file))
        agree(opened.url, yes=yes, as_json=as_json)
        private = signing_key(key or checkpointing.key_of())
        book = checkpoints or checkpointing.book_of(opened.url)
        with terminal.progress("verifying", tells_lines=True) as progress:
            made = sealing.seal(opened, _operator(), book, private, file, part.until, progress=progress)
    finally:
        opened.close()
    if as_json:
        print_json({"file": str(file), "first": made.first, "last": made.last, "hash": made.hash})
    else:
        terminal.say(f"rows {made.first} to {made.last} are in {file}", to_stdout=True)
        terminal.say("keep a copy of it, and of the checkpoints, somewhere else")


def _part(store: Store, until: int | None, before: datetime | None) -> Part | None:
    from designer_kernel.studio.team.audit import sealing

    if before is not None:
        return sealing.part_before(store, before.replace(tzinfo=UTC))
    assert until is not None
    return sealing.part_until(store, until)


def _what_goes(part: Part, file: Path) -> str:
    stays = f"row {part.last} stays, as the last one always does"
    if part.until + 1 < part.last:
        stays = f"rows {part.until + 1} to {part.last} stay"
    return f"rows {part.first} to {part.until} would go out of the database, into {file}; {stays}"


def _say_nothing_to_seal(before: datetime, *, as_json: bool) -> None:
    if as_json:
        print_json({"file": None, "first": None, "last": None, "hash": None})
    else:
        terminal.say(
            f"nothing to seal: no row is from before {before:%Y-%m-%d} (the last one always stays)", to_stdout=True
        )


def _open(url: str | None) -> Store:
    from designer_kernel.postgres import target
    from designer_kernel.store.engine import open_store

    with terminal.progress("starting") as progress:
        return open_store(target.resolve(url, create=False) if url else None, progress=progress)


def _operator() -> Any:
    from designer_kernel.studio.author import whoever
    from designer_kernel.studio.team.actor import Actor

    return Actor(None, whoever() or "an operator", "shell")


def _say_whose(place: str) -> None:
    """Say which store this is about, and that it is not the service's where one is logged in."""
    from designer_kernel.studio.team.remote.logins import LoginFile

    terminal.say(f"the audit of the store {place}:")
    login = LoginFile().read()
    if login is not None:
        terminal.say(
            f"you are logged in to {login.url}: if its store is another one, its audit is verified there",
            style="warning",
        )


def _say(found: Verification) -> None:
    if found.fault is not None:
        terminal.say(str(found.fault), style="error", to_stdout=True)
        return
    if not found.first:
        terminal.say("there is no audit row yet", to_stdout=True)
        return
    what = f"rows {found.first} to {found.last} are as they were written"
    terminal.say(what, style="good", to_stdout=True)
    if not found.checkpoints:
        terminal.say(
            "no checkpoint was compared: rows made anew by whoever owns the database would not show; "
            "next: designer audit checkpoint",
            style="warning",
        )
    elif found.covered < found.last:
        terminal.say(f"{counted(found.last - found.covered, 'row')} came since the last checkpoint")


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    group = typer.Typer(help="The team's audit: verify it, sign it, put old rows away.", no_args_is_help=True)
    group.command(epilog=f"Example: `designer audit verify`\n\n{VERIFY_CODES}")(verify)
    group.command(epilog=f"Example: `designer audit checkpoint`\n\n{EXIT_CODES}")(checkpoint)
    example = "Example: `designer audit seal 2025.segment.jsonl --before 2026-01-01`"
    group.command(epilog=f"{example}\n\n{EXIT_CODES}")(seal)
    app.add_typer(group, name="audit", epilog=EXIT_CODES)
