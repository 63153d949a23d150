"""Carrying out what views ask about queries. They run in a session that only reads, beside the page."""

from __future__ import annotations

import base64
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from designer_kernel.catalog import sqltext
from designer_kernel.errors import DesignerError, InvalidSql, StatementFailed, UnknownObject
from designer_kernel.postgres.script import line_and_column
from designer_kernel.postgres.target import is_url
from designer_kernel.query import BeyondBuilder, Query, from_sql, parse_query, proposals, tables_of, to_sql
from designer_kernel.query.operators import FUNCTIONS, OPERATORS, family_of
from designer_kernel.studio.deployed import address_of
from designer_kernel.studio.reaching import reached
from designer_widgets import query_charts
from designer_widgets import query_intents as intents
from designer_widgets.query_results import Result

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.destination import Destination
    from designer_widgets.intent_bases import Intent
    from designer_widgets.work import Progress, Work

Answer = dict[str, Any]
REMEMBERED: Final = 20
"""How many queries of a session are remembered."""
TASKS: Final = ("Querying", "Explaining")

_past: WeakKeyDictionary[ProjectSession, deque[dict[str, Any]]] = WeakKeyDictionary()


class QueryHands:
    """The hands of one widget for queries; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession, work: Work, destination: Destination) -> None:
        self._session = session
        self._work = work
        self._destination = destination
        self._result: Result | None = None
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.QueryTables: self._tables,
            intents.WriteQuery: self._write,
            intents.ReadQuery: self._read,
            intents.JoinWays: self._ways,
            intents.RunQuery: self._run,
            intents.ExplainQuery: self._explain,
            intents.StopQuery: self._stop,
            intents.ResultRows: self._rows,
            intents.CopyResult: self._copy,
            intents.SaveResult: self._save,
            intents.KeepResult: self._keep,
            intents.ChartResult: self._chart,
            intents.PastQueries: self._history,
        }

    # building

    def _tables(self, _intent: intents.QueryTables) -> Answer:
        tables = tables_of(self._session.design)
        return {
            "tables": [
                {
                    "name": table.name,
                    "schema": table.schema,
                    "relation": table.relation,
                    "origin": table.origin,
                    "columns": [[name, kind, family_of(kind), name in table.key]
                                for name, kind in table.columns.items()],
                }
                for table in tables.by_name.values()
            ],
            "operators": OPERATORS,
            "functions": FUNCTIONS,
            "ids": {str(entity.id): self._session.design.qualified_name(entity)
                    for entity in self._session.design.entities},
        }  # fmt: skip

    def _write(self, intent: intents.WriteQuery) -> Answer:
        query = parse_query(intent.query)
        return self._written(query.grouped() if intent.groups_itself else query)

    def _written(self, query: Query) -> Answer:
        return {"query": query.model_dump(mode="json"), "sql": to_sql(query, self._session.design)}

    def _read(self, intent: intents.ReadQuery) -> Answer:
        try:
            query = from_sql(intent.sql, self._session.design)
        except BeyondBuilder as error:
            return {"beyond": error.as_dict() | {"position": list(error.position)}}
        except InvalidSql as error:
            return {"broken": _placed(error, intent.sql).as_dict()}
        return {"query": query.model_dump(mode="json"), "groups_itself": query.group == query.grouped().group}

    def _ways(self, intent: intents.JoinWays) -> Answer:
        query = parse_query(intent.query)
        found = proposals(query, intent.entity, self._session.design, kind=intent.join)
        return {"ways": [{"words": way.words} | self._written(way.query) for way in found]}

    # running

    def _run(self, intent: intents.RunQuery) -> Answer:
        def job(progress: Progress, cancel: threading.Event) -> Answer:
            with self._reached() as place:
                frame = self._session.query(
                    intent.sql, url=place, limit=intent.limit, timeout_ms=intent.seconds * 1000, cancel=cancel
                )
            self._result = Result(frame)
            return self._result.document(intent.limit)

        self._start("Querying", intent.sql, job)
        return {}

    def _explain(self, intent: intents.ExplainQuery) -> Answer:
        def job(progress: Progress, cancel: threading.Event) -> Answer:
            with self._reached() as place:
                plan = self._session.explain(
                    intent.sql, url=place, analyze=intent.analyze, timeout_ms=intent.seconds * 1000, cancel=cancel
                )
            return {"words": "the plan is there", "plan": plan}

        self._start("Explaining", intent.sql, job)
        return {}

    @contextmanager
    def _reached(self) -> Iterator[str]:
        """Yield the URL of the target; reading makes no database, so one that is only a name has to be deployed."""
        with reached(self._session, self._destination.place, write=False) as place:
            wanted = place or self._session.target
            yield wanted if is_url(wanted) else address_of(self._session.design, wanted)

    def _start(self, task: str, sql: str, job: Callable[[Progress, threading.Event], Answer]) -> None:
        def watched(progress: Progress, cancel: threading.Event) -> Answer:
            try:
                done = job(progress, cancel)
            except InvalidSql as error:
                placed = _placed(error, sql)
                self._remember(task, sql, placed.what, is_fine=False)
                raise placed from error
            except DesignerError as error:
                self._remember(task, sql, error.what, is_fine=False)
                raise
            self._remember(task, sql, done["words"], is_fine=True)
            return done

        self._work.start(task, watched)

    def _remember(self, task: str, sql: str, words: str, *, is_fine: bool) -> None:
        if task != "Querying":
            return
        past = _past.setdefault(self._session, deque(maxlen=REMEMBERED))
        at = datetime.now(UTC).isoformat(timespec="seconds")
        past.appendleft({"sql": sql, "words": words, "is_fine": is_fine, "at": at})

    def _stop(self, _intent: intents.StopQuery) -> Answer:
        if self._work.task in TASKS:
            self._work.cancel()
        return {}

    def _history(self, _intent: intents.PastQueries) -> Answer:
        return {"past": list(_past.get(self._session, ()))}

    # the rows

    def _rows(self, intent: intents.ResultRows) -> Answer:
        return {"rows": self._current(intent.result).rows(intent.start, intent.count)}

    def _copy(self, intent: intents.CopyResult) -> Answer:
        return {"text": self._current(intent.result).tabbed()}

    def _save(self, intent: intents.SaveResult) -> Answer:
        written = self._current(intent.result).file(intent.format)
        return {"file": f"query.{intent.format}", "content": base64.b64encode(written).decode()}

    def _keep(self, intent: intents.KeepResult) -> Answer:
        return {"words": self._current(intent.result).keep(intent.name, replace=intent.replace)}

    def _chart(self, intent: intents.ChartResult) -> Answer:
        result = self._current(intent.result)
        return query_charts.chart(
            result.frame, result.families, intent.chart, intent.x, intent.y, is_dark=intent.is_dark
        )

    def _current(self, key: str) -> Result:
        if self._result is None or self._result.key != key:
            raise UnknownObject("these rows are not there any more", mend="run the query again")
        return self._result


def _placed(error: InvalidSql, sql: str) -> StatementFailed:
    """Return a refusal of the grammar as PostgreSQL's own error would be: with its place in the text."""
    cause: BaseException | None = None
    try:
        sqltext.parsed(sql, "query")
    except InvalidSql as refused:
        cause = refused.__cause__
    place = int(getattr(cause, "cursorpos", 0) or 0)
    what = str(getattr(cause, "message", "") or error.what)
    return StatementFailed(what, mend=error.mend, statement=sql, sqlstate="42601", position=line_and_column(sql, place))
