"""Carrying out what views ask about rows of what is deployed, in the database that the widget deploys to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from designer_kernel.studio.deployed import NotDeployed
from designer_kernel.studio.locations import CONNECTION
from designer_widgets import data_documents as documents
from designer_widgets import data_intents as intents
from designer_widgets.data_files import DataFiles

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.rows import DatabaseRows, Held
    from designer_kernel.studio.tabular.statements import Filter
    from designer_widgets.destination import Destination
    from designer_widgets.intent_bases import Intent
    from designer_widgets.work import Work

Answer = dict[str, Any]


class DataHands:
    """The hands of one widget for rows; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession, destination: Destination, work: Work) -> None:
        self._session = session
        self._destination = destination
        self._known: tuple[int, str, DatabaseRows] | None = None
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.ListTables: self._tables,
            intents.LookAtTable: self._table,
            intents.ReadPage: self._page,
            intents.CountRows: self._count,
            intents.FindRows: self._find,
            intents.SaveRows: self._save,
            **DataFiles(work, self).hands,
        }

    def rows(self, intent: intents.OfRows) -> DatabaseRows:
        """Return the rows of the design as it is now, where the widget deploys to or over a connection."""
        from designer_kernel.studio.rows import DatabaseRows

        place = f"{CONNECTION}{intent.connection}" if intent.connection else self._destination.place
        wanted = (self._session.revision, place)
        if self._known is None or self._known[:2] != wanted:
            self._known = (*wanted, DatabaseRows(self._session, place))
        return self._known[2]

    def _tables(self, intent: intents.ListTables) -> Answer:
        document = {
            "target": self._destination.document()["target"],
            "is_writable": self._is_writable(intent.connection),
        }
        try:
            there = self.rows(intent).tables()
        except NotDeployed as error:
            return document | {"tables": [], "missing": error.what}
        return document | {"tables": [{"name": one.name, "is_table": one.is_table} for one in there]}

    def _is_writable(self, connection: str | None) -> bool:
        if connection is None:
            return True
        from designer_kernel.studio.team.working import connections_of

        return connections_of(self._session).named(connection).mode != "read-only"

    def _table(self, intent: intents.LookAtTable) -> Answer:
        return {"table": documents.table_document(self.rows(intent).table(intent.table))}

    def _page(self, intent: intents.ReadPage) -> Answer:
        from designer_kernel.studio.tabular.statements import Sort

        rows = self.rows(intent)
        held = rows.table(intent.table)
        sort = [Sort(one.column, one.descending) for one in intent.sort]
        page = rows.page(intent.table, filters_of(intent.filters), sort, limit=intent.limit, cursor=intent.cursor)
        labels = rows.labels(intent.table, [row.values for row in page.rows]) if held.references else {}
        return {
            "rows": [documents.row_document(held, row) for row in page.rows],
            "next": page.next,
            "labels": documents.label_documents(labels),
        }

    def _count(self, intent: intents.CountRows) -> Answer:
        found = self.rows(intent).count(intent.table, filters_of(intent.filters))
        return {"rows": found.rows, "kind": found.kind}

    def _find(self, intent: intents.FindRows) -> Answer:
        found = self.rows(intent).find(intent.table, intent.reference, intent.text, intent.within)
        return {"found": documents.found_documents(found)}

    def _save(self, intent: intents.SaveRows) -> Answer:
        from designer_kernel.studio.tabular.saving import RowChange

        rows = self.rows(intent)
        held = rows.table(intent.table)
        changes = [
            RowChange(one.kind, dict(one.key), _values(held, one.values), one.revision) for one in intent.changes
        ]
        return documents.saved_document(held, rows.save(intent.table, changes))


def filters_of(given: Sequence[intents.GivenFilter]) -> list[Filter]:
    """Return filters as the server is asked for them."""
    from designer_kernel.studio.tabular.statements import Filter

    found: list[Filter] = []
    for one in given:
        if one.operation in ("is_null", "is_not_null"):
            found.append(Filter(one.column, "is_null", one.operation == "is_null"))
        else:
            found.append(Filter(one.column, one.operation, one.value))
    return found


def _values(held: Held, cells: Mapping[str, str | None]) -> dict[str, Any]:
    return {name: documents.value_of(held.shape.column(name), text) for name, text in cells.items()}
