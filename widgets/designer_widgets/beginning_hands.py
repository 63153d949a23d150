"""Carrying out what views ask about an empty design: what it can begin with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from designer_kernel import templates
from designer_kernel.design import edits
from designer_kernel.errors import InvalidDesign
from designer_kernel.studio.templates import from_template
from designer_widgets import history_intents as intents

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.intent_bases import Intent

Answer = dict[str, Any]


class BeginningHands:
    """The hands of one widget for how a design begins; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession, apply: Callable[[edits.Edit, Intent], None]) -> None:
        self._session = session
        self._apply = apply
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.ListTemplates: lambda intent: {"templates": list(_documents(intent.theme))},
            intents.UseTemplate: self._use,
        }

    def _use(self, intent: intents.UseTemplate) -> Answer:
        """Take a template in the place of an empty design, which keeps its name."""
        now = self._session.design
        if now.entities:
            raise InvalidDesign("the design is not empty any more", mend="make a new project from a template")
        design = from_template(intent.name, now.name)
        self._apply(edits.ReplaceDesign(design=design, label=f"begin with the template {intent.name}"), intent)
        return {"entities": len(design.entities)}


@lru_cache(maxsize=2)
def _documents(theme: Any) -> tuple[Answer, ...]:
    """Return the templates that hold something, the small ones first; they never change while we run."""
    from designer_kernel.diagram import svg
    from designer_kernel.diagram.picture import picture

    found = []
    for name in templates.names():
        design = templates.load(name)
        if not design.entities:
            continue
        found.append(
            {
                "name": name,
                "words": design.description,
                "entities": len(design.entities),
                "relationships": len(design.relationships),
                "svg": svg.render(picture(design, detail="keys"), theme=theme, with_legend=False),
            }
        )
    return tuple(sorted(found, key=lambda one: int(one["entities"])))
