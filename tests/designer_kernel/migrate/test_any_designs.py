"""From any design to what edits make of it: the plan proves, and gives exactly the other one.

Pairs of designs are planned some at a time, each in schemas of its own: servers take longest over what does not depend
on how much there is. A batch that fails is made smaller until one pair is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import psycopg
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture import providers

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.render import script as render
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError
from designer_kernel.migrate.identity import renames
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.prove import prove
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.script import run
from tests.deployable import Pair, pairs

CASES = 300
BATCHES = 16
SIZES = (28, 44)

_settings = settings(
    max_examples=BATCHES,
    deadline=None,
    database=None,
    derandomize=True,
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)

_batches = st.lists(pairs(), min_size=SIZES[0], max_size=SIZES[1])


class _Lowered:
    """A pair that can be lowered, in schemas of its own, and what was renamed between its sides."""

    def __init__(self, pair: Pair) -> None:
        self.sides = (lower(pair.before), lower(pair.after))
        self.renames = renames(pair.before, pair.after)


def _lowered(batch: Sequence[Pair]) -> Iterator[_Lowered]:
    for number, pair in enumerate(batch):
        try:
            lowered = _Lowered(pair.moved(number))
        except DesignerError:
            continue  # edits may leave a design that contradicts itself
        if differences(*lowered.sides):
            yield lowered


def _made(connection: psycopg.Connection[tuple[object, ...]], catalogs: Iterable[Catalog]) -> tuple[list[int], Catalog]:
    """Make catalogs in a database that is empty again afterwards; return which of them it took, and what it held."""
    taken = []
    with connection.transaction(force_rollback=True):
        for number, catalog in enumerate(catalogs):
            try:
                with connection.transaction():
                    run(connection, render(catalog))
            except DesignerError:
                continue  # edits may leave what PostgreSQL refuses
            taken.append(number)
        return taken, introspect(connection)


def _both(
    connection: psycopg.Connection[tuple[object, ...]], cases: list[_Lowered]
) -> tuple[list[_Lowered], tuple[Catalog, Catalog]]:
    """Return the cases of which a server takes both sides, and the sides as it writes them."""
    found = []
    for side in (1, 0, 1):
        taken, catalog = _made(connection, [case.sides[side] for case in cases])
        kept = [cases[number] for number in taken]
        found.append(catalog)
        if side == 0 and len(kept) == len(cases):
            return kept, (catalog, found[0])
        cases = kept
    return cases, (found[1], found[2])


def _prove_batch(url: str, batch: Sequence[Pair]) -> int:
    """Plan from the first side of all pairs to the second, prove it, and return how many pairs that was."""
    with psycopg.connect(url, autocommit=True) as connection:
        cases, (before, after) = _both(connection, list(_lowered(batch)))
        version = connection.info.server_version // 10000
    known: dict[ObjectId, ObjectId] = {}
    for case in cases:
        known |= case.renames
    rehearsal = Rehearsal(url)
    way = plan(before, after, version=version, shadow=rehearsal, hints=Hints(known))
    proof = prove(way, before, after, rehearsal, rows=0)
    assert [(check.name, check.found) for check in proof.checks if not check.holds] == []
    return len(cases)


@pytest.fixture(autouse=True)
def _drawn_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the same pairs drawn whatever was imported before: constants of modules are drawn now and then."""
    monkeypatch.setattr(providers, "_get_local_constants", providers.Constants)
    monkeypatch.setattr(providers, "CONSTANTS_CACHE", type(providers.CONSTANTS_CACHE)(1024))


@pytest.fixture
def urls(database_url: str, request: pytest.FixtureRequest) -> list[str]:
    """A database on each server; on the embedded one alone where there is no other."""
    try:
        return [database_url, request.getfixturevalue("older_url")]
    except pytest.skip.Exception:
        return [database_url]


@pytest.mark.older
@pytest.mark.timeout(600)
def test_the_plan_of_any_edits_proves(urls: list[str]) -> None:
    """On both servers at once: to draw the designs takes as long as to prove their plans on one."""
    proved = dict.fromkeys(urls, 0)

    @_settings
    @given(batch=_batches)
    def run_batches(batch: list[Pair]) -> None:
        for url in urls:
            note(f"on {url}")
            proved[url] += _prove_batch(url, batch)

    run_batches()
    assert min(proved.values()) >= CASES
