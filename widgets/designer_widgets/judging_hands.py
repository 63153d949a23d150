"""Answering what views ask while somebody types SQL. Servers are asked beside the page, so that nothing waits."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.errors import DesignerError
from designer_kernel.studio import typed_sql
from designer_widgets import judging_intents as intents
from designer_widgets.offered_types import offered_types

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.destination import Destination
    from designer_widgets.intent_bases import Intent

logger = logging.getLogger(__name__)

Answer = dict[str, Any]
REMEMBERED: Final = 200
"""How many answers of servers are remembered."""
TYPES_FOR: Final = 60
"""Seconds for which the types of a server are remembered at most: extensions come and go."""
WAITING: Final = 4
"""How many questions wait at once; who asks one more is told later, when they ask again."""


class Beside:
    """Questions that are answered in threads, one after the other; whoever asks again gets the answer."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._guard = threading.Lock()
        self._known: OrderedDict[tuple[Any, ...], Answer] = OrderedDict()
        self._asked: set[tuple[Any, ...]] = set()

    def ask(self, key: tuple[Any, ...], answer: Callable[[], Answer]) -> Answer | None:
        """Return the answer to a question, or ``None`` while it is looked for.

        That nobody could answer is told once: by the next time a server may have been started.
        """
        with self._guard:
            found = self._known.get(key)
            if found is not None:
                if found.get("why"):
                    del self._known[key]
                return found
            if key not in self._asked and len(self._asked) < WAITING:
                self._asked.add(key)
                threading.Thread(target=self._find, args=(key, answer), name="designer-ask", daemon=True).start()
        return None

    def _find(self, key: tuple[Any, ...], answer: Callable[[], Answer]) -> None:
        with self._turn:
            try:
                found = answer()
            except DesignerError as error:
                found = {"why": error.what}
            except Exception as error:
                logger.exception("a question beside the page failed")
                found = {"why": f"it failed: {type(error).__name__}"}
        with self._guard:
            self._asked.discard(key)
            self._known[key] = found
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


class JudgingHands:
    """The hands of one widget for what is typed; ``hands`` says which intent is whose.

    Parameters
    ----------
    can_ask
        Whether servers may be asked from this page.
    """

    def __init__(self, session: ProjectSession, destination: Destination, *, can_ask: bool) -> None:
        self._session = session
        self._destination = destination
        self._can_ask = can_ask
        self._beside = Beside()
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.ReadSql: self._read,
            intents.JudgeSql: self._judge,
            intents.OfferTypes: self._types,
            intents.OfferProviders: self._providers,
        }

    def _read(self, intent: intents.ReadSql) -> Answer:
        return {"slip": _slip(typed_sql.read(intent.piece, intent.text))}

    def _judge(self, intent: intents.JudgeSql) -> Answer:
        if not self._can_ask:
            return {"is_known": True, "judge": "", "slip": None, "why": "this page asks no server"}
        design = self._session.design
        key = (self._session.revision, intent.entity_id, intent.attribute_id, intent.use, intent.text)

        def judged() -> Answer:
            verdict = typed_sql.judged(design, intent.entity_id, intent.use, intent.text, intent.attribute_id)
            return {"judge": verdict.judge, "slip": _slip(verdict.slip), "why": verdict.why}

        found = self._beside.ask(key, judged)
        if found is None:
            return {"is_known": False}
        return {"judge": "", "slip": None, "why": "", **found, "is_known": True}

    def _types(self, _intent: intents.OfferTypes) -> Answer:
        place = self._destination.place
        said: Answer | None = {}
        if self._can_ask:
            now = int(time.monotonic() // TYPES_FOR)
            said = self._beside.ask(
                ("types", place, now), lambda: {"types": typed_sql.types_at_hand(self._session, place)}
            )
        known = (said or {}).get("types")
        return {
            "is_known": said is not None,
            "types": offered_types(self._session.design, known),
            "server": f"PostgreSQL {known.version}" if known is not None else "",
        }

    def _providers(self, _intent: intents.OfferProviders) -> Answer:
        from designer_kernel.sample.providers.catalogue import REQUIRED, catalogue

        return {
            "providers": [
                {
                    "name": name,
                    "words": one.summary,
                    "needs": [parameter.name for parameter in one.parameters if parameter.default is REQUIRED],
                }
                for name, one in sorted(catalogue().items())
            ]
        }


def _slip(slip: typed_sql.Slip | None) -> Answer | None:
    return None if slip is None else asdict(slip)
