"""How many requests a team's service answers, how fast, and whether it grows: 50 people on one project of 100 entities.

``make bench``, or ``python -m benchmarks.team --seconds 20 --minutes 10 --json``. The service is `designer serve` as
people start it, in one process, on an embedded server with its usual settings; it, the server and the people share the
machine. Each person has a connection of their own and waits for an answer before asking again. So the peak is found;
then half as many requests a second are sent as a clock says, and time counts from when the clock said it, so that a
request that had to wait for another one counts with its wait. At last this half is kept up for some minutes.

A read is the whole project, an edit changes the description of an attribute or its type; each person has one of their
own, so that nobody's edit is refused.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import mean
from typing import Any, Final
from uuid import UUID

import psutil
import psycopg

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.postgres.server import embedded
from designer_kernel.store.engine import open_store
from designer_kernel.store.tables.people import User
from designer_kernel.store.tables.workspaces import Membership
from designer_kernel.studio.team import projects, workspaces
from designer_kernel.studio.team.actor import Actor, stranger
from designer_kernel.studio.team.people import passwords
from designer_kernel.studio.team.people.logging_in import log_in
from designer_kernel.studio.team.team import Team

PEOPLE: Final = 50
ENTITIES: Final = 100
ATTRIBUTES: Final = 10
EDITS: Final = 10
"""Of a mix, one request in so many is an edit."""

PASSWORD: Final = "nine violet otters at noon"
_FRESH: Final = 400.0
"""Seconds that a token is used."""

_CONNECTIONS: Final = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'schema-designer%'"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Ask a team's service as 50 people at once.")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each measurement (default: 20)")
    parser.add_argument("--minutes", type=float, default=10.0, help="to look for growth (default: 10; 0: not at all)")
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"(default: {PEOPLE})")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    options = parser.parse_args()
    figures = measure(options.people, options.seconds, options.minutes)
    print(json.dumps(figures) if options.json else told(figures))


def measure(people: int, seconds: float, minutes: float) -> dict[str, Any]:
    """Return requests a second, times and errors of reads, of edits, and of both; and what grew in some minutes."""
    with tempfile.TemporaryDirectory(prefix="designer-") as folder, embedded(Path(folder) / "server") as server:
        os.environ["DESIGNER_DATA_DIR"] = folder  # tokens are signed with one key, here and there
        url = server.ensure_database("team")
        team = Team(open_store(url))
        crowd = _made(team, people)
        with _serving(url, folder) as (port, service):
            for person in crowd.people:
                crowd.renew(person)
            figures = {
                name: asyncio.run(_phases(crowd, port, service, seconds, every)) for name, every in _MIXES.items()
            }
            peak = figures["mixed"]["peak"]["per_second"]
            growth = asyncio.run(_growth(crowd, port, url, service, minutes * 60, peak / 2)) if minutes else None
        team.store.close()
    return {"people": people, "entities": ENTITIES, "seconds": seconds, **figures, "growth": growth}


_MIXES: Final = {"reads": 0, "edits": 1, "mixed": EDITS}
"""One request in so many is an edit; 0: none."""


@dataclass(slots=True)
class Person:
    """One of those who ask."""

    name: str
    address: str
    attribute: str
    token: str = ""
    since: float = 0.0


@dataclass(slots=True)
class Crowd:
    """All who ask, and what they ask about."""

    team: Team
    project: UUID
    people: list[Person]

    def renew(self, person: Person) -> None:
        """Give somebody a new token."""
        found = self.team.do(stranger(person.address), log_in, person.name, PASSWORD)
        person.token, person.since = found.access, time.monotonic()


@dataclass(slots=True)
class Times:
    """How long requests took, and which failed."""

    seconds: list[float] = field(default_factory=list)
    errors: dict[str, int] = field(default_factory=dict)

    def figures(self, spent: float) -> dict[str, Any]:
        """Return them in short."""
        ordered = sorted(self.seconds)
        at = {f"p{share}_ms": round(_at(ordered, share / 100) * 1000, 1) for share in (50, 95, 99)}
        return {"per_second": round(len(ordered) / spent, 1), **at, "errors": self.errors}


def _at(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def _made(team: Team, people: int) -> Crowd:
    """Make people who belong to one workspace, and a project there."""
    hashed = passwords.hashed(PASSWORD)
    users = [User(username=f"p{n}", email=f"p{n}@example.org", password_hash=hashed) for n in range(people)]
    with team.store.transaction() as session:
        session.add_all(users)
        session.flush()
        ids = [user.id for user in users]
    owner = Actor(ids[0], "p0")
    workspace = team.do(owner, workspaces.create, "load").id
    with team.store.transaction() as session:
        session.add_all(Membership(workspace_id=workspace, user_id=one, role="editor") for one in ids[1:])
    design = _design()
    project = team.do(owner, projects.create, workspace, design=design).id
    crowd = []
    for n in range(people):
        entity = design.entities[n % ENTITIES]
        attribute = entity.attributes[1 + n // ENTITIES]
        path = f"/api/projects/{project}/entities/{entity.id}/attributes/{attribute.id}"
        crowd.append(Person(f"p{n}", f"127.0.{n // 250}.{n % 250 + 1}", path))
    return Crowd(team, project, crowd)


def _design() -> Design:
    entities = []
    for n in range(ENTITIES):
        key = Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False, identity="ALWAYS")
        others = [Attribute(name=f"column_{m}", data_type="varchar(80)") for m in range(ATTRIBUTES - 1)]
        entities.append(Entity(name=f"table_{n}", description="One of many", attributes=(key, *others)))
    bonds = [
        Relationship(source_entity_id=entities[n // 2].id, target_entity_id=entities[n].id) for n in range(1, ENTITIES)
    ]
    return Design(name="load", entities=tuple(entities), relationships=tuple(bonds))


@contextmanager
def _serving(url: str, folder: str) -> Iterator[tuple[int, psutil.Process]]:
    """Run the service as people do; rates are lifted, since all ask from one address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    plenty = {name: str(1 << 29) for name in ("DESIGNER_API_PERSON_RATE", "DESIGNER_API_ADDRESS_RATE")}
    environment = {**os.environ, **plenty, "DESIGNER_DATABASE_URL": url, "DESIGNER_DATA_DIR": folder}
    command = [sys.executable, "-m", "designer_kernel.cli", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(port, process)
            yield port, psutil.Process(process.pid)
        finally:
            process.terminate()


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("the service did not start")


class Line:
    """A connection that is kept, with as little work as possible: who asks shares the machine with who answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def ask(self, method: str, path: str, token: str, body: bytes = b"") -> int:
        """Return the status of an answer that has come whole."""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\n"
        if body:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self._writer.write(head.encode() + b"\r\n" + body)
        await self._writer.drain()
        said = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(said.partition("content-length:")[2].split("\r\n", 1)[0])
        await self._reader.readexactly(length)
        return int(said.split(" ", 2)[1])

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


async def _phases(crowd: Crowd, port: int, service: psutil.Process, seconds: float, every: int) -> dict[str, Any]:
    await _run(crowd, port, min(seconds, 3.0), every, None)  # nothing is cold in a service that runs
    before = _busy(service)
    reads, edits, spent = await _run(crowd, port, seconds, every, None)
    peak = _both(reads, edits, spent)
    peak["cpu_ms"] = round((_busy(service) - before) * 1000 / max(1, len(reads.seconds) + len(edits.seconds)), 2)
    reads, edits, spent = await _run(crowd, port, seconds, every, peak["per_second"] / 2)
    half = {name: times.figures(spent) for name, times in (("read", reads), ("edit", edits)) if times.seconds}
    return {"peak": peak, "half": half}


def _busy(service: psutil.Process) -> float:
    """Return the seconds that the service has worked, however busy the machine is with other things."""
    times = service.cpu_times()
    return float(times.user + times.system)


def _both(reads: Times, edits: Times, spent: float) -> dict[str, Any]:
    errors = {key: reads.errors.get(key, 0) + edits.errors.get(key, 0) for key in {*reads.errors, *edits.errors}}
    return Times(reads.seconds + edits.seconds, errors).figures(spent)


async def _run(crowd: Crowd, port: int, seconds: float, every: int, rate: float | None) -> tuple[Times, Times, float]:
    """Let everybody ask for some seconds: one after the other, or all together so often a second."""
    reads, edits = Times(), Times()
    began = time.monotonic() + 0.1
    count = len(crowd.people)

    async def ask_on(place: int, person: Person) -> None:
        line = Line(*await asyncio.open_connection("127.0.0.1", port))
        number = 0
        while True:
            due = began + (number * count + place) / rate if rate else max(began, time.monotonic())
            if due > began + seconds or time.monotonic() > began + seconds:
                break
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            is_edit = bool(every) and (number + place) % every == 0
            if time.monotonic() - person.since > _FRESH:
                await asyncio.to_thread(crowd.renew, person)
            await _timed(edits if is_edit else reads, due, _request(line, crowd, person, number, is_edit=is_edit))
            number += 1
        line.close()

    await asyncio.gather(*(ask_on(place, person) for place, person in enumerate(crowd.people)))
    return reads, edits, time.monotonic() - began


def _request(line: Line, crowd: Crowd, person: Person, number: int, *, is_edit: bool) -> Callable[[], Awaitable[int]]:
    if is_edit:
        now = time.monotonic_ns()
        said = {"description": f"at {now}"} if number % 2 else {"data_type": f"varchar({now % 1_000 + 1})"}
        return lambda: line.ask("PUT", person.attribute, person.token, json.dumps(said).encode())
    return lambda: line.ask("GET", f"/api/projects/{crowd.project}", person.token)


async def _timed(times: Times, due: float, request: Callable[[], Awaitable[int]]) -> None:
    try:
        status = await request()
    except (OSError, EOFError, ValueError) as error:
        problem = type(error).__name__
    else:
        times.seconds.append(time.monotonic() - due)
        if status == 200:
            return
        problem = str(status)
    times.errors[problem] = times.errors.get(problem, 0) + 1


async def _growth(
    crowd: Crowd, port: int, url: str, service: psutil.Process, seconds: float, rate: float
) -> dict[str, Any]:
    """Return memory and connections of the service in the second quarter of some minutes, and in the last."""
    samples: list[tuple[float, int]] = []
    is_done = asyncio.Event()

    async def look() -> None:
        with psycopg.connect(url, autocommit=True, application_name="benchmark") as connection:
            while not is_done.is_set():
                (count,) = connection.execute(_CONNECTIONS).fetchone() or (0,)
                samples.append((service.memory_info().rss / (1 << 20), count))
                await asyncio.sleep(max(0.5, seconds / 200))

    looking = asyncio.create_task(look())
    reads, edits, spent = await _run(crowd, port, seconds, EDITS, rate)
    is_done.set()
    await looking
    quarter = max(1, len(samples) // 4)
    early, late = samples[quarter : 2 * quarter] or samples, samples[-quarter:]
    return {
        "minutes": round(spent / 60, 1),
        "read": reads.figures(spent),
        "edit": edits.figures(spent),
        "mib": [round(mean(size for size, _ in part)) for part in (early, late)],
        "connections": [max(count for _, count in part) for part in (early, late)],
    }


def told(figures: dict[str, Any]) -> str:
    """Return the figures for people."""
    lines = [f"{figures['people']} people, one project of {figures['entities']} entities"]
    for name in _MIXES:
        found = figures[name]
        lines.append(f"  {name}: at their peak {_line(found['peak'])}; {found['peak']['cpu_ms']} ms of work for each")
        lines += [f"    at half of it, {kind}: {_line(half)}" for kind, half in found["half"].items()]
    growth = figures["growth"]
    if growth:
        lines.append(f"  for {growth['minutes']} minutes, read: {_line(growth['read'])}")
        lines.append(f"    edit: {_line(growth['edit'])}")
        (first, last), (few, many) = growth["mib"], growth["connections"]
        lines.append(f"    memory {first} MiB in the second quarter, {last} in the last; connections {few} and {many}")
    return "\n".join(lines)


def _line(one: dict[str, Any]) -> str:
    errors = sum(one["errors"].values())
    failed = f"{errors} errors {one['errors']}" if errors else "no errors"
    times = ", ".join(f"{name} {one[f'{name}_ms']:.1f} ms" for name in ("p50", "p95", "p99"))
    return f"{one['per_second']:.0f} requests a second, {times}, {failed}"


if __name__ == "__main__":
    main()
