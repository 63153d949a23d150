"""Carrying out what views ask about importing and exporting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from designer_kernel.design.losses import LossReport
from designer_widgets import transfer_documents as documents
from designer_widgets import transfer_intents as intents

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.destination import Destination
    from designer_widgets.import_work import ImportWork
    from designer_widgets.intent_bases import Intent

Answer = dict[str, Any]


class TransferHands:
    """The hands of one widget for importing and exporting; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession, importing: ImportWork, destination: Destination) -> None:
        self._session = session
        self._importing = importing
        self._destination = destination
        self._exported = LossReport()
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.ReadTexts: self._read_texts,
            intents.ReadPlace: self._read_place,
            intents.CompareDatabase: self._compare_database,
            intents.CompareImport: self._compare_import,
            intents.ApplyMends: self._apply_mends,
            intents.AcceptSuggestions: self._accept_suggestions,
            intents.TakeImport: self._take,
            intents.LeaveImport: self._leave,
            intents.ListLosses: self._list_losses,
            intents.Export: self._export,
            intents.ListCarried: self._list_carried,
        }

    def _read_texts(self, intent: intents.ReadTexts) -> Answer:
        self._importing.read_texts(intent)
        return {}

    def _read_place(self, intent: intents.ReadPlace) -> Answer:
        self._importing.read_place(intent)
        return {}

    def _compare_database(self, _intent: intents.CompareDatabase) -> Answer:
        self._importing.compare_database(self._destination.place)
        return {}

    def _compare_import(self, intent: intents.CompareImport) -> Answer:
        self._importing.compare_import(intent.key, dict(intent.decide))
        return {}

    def _apply_mends(self, intent: intents.ApplyMends) -> Answer:
        self._importing.apply_mends(intent.key, intent.mends)
        return {}

    def _accept_suggestions(self, intent: intents.AcceptSuggestions) -> Answer:
        self._importing.accept_suggestions(intent.key, intent.accepted)
        return {}

    def _take(self, intent: intents.TakeImport) -> Answer:
        return self._importing.take(intent.key, intent.way)

    def _leave(self, _intent: intents.LeaveImport) -> Answer:
        self._importing.leave()
        return {}

    def _list_losses(self, intent: intents.ListLosses) -> Answer:
        reports: dict[str, Callable[[], LossReport]] = {
            "import": self._importing.losses,
            "project": lambda: self._session.losses,
            "export": lambda: self._exported,
        }
        return documents.loss_page(reports[intent.of](), intent.outcomes, intent.search, intent.offset)

    def _export(self, intent: intents.Export) -> Answer:
        from designer_kernel.studio.exports import notation

        wanted = notation(intent.notation)
        exported = self._session.export(wanted.name)
        self._exported = exported.losses
        return documents.export_document(self._session.name, wanted, exported)

    def _list_carried(self, _intent: intents.ListCarried) -> Answer:
        from designer_kernel.studio.carried import carried

        return {"facts": [documents.carried_document(one) for one in carried(self._session.design)]}
