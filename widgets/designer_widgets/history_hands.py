"""Carrying out what views ask about what the design was."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design import edits
from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.studio import looking_back
from designer_widgets import history_intents as intents

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from designer_kernel.studio.comparing import Comparison
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.intent_bases import Intent

Answer = dict[str, Any]

_MOST: Final = 500
"""Differences that a page tells one by one; the rest is counted."""

_VERBS: Final = {"undo": "undo: ", "redo": "redo: "}


class HistoryHands:
    """The hands of one widget for what its design was; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession) -> None:
        self._session = session
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.ReadChanges: self._read,
            intents.CompareStates: self._compare,
            intents.GoBack: self._go_back,
            intents.ChangeCode: self._code,
        }

    def _read(self, intent: intents.ReadChanges) -> Answer:
        page = looking_back.page(self._session, before=intent.before, search=intent.search)
        known = self._session.remembered()
        changes = [_change_document(number, entry, known) for number, entry in page.changes]
        return {"changes": changes, "before": page.before}

    def _compare(self, intent: intents.CompareStates) -> Answer:
        found = looking_back.compare(self._session, intent.before, intent.after)
        told = [dict(zip(("what", "told"), line.split(": ", 1), strict=True)) for line in found.lines[:_MOST]]
        return {
            "old": found.old,
            "new": found.new,
            "lines": told,
            "left_out": max(len(found.lines) - _MOST, 0),
            **_picture(found, intent.theme),
        }

    def _go_back(self, intent: intents.GoBack) -> Answer:
        known = intent.revision if intent.revision is not None else self._session.revision
        change = looking_back.go_back(self._session, intent.state, known)
        return {"changed": change is not None, "words": looking_back.words_of(intent.state)}

    def _code(self, intent: intents.ChangeCode) -> Answer:
        from designer_kernel.studio.edit_code import code_of

        found = next(self._session.change_log.newest(intent.number + 1), None)
        if found is None or found[0] != intent.number:
            raise UnknownObject(f"there is no change {intent.number}", mend="read the changes again")
        entry = found[1]
        if entry["origin"] in _VERBS:
            return {"code": f"project.{entry['origin']}()"}
        if not _has_code(entry):
            raise UnknownObject(
                f"change {intent.number} is not kept as code: it is too long, or was made elsewhere",
                mend="save a version, and bring that elsewhere with Export",
            )
        before = None
        known = self._session.remembered()
        if known is None or intent.number in known:
            before = self._session.design_before(intent.number)
        return {"code": code_of(edits.parse_edit(entry["edit"]), before)}


def _change_document(number: int, entry: Mapping[str, Any], known: AbstractSet[int] | None) -> Answer:
    origin = str(entry.get("origin", ""))
    return {
        "number": number,
        "label": _VERBS.get(origin, "") + str(entry.get("label", "")),
        "who": str(entry.get("who", "")),
        "when": str(entry.get("when", "")),
        "has_code": origin in _VERBS or _has_code(entry),
        "is_known": known is None or number in known,
    }


def _has_code(entry: Mapping[str, Any]) -> bool:
    edit = entry.get("edit")
    return isinstance(edit, dict) and "length" not in edit


def _picture(found: Comparison, theme: Any) -> Answer:
    """Return both states as one picture in colours, or why there is none."""
    from designer_kernel.diagram import svg
    from designer_kernel.diagram.comparison import compared

    try:
        drawn = compared(found.before, found.after, only_changes=True)
        title = f"{found.old} → {found.new}"
        return {"svg": svg.render(drawn.picture, theme=theme, title=title) if drawn else "", "problem": ""}
    except DesignerError as error:
        return {"svg": "", "problem": f"There is no picture, since one of the two contradicts itself: {error.what}"}
