"""Running the statements of a script in an order in which they work: that of the script, and retries where it helps.

A statement that fails because something is not there yet waits for a statement that makes something of that name, and
is run again right behind it. Only what is left then is run once more as a whole, as long as that moves anything.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import postgast
import psycopg

from designer_kernel.catalog import sqltext
from designer_kernel.exchange.sql.outcome import State, shown
from designer_kernel.exchange.sql.session import ConnectionLost, Session
from designer_kernel.exchange.sql.statements import Statement
from designer_kernel.postgres.server import Progress

MAX_SWEEPS: Final = 5
"""How often all that is left is run again."""

_WAITS: Final = frozenset({
    "42P01", "42704", "42883", "3F000", "42703", "42809", "42830", "55000", "2BP01", "42P17", "42804", "42P16", "42602",
    "42846",
})  # fmt: skip
"""SQLSTATEs of failures that can be over when another statement has run."""

_MISSING: Final = frozenset({"42P01", "42704", "42883", "3F000", "42703"})
_NAMES: Final = re.compile(r'"([^"]+)"|(?:function|operator|aggregate|procedure) ([\w.]+)')
_NAME_FIELDS: Final = (
    "schemaname", "idxname", "role", "extname", "servername", "fdwname", "newname", "plname", "trigname", "name",
)  # fmt: skip
"""Fields of parse nodes that hold the name of what is made."""

_MESSAGE: Final = 2_000
_TIMEOUT: Final = "57014"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the server refused a statement; ``offset`` is the error's place in it, from 0, or -1."""

    message: str
    sqlstate: str = ""
    detail: str = ""
    hint: str = ""
    offset: int = -1

    @classmethod
    def of(cls, error: psycopg.Error) -> Failure:
        """Return what an error of the server says."""
        said = error.diag
        message = (said.message_primary or str(error) or "refused")[:_MESSAGE]
        offset = int(said.statement_position or 0) - 1
        return cls(message, error.sqlstate or "", (said.message_detail or "")[:_MESSAGE],
                   (said.message_hint or "")[:_MESSAGE], offset)  # fmt: skip


@dataclass(slots=True)
class Result:
    """What became of one statement; ``after`` is the place of the one behind which a retry worked, ``turn`` its turn.

    The one behind which it worked is always one that ran in its own place.
    """

    state: State = "failed"
    failure: Failure | None = None
    note: str = ""
    after: int = -1
    turn: int = 0


@dataclass(slots=True)
class Runner:
    """One reading of a script."""

    session: Session
    statements: Sequence[Statement]
    prepare: Callable[[Statement], str]
    progress: Progress | None = None
    hopeless: dict[int, str] = field(default_factory=dict)
    refused_settings: set[str] = field(default_factory=set)
    results: list[Result] = field(default_factory=list)
    _waiting: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _tried: dict[int, int] = field(default_factory=dict)
    _successes: int = 0
    _last_in_place: int = 0
    _now: int = 0

    def run(self) -> list[Result]:
        """Run all, and return what became of each.

        Raises
        ------
        ConnectionLost
            If a statement ended the server's process; `hopeless` then names it.
        Cancelled
            If the user cancelled, or the time is over.
        """
        self.results = [Result() for _ in self.statements]
        total = len(self.statements)
        self.session.watch.slow = self._slow
        for index, statement in enumerate(self.statements):
            if self.progress is not None and index % 20 == 0:
                self.progress(index, total, f"line {statement.piece.line}")
            self.session.watch.raise_if_over()
            if statement.skip:
                self.results[index] = Result("skipped", note=statement.skip)
            elif self._try(index):
                self._last_in_place = index
                self._wake(index)
        self._sweep()
        self.session.watch.slow = None
        if self.progress is not None:
            self.progress(total, total, "reading what came to be")
        return self.results

    def _slow(self, seconds: int) -> None:
        """Say which statement takes its time, so that nobody thinks that nothing happens."""
        if self.progress is not None:
            statement = self.statements[self._now]
            words = " ".join(shown(statement.sql)[:200].split())[:60]
            self.progress(self._now, len(self.statements), f"line {statement.piece.line}, {seconds} s: {words}")

    def _try(self, index: int, maker: int = -1) -> bool:
        """Run a statement, and say whether that worked; ``maker`` is the one that gives a retry hope."""
        statement, result = self.statements[index], self.results[index]
        self._tried[index], self._now = self._successes, index
        if index in self.hopeless:
            result.failure = Failure(self.hopeless[index], "57014")
            return False
        try:
            text = self.prepare(statement)
            settings = {name: sql for name, sql in statement.settings if sql not in self.refused_settings}
            self.session.run(text, reads=statement.reads, settings=settings)
        except psycopg.Error as error:
            if statement.setting:
                self.refused_settings.add(statement.run)
            self._failed(index, error)
            return False
        except ConnectionLost as lost:
            self.hopeless[index] = lost.reason
            raise
        self._successes += 1
        result.failure, result.note = None, statement.note
        result.state = "ran" if maker < 0 else "ran after retry"
        if maker >= 0:
            result.after, result.turn = self._last_in_place, self._successes
            result.note = f"what it needs is made later, in line {self.statements[maker].piece.line}"
        elif (exists := self.session.existing()) and statement.kind != "create_extension_stmt":
            result.state, result.note = "skipped", f"{exists}; what stands here may differ from it"
        return True

    def _failed(self, index: int, error: psycopg.Error) -> None:
        statement, result = self.statements[index], self.results[index]
        reason = self.session.watch.reason
        if error.sqlstate == _TIMEOUT and not reason:
            reason = f"it took longer than {self.session.limits.statement_seconds:g} s"
        result.failure = Failure(reason, _TIMEOUT) if reason else Failure.of(error)
        state = result.failure.sqlstate
        if statement.kind == "drop_stmt" and state in _MISSING:
            result.state, result.note, result.failure = "skipped", f"nothing to drop: {result.failure.message}", None
        elif state == "42501" and is_comment_on_extension(statement):
            result.state, result.note, result.failure = "skipped", "an extension keeps its own comment", None
        elif state in _WAITS:
            for name in missing_names(result.failure.message):
                self._waiting[name].add(index)

    def _wake(self, index: int) -> None:
        """Run again what waits for what a statement has made, and what waits for that."""
        queue = deque([index])
        while queue:
            made = queue.popleft()
            woken = {i for name in defined(self.statements[made]) for i in self._waiting.get(name, ())}
            for waiting in sorted(woken):
                if self.results[waiting].state != "failed" or self._tried[waiting] == self._successes:
                    continue
                if self._try(waiting, maker=made):
                    queue.append(waiting)

    def _sweep(self) -> None:
        for _ in range(MAX_SWEEPS):
            before = self._successes
            for index, result in enumerate(self.results):
                can_wait = result.failure is not None and result.failure.sqlstate in _WAITS
                if result.state == "failed" and can_wait and self._tried[index] != self._successes:
                    self.session.watch.raise_if_over()
                    if self._try(index, maker=self._last_in_place):
                        self._wake(index)
            if self._successes == before:
                return


def is_comment_on_extension(statement: Statement) -> bool:
    """Whether a statement is the comment that pg_dump writes for each extension."""
    return statement.kind == "comment_stmt" and statement.sql.upper().split()[2:3] == ["EXTENSION"]


def missing_names(message: str) -> set[str]:
    """Return the names, without schemas, that a message of PostgreSQL quotes."""
    return {(a or b).rsplit(".", 1)[-1] for a, b in _NAMES.findall(message)}


def defined(statement: Statement) -> frozenset[str]:
    """Return the names that a statement makes or changes, without schemas."""
    if not statement.defines and statement.tree is not None:
        statement.defines = frozenset(_defined(statement.kind, statement.node))
    return statement.defines


def _defined(kind: str, node: Any) -> set[str]:
    found: set[str] = set()
    part: Any
    for name in ("relation", "view", "sequence", "typevar"):
        part = getattr(node, name, None)
        if hasattr(part, "relname") and part.relname:
            found.add(part.relname)
    into = getattr(node, "into", None)
    if into is not None and hasattr(into, "rel"):
        found.add(into.rel.relname)
    for name in ("funcname", "type_name", "domainname", "defnames", "opclassname", "opfamilyname"):
        parts = getattr(node, name, None)
        if parts is not None and hasattr(parts, "__len__") and len(parts) and hasattr(parts[-1], "string"):
            found.add(parts[-1].string.sval)
    for name in _NAME_FIELDS:
        value: Any = getattr(node, name, "")
        if isinstance(value, str) and value:
            found.add(value)
    if kind == "alter_table_stmt":
        columns = (getattr(item.alter_table_cmd, "def").column_def.colname for item in node.cmds)
        found.update(name for name in columns if name)
    if kind == "create_schema_stmt":
        for element in node.schema_elts:
            inner = str(element.WhichOneof("node"))
            found |= _defined(inner, getattr(element, inner))
    return found


def is_same(one: Statement, other: Statement) -> bool:
    """Whether two statements say the same."""
    if one.tree is None or other.tree is None:
        return one.sql == other.sql
    return one.kind == other.kind and sqltext.same_tree(_alone(one), _alone(other))


def _alone(statement: Statement) -> Any:
    tree = postgast.ParseResult()
    tree.stmts.add().stmt.CopyFrom(statement.tree)
    return tree
