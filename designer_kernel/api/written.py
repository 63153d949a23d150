"""Answers that are the same for everybody who may see them: written once for each state of a project."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import Response
from pydantic import BaseModel

from designer_kernel.api.revisions import tag
from designer_kernel.studio.team.caching.cache import Kind, here
from designer_kernel.studio.team.stored import ProjectView

ANSWER: Final[Kind[bytes]] = Kind("answer", write=bytes, read=bytes, own=len)


def written(view: ProjectView, make: Callable[[], BaseModel]) -> Response:
    """Return the answer that shows a project as it is now, with its revision as tag.

    Parameters
    ----------
    view
        The project, which the asker may see.
    make
        Returns what is shown; the same for all who ask while the project is as it is.
    """
    key = (view.id, view.state, view.workspace, view.owner, view.updated_at)
    body = here().get(ANSWER, *key)
    if body is None:
        body = make().model_dump_json(by_alias=True).encode()
        here().put(ANSWER, *key, value=body, about=view.id)
    answer = Response(body, media_type="application/json")
    tag(answer, view.revision)
    return answer
