"""What became of each statement, in words for people, with what can be done about it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from designer_kernel.exchange.sql import extensions
from designer_kernel.exchange.sql.draft import Draft
from designer_kernel.exchange.sql.mends import Case, Script, mends_for
from designer_kernel.exchange.sql.outcome import Mend, State, StatementOutcome, shown
from designer_kernel.exchange.sql.running import Result
from designer_kernel.exchange.sql.session import CURSOR, Session
from designer_kernel.exchange.sql.splitting import Lines
from designer_kernel.exchange.sql.statements import Statement
from designer_kernel.exchange.sql.subjects import subjects


def outcomes(
    draft: Draft, statements: Sequence[Statement], results: Sequence[Result], session: Session
) -> tuple[StatementOutcome, ...]:
    """Return what became of each statement that ran, and of those that mends have left out, in the script's order."""
    is_failed = any(result.failure is not None for result in results)
    script = Script(
        statements,
        results,
        extensions.available(session.connection),
        session.connection.info.server_version // 10000,
        subjects(draft.pieces) if is_failed else {},
        session.is_trusted,
    )
    lines = Lines(draft.source)
    found = [_outcome(draft, script, index, lines) for index in range(len(results))]
    found += draft.dropped()
    order = sorted(range(len(found)), key=lambda i: (found[i].number, i))
    return tuple(found[i] for i in order)


_BEGINNING: Final = re.compile(
    r"^\s*((?:CREATE|ALTER|INSERT|UPDATE|DELETE|DROP|COMMENT|GRANT|REVOKE|SELECT|WITH|SET|COPY|DO)\b(?:\s+[\w.\"]+){0,3})",
    re.IGNORECASE | re.MULTILINE,
)
_NAMED: Final = 5
"""How many swallowed statements are named."""


def _swallowed(statement: Statement, message: str) -> str:
    """Return what to say of the lines that a quote or comment has swallowed that is never closed; empty if none."""
    piece = statement.piece
    _, *rest = piece.sql.split("\n") if statement.sql == piece.sql else [piece.sql]
    if not message.startswith("unterminated") or not any(line.strip() for line in rest):
        return ""
    begun = [" ".join(found[1].split()) for found in _BEGINNING.finditer("\n".join(rest))]
    names = f", where {', '.join(begun[:_NAMED])}{', …' * (len(begun) > _NAMED)} began" if begun else ""
    lines = f"{len(rest)} line{'s' * (len(rest) != 1)}"
    return f"; nothing after line {piece.line} was read, up to line {piece.line + len(rest)}: {lines}{names}"


def _outcome(draft: Draft, script: Script, index: int, lines: Lines) -> StatementOutcome:
    statement, result = script.statements[index], script.results[index]
    failure, piece = result.failure, statement.piece
    state: State = result.state
    if statement.is_mended and state in {"ran", "ran after retry"}:
        state = "mended"
    done = "; ".join(draft.titles.get(piece.number, ())) if state == "mended" else ""
    message, sqlstate, position = done or result.note, "", (0, 0)
    mends: tuple[Mend, ...] = ()
    if failure is not None:
        parts = [failure.message, failure.detail, failure.hint and f"hint: {failure.hint}"]
        message, sqlstate = ": ".join(part for part in parts[:2] if part), failure.sqlstate
        message += f" ({parts[2]})" if parts[2] else ""
        if failure.offset >= 0 and statement.run == piece.sql:
            position = lines.at(piece.start + failure.offset - (len(CURSOR) if statement.reads else 0))
        message += _swallowed(statement, message)
        mends = mends_for(Case(script, index))
    return StatementOutcome(
        piece.number, shown(statement.sql), piece.line, piece.column, state, message, sqlstate, position, mends
    )
