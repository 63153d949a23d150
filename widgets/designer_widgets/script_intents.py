"""What a view may ask about parts of the script: of what is chosen, and what has changed since it was deployed."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from designer_widgets.intent_bases import Intent, Working

Chosen = Annotated[tuple[UUID, ...], Field(max_length=2000)]


class ReadScriptPart(Intent):
    """Return the SQL of some entities."""

    kind: Literal["read_script_part"]
    entity_ids: Annotated[Chosen, Field(min_length=1)]


class ReadScriptChanges(Working):
    """Return what has changed in the SQL since it was last deployed; of some entities, if any are named."""

    kind: Literal["read_script_changes"]
    entity_ids: Chosen = ()


ScriptIntent = ReadScriptPart | ReadScriptChanges
