"""Other people's texts as designs, for a service: only for who may make projects, within limits, a few at a time.

A script runs in a shadow database as a role that can do nothing else. That costs time and memory of the machine, so
it may use less of both than on one's own machine.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Literal, TypeAlias
from uuid import UUID

from designer_kernel.design.opaque import Opaque
from designer_kernel.errors import Cancelled
from designer_kernel.studio.team import moving
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.refusals import BadInput, TooManyAttempts
from designer_kernel.studio.team.team import Team

if TYPE_CHECKING:
    from designer_kernel.design.design import Design
    from designer_kernel.exchange.transfer import Imported
    from designer_kernel.studio.sources import SourceKind

Notation: TypeAlias = Literal["yaml", "json", "dbml", "sql", "csv"]

_KINDS: Final[dict[str, SourceKind]] = {
    "yaml": "design", "json": "design", "dbml": "dbml", "sql": "script", "csv": "data",
}  # fmt: skip
_AT_ONCE: Final = 2
"""Scripts that are read at a time, one a person at most."""

_PATIENCE: Final = 5.0
"""Seconds that one waits for a turn."""

_turns: Final = threading.BoundedSemaphore(_AT_ONCE)
_people: Final[set[UUID | None]] = set()
"""Who has a script read, or waits for a turn."""
_lock: Final = threading.Lock()
"""Held while `_people` changes."""


def read(
    team: Team,
    actor: Actor,
    workspace: UUID,
    text: str,
    notation: Notation,
    *,
    name: str = "",
    mends: Sequence[str] = (),
) -> Imported:
    """Return the design that a text holds, and what was lost of it.

    Parameters
    ----------
    workspace
        Where it is to become a project: who may not make any there, is told so before anything is read.
    name
        What to call the design; without one a design or DBML keeps its own.
    mends
        What is to be mended of a script: ids of mends, or ``all``.

    Raises
    ------
    NotLoggedIn, NotFound, NotAllowed
        If the actor may not make projects there.
    BadInput, DocumentError
        If it cannot be read.
    TooManyAttempts
        If others read scripts just now, or another one of the actor is being read.
    """
    from designer_kernel.exchange.sql import Limits
    from designer_kernel.studio.importing import read_texts
    from designer_kernel.studio.sources import Options

    team.do(actor, moving.ask, workspace)
    kind = _KINDS[notation]
    limits = Limits(
        characters=4 << 20, statements=20_000, statement_seconds=10.0, seconds=60.0, memory=512 << 20, disk=256 << 20
    )
    called = name or ("imported" if kind in ("script", "data") else "")
    place = f"{called}.csv" if kind == "data" else f"body.{notation}"
    options = Options(name=called, mends=tuple(mends), limits=limits)
    try:
        with _turn(kind, actor.user):
            found = read_texts({place: text}, kind=kind, name=called, options=options)
            if mends and kind == "script":
                found = found.with_mends(list(mends))
    except Cancelled as error:
        raise BadInput(error.what, where="text", mend="import it in parts, or on a machine of your own") from error
    if kind != "design" and _is_empty(found.imported.design):
        lost = next((loss.reason for loss in found.imported.losses), "")
        raise BadInput(f"nothing of this became a design; {lost}".strip("; "), where="text", mend="correct it")
    return found.imported


def version(text: str, notation: Notation, *, where: str) -> Design:
    """Return the design of a version that comes along with a design.

    Raises
    ------
    BadInput, DocumentError
        If designs of this notation have no versions, or it cannot be read.
    """
    from designer_kernel.design import document

    if _KINDS[notation] != "design":
        raise BadInput(f"{notation} has no versions", where="versions", mend="leave them out, or send yaml or json")
    return document.read(text, where)


def _is_empty(design: Design) -> bool:
    """Whether a design says nothing; the schema that every database has is nothing."""
    return all(isinstance(item, Opaque) and item.name == design.default_schema for item in design.items())


@contextmanager
def _turn(kind: SourceKind, person: UUID | None) -> Iterator[None]:
    if kind != "script":
        yield
        return
    with _lock:
        if person in _people:
            raise TooManyAttempts("a script of yours is being read just now", mend="wait for it", seconds=5)
        _people.add(person)
    try:
        with _common_turn():
            yield
    finally:
        with _lock:
            _people.remove(person)


@contextmanager
def _common_turn() -> Iterator[None]:
    if not _turns.acquire(timeout=_PATIENCE):
        raise TooManyAttempts("other scripts are being read just now", mend="try again in a moment", seconds=5)
    try:
        yield
    finally:
        _turns.release()
