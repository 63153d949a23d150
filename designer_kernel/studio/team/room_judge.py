"""Checks of a room, judged in it: the server evaluates them over candidates with the rights of the workspace alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from designer_kernel.sample.constraints.judging import Question, ServerJudge
from designer_kernel.sample.planning.facts import TableFacts
from designer_kernel.sample.rows.spelled import spelled
from designer_kernel.sample.rows.values import Values
from designer_kernel.studio.team import isolation
from designer_kernel.studio.team.isolation import Room, Visit
from designer_kernel.studio.team.unit import Unit


@dataclass(slots=True)
class RoomJudge(ServerJudge):
    """A room with the tables' types and functions: what they call runs behind the gate, and nothing of it stays.

    A gate takes one statement as text. So candidates are written into it as constants, by the driver.
    """

    unit: Unit
    room: Room
    visit: Visit | None = None

    @classmethod
    def of(cls, unit: Unit, room: Room) -> RoomJudge:
        """Return the judge of a room."""
        return cls(isolation.driver(unit), unit, room)

    def passes(
        self, table: TableFacts, questions: Sequence[Question], rows: Mapping[str, Values], size: int
    ) -> NDArray[np.bool_]:
        """Return, for each question and each row, whether the row passes.

        Raises
        ------
        SamplePlanError
            If the server cannot evaluate a check for reasons that are not the row's.
        """
        texts = {name: spelled(table.columns[name].form, values) for name, values in rows.items()}
        return self.passes_text(table, questions, texts, size)

    def _judged(
        self, table: TableFacts, questions: Sequence[Question], columns: Mapping[str, Any], size: int
    ) -> NDArray[np.bool_]:
        with isolation.visit(self.unit, self.room, reading=True, settings={"jit": "off"}) as visit:
            self.visit = visit
            return np.stack([self._one(table, question, columns, size) for question in questions])

    def _asked(self, statement: sql.Composed, rows: Mapping[str, Any], start: int, stop: int) -> list[bool]:
        assert self.visit is not None
        given = {f"c{place}": column.items[start:stop] for place, column in enumerate(rows.values())}
        given["rows"] = [None] * (stop - start)
        text = psycopg.ClientCursor(self.connection).mogrify(statement, given)
        asked = sql.SQL("SELECT pg_catalog.to_jsonb(t.passes) FROM ({}) AS t (passes)").format(sql.SQL(text))
        with self.connection.transaction(force_rollback=True):
            return [found == "true" for found in self.visit.rows(asked)]
