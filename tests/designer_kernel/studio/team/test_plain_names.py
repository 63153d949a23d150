"""Errors name tables as people do, and not where they are deployed."""

from __future__ import annotations

import pytest

from designer_kernel.errors import StatementFailed
from designer_kernel.studio.team.plain_names import named_plainly, plain

ROOM, ROLE = "sd_p_" + "0f" * 16, "sd_w_" + "a1" * 16


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (f'relation "{ROOM}.orders" does not exist', 'relation "orders" does not exist'),
        (f"operator does not exist: {ROOM}.state ~~ unknown", "operator does not exist: state ~~ unknown"),
        (f'column "{ROOM}"."or""ders"."total"', 'column "or""ders"."total"'),
        (f"permission denied for schema {ROOM}", "permission denied for the schema of the project"),
        (f'schema "{ROOM}" does not exist', "the schema of the project does not exist"),
        (f'must be owner: role "{ROLE}"', "must be owner: the role of the workspace"),
        (f"x{ROOM}.a and {ROOM}0.b and sd_p_1.c", f"x{ROOM}.a and {ROOM}0.b and sd_p_1.c"),
    ],
)
def test_the_room_is_not_told(told: str, read: str) -> None:
    assert plain(told) == read


def test_what_was_sent_stays_as_it_was() -> None:
    error = StatementFailed(
        f"no {ROOM}.a", where=f"{ROOM}.a.b", mend=f"make {ROOM}.a", statement=f"DROP TABLE {ROOM}.a"
    )
    named_plainly(error)
    assert (str(error), error.statement) == ("a.b: no a\n  mend: make a", f"DROP TABLE {ROOM}.a")
    assert error.args == ("no a", "a.b", "make a")
