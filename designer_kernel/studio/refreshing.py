"""Bringing a project up to date with a database, or with whatever PostgreSQL has read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from designer_kernel.design.design import Design
from designer_kernel.design.lower import lower
from designer_kernel.errors import Cancelled, DesignerError, UnknownObject

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.design.refresh import Answer, Decision, Refresh
    from designer_kernel.postgres.server import Progress
    from designer_kernel.postgres.target import Server


@dataclass(frozen=True)
class Comparison:
    """A design beside what a database holds: what a refresh would change, and what is to be decided first.

    ``meant`` is the design in that server's words; it is asked for once, however often the answers change. ``reword``
    puts what the design means under new names into these words.
    """

    design: Design
    catalog: Catalog
    meant: Catalog | None = None
    reword: Callable[[Catalog], Catalog | None] | None = None

    def refreshed(self, decide: Mapping[str, Answer] | None = None) -> Refresh:
        """Return what a refresh comes to with these answers; see `designer_kernel.design.refresh`."""
        from designer_kernel.design.refresh import refresh

        return refresh(self.design, self.catalog, meant=self.meant, decide=decide, reword=self.reword)

    def answered(self, decide: Mapping[str, Answer] | None = None) -> Refresh:
        """Return what a refresh comes to with these answers, each of which answers a question.

        Raises
        ------
        UnknownObject
            If an answer is to no question, or is none of those that its question allows.
        """
        done = self.refreshed()
        if not decide or done.is_elsewhere:
            return done
        asked = {one.key: one for one in done.decisions}
        if not isinstance(decide, Mapping):
            raise _no_answer(f"decide is {decide!r}, and no mapping from questions to answers", asked.values())
        given: dict[str, Answer] = {}
        while len(given) < len(decide):
            known = {key: answer for key, answer in decide.items() if key in asked}
            wrong = next((key for key, answer in known.items() if answer not in asked[key].answers), None)
            if wrong is not None:
                raise _no_answer(f"{decide[wrong]!r} is no answer to {wrong!r}", asked.values())
            if known.keys() == given.keys():
                other = next(key for key in decide if key not in asked)
                raise _no_answer(f"there is no question {other!r}", asked.values())
            given, done = known, self.refreshed(known)
            asked |= {one.key: one for one in done.decisions}  # an answer may raise further questions
        return done


_SHOWN: Final = 8
"""Most questions that a message lists."""


def _no_answer(what: str, asked: Iterable[Decision]) -> UnknownObject:
    """Return an error that lists what can be answered, and how."""
    told = [f"{one.key!r}: {' or '.join(map(repr, one.answers))}" for one in asked]
    more = f" and {len(told) - _SHOWN} others" if len(told) > _SHOWN else ""
    mend = f"answer {'; '.join(told[:_SHOWN])}{more}" if told else "leave decide out: there is nothing to decide"
    return UnknownObject(what, where="refresh", mend=mend)


def compare_with_database(
    design: Design, place: str, *, progress: Progress | None = None, cancel: threading.Event | None = None
) -> Comparison:
    """Return a design beside a database, given by its URL or name. Nothing is changed.

    Raises
    ------
    NotDeployed
        If there is no database of this name.
    ServerUnavailable
        If it cannot be reached, or is older than what we read.
    Cancelled
        If ``cancel`` was set.
    """
    from designer_kernel.exchange.database import read_database
    from designer_kernel.postgres import target
    from designer_kernel.postgres.connection import connect
    from designer_kernel.postgres.shadow import place_for
    from designer_kernel.studio.deployed import nothing_in

    address = target.resolve(place, create=False)
    if not target.is_url(place) and not target.exists(place):
        raise nothing_in(address)
    own = lower(design)
    keeps_owners = any(fact.aspect == "owner" for fact in own.values())
    catalog = read_database(place, owners=keeps_owners).catalog
    if cancel is not None and cancel.is_set():
        raise Cancelled("comparing was cancelled")
    with connect(address, read_only=True) as connection:
        there = place_for(connection, own, address)
        connection.rollback()
    if there is None:
        return Comparison(design, catalog)

    def reword(renamed: Catalog) -> Catalog | None:
        return _in_words_of(there.server, renamed, None, cancel)

    return Comparison(design, catalog, _in_words_of(there.server, own, progress, cancel), reword)


def compare(
    design: Design, catalog: Catalog, *, progress: Progress | None = None, cancel: threading.Event | None = None
) -> Comparison:
    """Return a design beside what a script means, both in the words of the embedded server.

    Raises
    ------
    Cancelled
        If ``cancel`` was set.
    """

    def reword(renamed: Catalog) -> Catalog | None:
        return _in_words_of(None, renamed, None, cancel)

    return Comparison(design, catalog, _in_words_of(None, lower(design), progress, cancel), reword)


def _in_words_of(
    server: Server | None, own: Catalog, progress: Progress | None, cancel: threading.Event | None
) -> Catalog | None:
    """Return what a design means in a server's words; nothing if the server refuses the design."""
    from designer_kernel.postgres.shadow import normalise

    try:
        return normalise(own, server=server, progress=progress, cancel=cancel)
    except Cancelled:
        raise
    except DesignerError:
        return None
