"""What every intent is: who may have it, and what goes back with its answer."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Intent(BaseModel):
    """Base of all intents. ``id`` goes back with the answer; ``revision`` and ``scene`` are what was looked at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, Field(min_length=1, max_length=64)]
    revision: int | None = None
    scene: Annotated[str, Field(max_length=80)] = ""


class Changing(Intent):
    """Base of intents that change the design; a read-only view has none of them."""


class Working(Intent):
    """Base of intents that need a server; only where deploying is allowed."""


class Viewing(Intent):
    """Base of intents that look at rows; not on a served page unless its server says so."""


class Choosing(Working):
    """Base of intents that name another target than the project's own."""


class Roaming(Intent):
    """Base of intents that reach beyond the project that is shown; not on a page that is served to others."""
