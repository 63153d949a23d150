"""What is guessed at answers ever later, and is never locked.

Failures are counted for an account from one address, for an account from everywhere, and for an address whatever it
guesses at. Somebody who logged in from an address before does not wait for what others try from elsewhere: nobody can
be kept out of their account by wrong passwords.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from designer_kernel.store.tables.sessions import EVERYWHERE, Attempts
from designer_kernel.studio.team.refusals import TooManyAttempts
from designer_kernel.studio.team.unit import Unit


@dataclass(frozen=True, slots=True)
class Pace:
    """How many failures cost nothing, and how long one waits at most; between them each doubles the time."""

    free: int
    longest: timedelta

    def wait(self, failures: int) -> timedelta:
        """Return how long to wait after so many failures."""
        beyond = failures - self.free
        return min(timedelta(seconds=2 ** min(beyond, 20)), self.longest) if beyond >= 0 else timedelta()


PAIR: Final = Pace(5, timedelta(minutes=5))
SUBJECT: Final = Pace(20, timedelta(minutes=1))
ADDRESS: Final = Pace(50, timedelta(minutes=5))


@dataclass(frozen=True, slots=True)
class Paces:
    """The paces for a subject from one address, for it from everywhere, and for an address whatever it tries."""

    pair: Pace
    everywhere: Pace | None = None
    place: Pace | None = None


GUESSING: Final = Paces(PAIR, SUBJECT, ADDRESS)
"""For what is wrong because somebody guesses it."""

FORGOTTEN: Final = timedelta(hours=1)
"""After so long without a failure counting begins anew."""

KNOWN: Final = timedelta(days=90)
"""So long an address is known from which somebody logged in."""


@dataclass(slots=True)
class Attempt:
    """One attempt that is heard, between `begin` and what comes of it."""

    session: Session
    subject: str
    address: str
    now: datetime
    paces: Paces
    unheard: int
    """How many were turned away since the last one that was heard."""

    def failed(self) -> None:
        """Count it."""
        if self.paces.everywhere is not None:
            self._count(self.subject, EVERYWHERE, self.paces.everywhere)
        if self.address:
            self._count(self.subject, self.address, self.paces.pair)
        if self.address and self.paces.place is not None:
            self._count("", self.address, self.paces.place)
        _forget(self.session, self.now)

    def succeeded(self) -> None:
        """Begin anew for this subject at this address, which is known from now on."""
        row = _row(self.session, self.subject, self.address or EVERYWHERE)
        row.failures, row.refused, row.wait_until, row.last_at = 0, 0, None, self.now
        row.known_at = self.now if self.address else None

    def _count(self, subject: str, address: str, pace: Pace) -> None:
        row = _row(self.session, subject, address)
        row.failures = row.failures + 1 if self.now - row.last_at < FORGOTTEN else 1
        row.refused, row.last_at = 0, self.now
        wait = pace.wait(row.failures)
        row.wait_until = self.now + wait if wait else None


def begin(unit: Unit, subject: str, action: str, paces: Paces = GUESSING) -> Attempt:
    """Return an attempt that is heard; if it counts everywhere, attempts are heard one after the other.

    Parameters
    ----------
    subject
        What is tried: an account, a code.
    action
        What the audit calls it.

    Raises
    ------
    Kept
        With `TooManyAttempts`, if it is too early.
    """
    address = network(unit.actor.address)
    overall = _row(unit.session, subject, EVERYWHERE) if paces.everywhere is not None else None
    now = unit.session.scalar(select(func.clock_timestamp()))
    assert now is not None
    found = _others(unit.session, subject, address)
    here, place = found.get(subject), found.get("") if paces.place is not None else None
    known = here is not None and here.known_at is not None and now - here.known_at < KNOWN
    waits = [row for row in ((here,) if known else (here, place, overall)) if row is not None]
    longest = max(waits, key=lambda row: row.wait_until or now, default=None)
    if longest is not None and longest.wait_until is not None and longest.wait_until > now:
        _turn_away(unit, longest, action, now)
    unheard = sum(row.refused for row in waits)
    return Attempt(unit.session, subject, address, now, paces, unheard)


def network(address: str) -> str:
    """Return what an address is counted as: itself, or for version 6 the network of a customer; empty if unknown."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def _turn_away(unit: Unit, row: Attempts, action: str, now: datetime) -> None:
    """Refuse to listen; the audit is told of the first of them, and later of how many there were."""
    assert row.wait_until is not None
    seconds = (row.wait_until - now).total_seconds()
    row.refused += 1
    if row.refused == 1:
        unit.audit(action, row.subject, result="refused", why=TooManyAttempts.code, failures=row.failures)
    unit.refuse(
        TooManyAttempts(
            "this was tried in vain too often", mend=f"wait {max(1, round(seconds))} s, then try again", seconds=seconds
        )
    )


def _row(session: Session, subject: str, address: str) -> Attempts:
    """Return a row, made if there is none, and locked until the end of the transaction."""
    made = insert(Attempts).values(subject=subject, address=address)
    locked = made.on_conflict_do_update(index_elements=["subject", "address"], set_={"refused": Attempts.refused})
    return session.scalars(locked.returning(Attempts), execution_options={"populate_existing": True}).one()


def _others(session: Session, subject: str, address: str) -> dict[str, Attempts]:
    """Return what is counted for an address, by subject, without waiting for anybody who counts there too."""
    if not address:
        return {}
    wanted = select(Attempts).where(Attempts.address == address, Attempts.subject.in_([subject, ""]))
    return {row.subject: row for row in session.scalars(wanted)}


def _forget(session: Session, now: datetime) -> None:
    """Remove some rows that say nothing any more, but none that somebody uses."""
    old = (
        select(Attempts.subject, Attempts.address)
        .where(Attempts.last_at < now - FORGOTTEN, or_(Attempts.known_at.is_(None), Attempts.known_at < now - KNOWN))
        .limit(100)
        .with_for_update(skip_locked=True)
    )
    session.execute(delete(Attempts).where(tuple_(Attempts.subject, Attempts.address).in_(old)))
