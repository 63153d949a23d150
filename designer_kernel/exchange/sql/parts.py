"""Scripts that follow each other, as migrations do: what a database holds after each of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence

from designer_kernel.errors import StatementFailed
from designer_kernel.exchange.sql import trust
from designer_kernel.exchange.sql.draft import Draft
from designer_kernel.exchange.sql.extensions import installed
from designer_kernel.exchange.sql.outcome import Limits
from designer_kernel.exchange.sql.owning import keep
from designer_kernel.exchange.sql.reading import Reading, ScriptReading, Source
from designer_kernel.exchange.sql.scope import set_scope, undone
from designer_kernel.exchange.sql.session import ConnectionLost, script_shadow
from designer_kernel.exchange.sql.statements import Statement
from designer_kernel.postgres.introspect import read as read_all
from designer_kernel.postgres.server import Progress
from designer_kernel.postgres.target import Server


def read_parts(
    texts: Sequence[str],
    *,
    server: Server | str | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    limits: Limits | None = None,
    trusted: bool = False,
    owners: bool = False,
) -> Iterator[ScriptReading]:
    """Run scripts one after the other in one shadow database, and yield what it holds after each.

    The shadow is there as long as the iterator; for the options see `designer_kernel.exchange.sql.read_script`.
    Statements that only work behind others of the same script are run there, as of any script.

    Raises
    ------
    StatementFailed
        If a script ends the server's process.
    Cancelled
        If ``cancel`` was set, or all takes longer than the limits allow.
    """
    chosen = limits or Limits()
    if trusted:
        trust.refuse_other_server(server)
    drafts = [Draft.of(text.removeprefix("\ufeff").replace("\r\n", "\n"), ()) for text in texts]
    parts = [_statements(draft, trusted=trusted, owners=owners) for draft in drafts]
    every = [statement for part in parts for statement in part]
    source = Source("\n".join(texts), server, progress, cancel, chosen, trusted, None, owners)
    with script_shadow(server, is_trusted=trusted) as shadow:
        premade = installed(shadow, every)
        try:
            with shadow.session(chosen, cancel) as session:
                whole = Reading(source, drafts[0] if drafts else Draft.of("", ()), every, session, premade)
                before = read_all(session.connection, owners=owners).catalog
                whole.make_roles()
                for draft, part in zip(drafts, parts, strict=True):
                    yield whole.read_part(before, draft, part, {})
        except ConnectionLost as lost:
            raise StatementFailed(
                f"a script ended the server's process: {lost.reason}",
                mend="take out the statements that run something, and keep those that define something",
            ) from lost


def _statements(draft: Draft, *, trusted: bool, owners: bool) -> list[Statement]:
    statements = draft.statements()
    if owners:
        keep(statements)
    undone(statements)
    set_scope(statements)
    if trusted:
        trust.guard(statements)
    return statements
