"""What a view may ask about what the design was: changes, states, differences, ways back; and how it begins."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from designer_kernel.studio.looking_back import NOW, STATE
from designer_widgets.intent_bases import Changing, Intent

State = Annotated[str, Field(pattern=STATE)]
Number = Annotated[int, Field(ge=0, le=999_999_999)]


class ReadChanges(Intent):
    """Return changes of the design, the newest first, from before one of them on."""

    kind: Literal["read_changes"]
    before: Number = 0
    search: Annotated[str, Field(max_length=200)] = ""


class CompareStates(Intent):
    """Return what differs between two states, in words and as a picture."""

    kind: Literal["compare_states"]
    before: State
    after: State = NOW
    theme: Literal["light", "dark"] = "light"


class GoBack(Changing):
    """Make a state the design again, in one step that can be undone."""

    kind: Literal["go_back"]
    state: State


class ChangeCode(Intent):
    """Return a change as Python."""

    kind: Literal["change_code"]
    number: Number


class ListTemplates(Intent):
    """Return the templates that a design can begin with, with small pictures."""

    kind: Literal["list_templates"]
    theme: Literal["light", "dark"] = "light"


class UseTemplate(Changing):
    """Begin an empty design with a template, in one step that can be undone."""

    kind: Literal["use_template"]
    name: Annotated[str, Field(min_length=1, max_length=63)]


HistoryIntent = ReadChanges | CompareStates | GoBack | ChangeCode | ListTemplates | UseTemplate
