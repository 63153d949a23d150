"""Questions that are answered beside the page."""

from __future__ import annotations

import time

from designer_widgets.judging_hands import Answer, Beside


def test_an_answer_is_remembered_and_that_there_was_none_is_not() -> None:
    beside, said = Beside(), iter([{"why": "no server"}, {"judge": "PostgreSQL"}])

    def told() -> Answer | None:
        for _ in range(500):
            found = beside.ask(("a",), lambda: next(said))
            if found is not None:
                return found
            time.sleep(0.01)
        return None

    assert [told() for _ in range(3)] == [{"why": "no server"}, {"judge": "PostgreSQL"}, {"judge": "PostgreSQL"}]
