"""Rows, and errors, that code in a room makes larger than anybody sent: the service holds a bounded part of them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest

from designer_kernel.errors import DesignerError
from designer_kernel.studio.tabular.statements import Sort
from designer_kernel.studio.team import rows
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.refusals import BadInput
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.rooms import deployed

HUGE = """
format: 1
name: huge
entities:
  - name: huge
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true}
      - {name: short, data_type: text}
      - {name: body, data_type: text, default_value: "repeat('x', 3000000)"}
  - name: tokens
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: ALWAYS}
      - {name: body, data_type: text, default_value: "repeat('x', 300000)"}
  - name: loud
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true}
    triggers:
      - {name: shout, timing: BEFORE, events: [INSERT], function: shout}
functions:
  - name: shout
    definition: |
      CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION USING MESSAGE = repeat('x', 5000000), DETAIL = repeat('y', 5000000),
          HINT = repeat('z', 5000000);
      END $$
"""


class Place:
    """A deployed design, and who may write there."""

    def __init__(self, team: Team, ada: Actor) -> None:
        self._do = lambda case, *args, **more: team.do(ada, case, self.project, *args, **more)
        self.project: UUID = deployed(team, ada, HUGE)

    def __getattr__(self, name: str) -> Any:
        return lambda *args, **more: self._do(getattr(rows, name), *args, **more)


@pytest.fixture
def place(team: Team, ada: Actor) -> Place:
    return Place(team, ada)


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """See to it that this process holds no more meanwhile than so many bytes beside what it had."""
    tracemalloc.start()
    try:
        yield
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < size


def test_of_a_row_that_is_too_large_the_key_is_told(place: Place) -> None:
    with at_most(2 << 20):  # a row has 3 MB
        made = place.insert("huge", [{"id": n} for n in range(12)])
        assert [(row.is_bare, row.key, row.values) for row in made] == [(True, {"id": n}, {"id": n}) for n in range(12)]
        one = place.get("huge", {"id": 0})
        assert one == made[0]
        changed = place.update("huge", one.key, {"short": "b"}, one.revision)
        assert (changed.is_bare, changed.values, changed.revision != one.revision) == (True, {"id": 0}, True)
        found, cursor = [], None
        while not found or cursor:
            page = place.query("huge", cursor=cursor)
            found, cursor = [*found, *page.rows], page.next
        assert [row.key["id"] for row in found] == list(range(12))
        place.delete("huge", found[3].key, found[3].revision)
        place.update("huge", {"id": 5}, {"body": "y"}, rows.ANY)
    small = place.get("huge", {"id": 5})
    assert (small.is_bare, small.values) == (False, {"id": 5, "short": None, "body": "y"})


def test_rows_of_one_answer_have_a_limit_together(place: Place) -> None:
    with at_most(8 << 20):  # all together have 12 MB
        made = place.insert("tokens", [{} for _ in range(40)])
        page = place.query("tokens", limit=40)
    assert [row.is_bare for row in made] == [False] * 6 + [True] * 34
    assert (len(page.rows), [row.is_bare for row in page.rows]) == (6, [False] * 6)
    assert page.next is not None


def test_what_not_even_a_key_can_tell_is_refused(place: Place) -> None:
    place.insert("huge", [{"id": 1}])
    with pytest.raises(BadInput, match="too large to be told"):
        place.query("huge", sort=[Sort("body")])


def test_errors_are_as_long_as_people_read(place: Place) -> None:
    with pytest.raises(DesignerError) as refused:
        place.insert("loud", [{"id": 1}])
    assert len(f"{refused.value.what} {refused.value.mend}") < 5_000
