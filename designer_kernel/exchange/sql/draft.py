"""A script with mends: the statements to run, and the text to save."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.exchange.sql.outcome import Change, Mend, StatementOutcome, shown
from designer_kernel.exchange.sql.psql import sent
from designer_kernel.exchange.sql.splitting import Piece, split
from designer_kernel.exchange.sql.statements import Statement, read, role_statement

_START: Final = Piece(0, "statement", "", 0, 0, 1, 1)
"""Where what a mend adds before everything stands."""


@dataclass(slots=True)
class Draft:
    """The pieces of a script, and what mends have made of them, by number."""

    source: str
    pieces: tuple[Piece, ...]
    applied: tuple[Mend, ...] = ()
    first: list[str] = field(default_factory=list)
    before: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    replaced: dict[int, str] = field(default_factory=dict)
    left_out: dict[int, str] = field(default_factory=dict)
    titles: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, text: str, mends: Sequence[Mend]) -> Draft:
        """Return a script with mends, applied in their order."""
        draft = cls(text, sent(split(text)), tuple(mends))
        for mend in mends:
            for change in mend.changes:
                draft._apply(change, mend)
        return draft

    def _apply(self, change: Change, mend: Mend) -> None:
        if mend.title not in self.titles[change.statement]:
            self.titles[change.statement].append(mend.title)
        if change.kind == "role":
            self._add_first(role_statement(change.name))
        elif change.kind == "extension":
            self._add_first(f"CREATE EXTENSION IF NOT EXISTS {quote(change.name)}")
        elif change.kind == "before":
            if change.sql not in self.before[change.statement]:
                self.before[change.statement].append(change.sql)
        elif change.kind == "replace":
            self.replaced[change.statement] = change.sql
        else:
            self.left_out[change.statement] = mend.title

    def _add_first(self, sql: str) -> None:
        if sql not in self.first:
            self.first.append(sql)

    def statements(self) -> list[Statement]:
        """Return what is to be run, in the order of the script."""
        found = [read(_START, sql) for sql in self.first]
        for piece in self.pieces:
            found += [read(piece, sql) for sql in self.before.get(piece.number, ())]
            if piece.number in self.left_out:
                continue
            new = self.replaced.get(piece.number)
            found += [read(piece)] if new is None else [read(piece, part.sql) for part in split(new)]
        return found

    def dropped(self) -> list[StatementOutcome]:
        """Return the outcomes of the statements that mends have left out."""
        return [
            StatementOutcome(
                piece.number, shown(piece.sql), piece.line, piece.column, "mended", self.left_out[piece.number]
            )
            for piece in self.pieces
            if piece.number in self.left_out
        ]

    def text(self, moved: Mapping[int, int]) -> str:
        """Return the script with its mends.

        Parameters
        ----------
        moved
            Statements that only work behind others, in the order in which they run: both by their place in
            `statements`.
        """
        behind: dict[int, list[int]] = defaultdict(list)
        for index, after in moved.items():
            behind[after].append(index)
        statements = self.statements()
        places: dict[int, list[int]] = defaultdict(list)
        for index, statement in enumerate(statements):
            places[statement.number].append(index)

        def body(index: int) -> str:
            parts = [statements[index].sql, *(statements[other].sql for other in behind[index])]
            return ";\n\n".join(parts)

        def block(number: int) -> str:
            return ";\n\n".join(body(index) for index in places[number] if index not in moved)

        parts = [f"{block(0)};\n\n"] if places[0] else []
        end, is_open = 0, False
        for piece in self.pieces:
            gap = self.source[end : piece.start]
            if end and not gap and is_open:  # a variable has made several statements of one
                gap = ";\n\n"
            text = block(piece.number)
            parts.append(gap if is_open or not end else _without_semicolon(gap))
            if not text:
                first = piece.sql.splitlines()[0][:60]
                why = self.left_out.get(piece.number) or "stands further down, behind what it needs"
                parts.append(f"-- {why}: {first}\n")
            parts.append(text)
            is_open, end = bool(text), piece.end
        rest = self.source[end:]
        return "".join([*parts, rest if is_open else _without_semicolon(rest)])


def _without_semicolon(gap: str) -> str:
    head = gap.lstrip()
    return head[1:].lstrip("\n") if head.startswith(";") else gap
