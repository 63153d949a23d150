"""Lists in pages: a cursor says after what the next page begins, so that nothing is told twice or left out."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel, Field

from designer_kernel.studio.team.refusals import BadInput

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[
    str | None,
    Query(min_length=1, max_length=1000, description="What the page before said under `next`; leave it out at first."),
]


class Page(BaseModel, Generic[T]):
    """Some of a list; ``next`` is the cursor of what follows, and empty at its end."""

    items: list[T]
    next: str | None = Field(examples=["WyJzaG9wIl0"])


def page(items: Iterable[T], key: Callable[[T], tuple[str, ...]], limit: int, cursor: str | None) -> Page[T]:
    """Return a page of a list.

    Parameters
    ----------
    key
        What the list is ordered by, and differs for each item.

    Raises
    ------
    BadInput
        If the cursor is none of ours.
    """
    ordered = sorted(items, key=key)
    if cursor is not None:
        after = unpacked(cursor)
        ordered = [item for item in ordered if key(item) > after]
    rest = ordered[limit:]
    return Page(items=ordered[:limit], next=packed(key(ordered[limit - 1])) if rest else None)


def packed(key: tuple[Any, ...]) -> str:
    """Return a cursor that holds a key."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def unpacked(cursor: str) -> tuple[str, ...]:
    """Return the key that a cursor holds.

    Raises
    ------
    BadInput
        If it is none of ours.
    """
    try:
        found = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(isinstance(part, str) for part in found):
        raise BadInput("this is no cursor", where="query.cursor", mend="take the one of the page before")
    return tuple(found)


def unpacked_number(cursor: str | None) -> int:
    """Return the number that a cursor holds, 0 without one.

    Raises
    ------
    BadInput
        If it is none of ours.
    """
    if cursor is None:
        return 0
    found = unpacked(cursor)
    if len(found) != 1 or not (found[0].isascii() and found[0].isdigit()) or len(found[0]) > 18:
        raise BadInput("this is no cursor", where="query.cursor", mend="take the one of the page before")
    return int(found[0])
