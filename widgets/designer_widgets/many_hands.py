"""Carrying out what views ask of several entities at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from designer_kernel.exchange.attribute_line import parse_line
from designer_widgets import drafts, many_changes
from designer_widgets import many_intents as intents

if TYPE_CHECKING:
    from designer_kernel.design import Entity, edits
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.intent_bases import Intent

Answer = dict[str, Any]


class ManyHands:
    """The hands of one widget for several entities; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession, apply: Callable[[edits.Edit, Intent], None]) -> None:
        self._session = session
        self._apply = apply
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.ChangeMany: self._change,
            intents.CommentMany: self._comment,
            intents.RenameMany: self._rename,
            intents.AttributeToMany: self._add_attribute,
            intents.AttributeFromMany: self._remove_attribute,
            intents.TraitOfMany: self._trait,
        }

    def _chosen(self, intent: Any) -> tuple[Entity, ...]:
        return many_changes.chosen(self._session.design, intent.entity_ids)

    def _change(self, intent: intents.ChangeMany) -> Answer:
        changes = {str(name): value for name, value in intent.changes.items()}
        self._apply(many_changes.fields_of(self._chosen(intent), changes), intent)
        return {"told": ""}

    def _comment(self, intent: intents.CommentMany) -> Answer:
        self._apply(many_changes.comments_of(self._chosen(intent), intent.prefix), intent)
        return {"told": ""}

    def _rename(self, intent: intents.RenameMany) -> Answer:
        self._apply(many_changes.names_of(self._chosen(intent), intent.before, intent.after), intent)
        return {"told": ""}

    def _add_attribute(self, intent: intents.AttributeToMany) -> Answer:
        attribute = parse_line(drafts.whole_line(intent.line))
        edit, having = many_changes.with_attribute(self._chosen(intent), attribute)
        self._apply(edit, intent)
        return {"told": f"{_listed(having)} had one of that name already" if having else ""}

    def _remove_attribute(self, intent: intents.AttributeFromMany) -> Answer:
        edit, lacking = many_changes.without_attribute(self._chosen(intent), intent.name)
        self._apply(edit, intent)
        return {"told": f"{_listed(lacking)} had none of that name" if lacking else ""}

    def _trait(self, intent: intents.TraitOfMany) -> Answer:
        self._apply(many_changes.with_trait(self._chosen(intent), intent.trait_kind, intent.trait), intent)
        return {"told": ""}


def _listed(names: list[str]) -> str:
    return ", ".join(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
