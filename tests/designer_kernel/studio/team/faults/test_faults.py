"""Whatever is killed between any two statements of an edit, a deploy, a fill, a rotation: all of it was done, or none.

What dies is the API (or who rotates), a process of the server that is at work, or the whole server, before a statement
or when its transaction has ended and nobody has heard of it yet. Then what is there must fit together, the audit must
be whole, and who asks again must get what they asked for, once.

A few places are struck each time; ``make faults`` strikes all of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Final, Literal

import httpx
import pytest

from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.people.keys import signing_key
from designer_kernel.studio.team.secrets.key_files import KeyFile
from designer_kernel.studio.team.secrets.master_keys import KEY
from tests.designer_kernel.studio.team.conftest import registered
from tests.designer_kernel.studio.team.faults import victims
from tests.designer_kernel.studio.team.faults.filling import Filling, Replacing
from tests.designer_kernel.studio.team.faults.holding import check, kept
from tests.designer_kernel.studio.team.faults.middle import At, Place, after_end, before_end, nowhere, place, second
from tests.designer_kernel.studio.team.faults.stage import Stage
from tests.designer_kernel.studio.team.faults.works import Deploying, Editing, FirstDeploying, Rotating, Work

STEP: Final = int(os.environ.get("FAULTS", "0").replace("all", "1"))
"""Strike at each place (``all``), or at each so many; at a few of them if nothing is said."""

KINDS: Final = ("process", "backend", "server")

FEW: Final[dict[str, dict[str, tuple[At, ...]]]] = {
    "edit": {"process": (after_end,), "backend": (before_end, after_end), "server": (after_end,)},
    "first-deploy": {"process": (), "backend": (place(60),), "server": (before_end,)},
    "deploy": {"process": (place(150),), "backend": (after_end,), "server": ()},
    "fill": {"process": (second(before_end),), "backend": (), "server": (second(after_end),)},
    "refill": {"process": (), "backend": (place(150),), "server": ()},
    "rotation": {"process": (after_end,), "backend": (place(70),), "server": (place(40),)},
}


def _lifetime(fixture_name: str, config: pytest.Config) -> Literal["function", "module"]:
    """A few strikes share a stage; many would leave ever more behind that has to be looked at after each."""
    return "function" if STEP else "module"


@pytest.fixture(scope=_lifetime)
def stage() -> Iterator[Stage]:
    """A stage with an API."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(KEY, victims.MASTER_KEY)
        made = Stage()
        yield made
        made.end()


@pytest.fixture(scope=_lifetime)
def ada(stage: Stage) -> Actor:
    """Somebody who works."""
    return registered(stage.team, "ada")


@pytest.fixture(scope=_lifetime)
def works() -> dict[type[Work], Work]:
    """What was at work on a stage before."""
    return {}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        pytest.param(kind, name, id=f"{kind.name}-{name}")
        for kind in (Editing, FirstDeploying, Deploying, Filling, Replacing, Rotating)
        for name in KINDS
        if STEP or FEW[kind.name][name]
    ],
)
def test_what_is_killed_leaves_all_or_nothing(
    stage: Stage, ada: Actor, works: dict[type[Work], Work], kind: type[Work], name: str
) -> None:
    work = works[kind] = works.get(kind) or kind(stage, ada)
    chosen = every(counted(stage, work)) if STEP else FEW[work.name][name]
    struck = [
        struck_at(stage, work, name, at, is_last=not STEP or number % work.pace == 0)
        for number, at in enumerate(chosen, 1)
    ]
    assert STEP or None not in struck
    print(f"{work.name}: {name} struck at {len(struck) - struck.count(None)} places")


def counted(stage: Stage, work: Work) -> int:
    """Do some work, and return how many places were passed."""
    if work.serves:
        stage.serve()
        stage.enter(work.actor)
    work.prepare()
    stage.middle.aim(nowhere, stage.kill_process)
    answer = work.ask()
    places, _ = stage.middle.rest()
    assert answer is not None
    assert answer.is_success, answer.text
    return len(places)


def every(places: int) -> tuple[At, ...]:
    """Return the places where to strike; a few more than there were, should there be more another time."""
    return (*map(place, range(0, places + 5, STEP)), before_end, after_end)


def struck_at(stage: Stage, work: Work, name: str, at: At, *, is_last: bool = True) -> Place | None:
    """Strike at a place, and look at what is left; return where it was, if work came there.

    Who asks again does so in the end; before that, it is they who are struck next.
    """
    if work.is_left:
        work.renew()
    else:
        work.prepare()
    if work.serves:
        stage.serve()
        stage.enter(work.actor)
    before, done = kept(stage.url), work.done()
    strikes: dict[str, Callable[[int], None]] = {
        "process": stage.kill_process, "backend": stage.kill_backend, "server": stage.kill_server,
    }  # fmt: skip
    stage.middle.aim(at, strikes[name])
    answer = work.ask()
    _, struck = stage.middle.rest()
    what = f"{work.name}: {name} at {struck}"
    stage.mend()
    if struck is None:
        assert answer is not None, what
        work.is_left = False
        return None
    work.settle(answer)
    after = kept(stage.url)
    if isinstance(work, Rotating):
        assert after.rooms == before.rooms, what
    else:
        is_done = work.done() == done + 1
        changed = work.changed(before, after)
        assert is_done == bool(changed), (what, changed)
        heard(work, name, answer, is_done, what)
        work.is_left = not (is_done or is_last)
    holds(stage, work, what)
    if not work.is_left:
        again(stage, work, done, what)
    return struck


def heard(work: Work, name: str, answer: httpx.Response | None, is_done: bool, what: str) -> None:
    """Assert that whoever asked was told the truth: nothing, or to ask again, or that it was done."""
    if name == "process" and (answer is None or not work.answers_first):
        assert answer is None, what
        return
    assert answer is not None, what
    if answer.is_success:
        assert is_done or work.answers_first, what
    else:
        assert answer.status_code == 503, (what, answer.text)
        assert "Retry-After" in answer.headers


def again(stage: Stage, work: Work, done: int, what: str) -> None:
    """Ask again, and assert that it was done once."""
    work.renew()
    if work.serves:
        stage.serve()
    for _ in range(20):
        answer = work.ask()
        if answer is not None and answer.status_code != 503:
            break
    assert answer is not None, what
    assert answer.is_success, (what, answer.text)
    assert work.done() == done + (0 if isinstance(work, Rotating) else 1), what
    if isinstance(work, Rotating):
        assert work.is_whole()
    holds(stage, work, what)


def holds(stage: Stage, work: Work, what: str) -> None:
    """Assert that all fits together."""
    try:
        check(stage.team, stage.directory)
        work.check()
    except AssertionError as error:
        error.add_note(what)
        raise


def test_the_figures_say_when_the_server_is_away(stage: Stage) -> None:
    stage.serve()
    stage.kill_server(0)
    try:
        assert [httpx.get(f"{stage.address}/{path}").status_code for path in ("healthz", "readyz")] == [200, 503]
    finally:
        stage.mend()
    assert httpx.get(f"{stage.address}/readyz").status_code == 200


def test_a_file_of_keys_is_never_half_written(stage: Stage) -> None:
    path = stage.directory / "keys" / "master.keys"
    KeyFile(path).begin()
    known = set(KeyFile(path).keys().ids)
    line = 1
    while True:
        process = victims.begun(victims.renew, path, line)
        process.join()
        found = KeyFile(path).keys().ids
        assert known <= set(found), line
        assert len(found) - len(known) in (0, 1)
        known = set(found)
        if process.exitcode == 0:
            break
        line += STEP or 7
    assert line > 20
    assert len(known) > 1


def test_what_was_killed_told_no_secret(stage: Stage, ada: Actor) -> None:
    assert struck_at(stage, Editing(stage, ada), "server", place(3)) is not None
    logs = [stage.log, *stage.home.rglob("*.log*")]
    told = "".join(log.read_text("utf-8", "replace") for log in logs)
    assert '"status": 201' in told
    assert "recovery" in told, "the server's own log is among them"
    secrets = stage.tokens | {"c4nary", victims.MASTER_KEY, signing_key().secret.decode()}
    assert len(secrets) >= 5
    assert [secret for secret in secrets if secret in told] == []
