"""SQL while it is typed: read by the grammar at once, and put to PostgreSQL when its field is left; nothing changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from uuid import UUID

from designer_kernel.catalog import sqltext, types
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError, InvalidSql, ServerUnavailable
from designer_kernel.postgres import cluster, objections, target
from designer_kernel.postgres.objections import Use
from designer_kernel.postgres.server_types import ServerTypes, server_types
from designer_kernel.studio.reaching import reached

if TYPE_CHECKING:
    from designer_kernel.design import Design
    from designer_kernel.studio.project import ProjectSession

Piece = Literal["expression", "type", "bound", "function"]
"""What a text is to be: an expression, a type, the bound of a partition, or the name of a function."""

_READERS: Final[dict[Piece, tuple[Callable[[str], object], int]]] = {
    "expression": (sqltext.settled_expression, len("SELECT ")),
    "type": (types.parse, len("SELECT NULL::")),
    "function": (sqltext.type_name, len("SELECT NULL::")),
    "bound": (sqltext.partition_bound, len("CREATE TABLE any_part PARTITION OF any_table ")),
}
"""How each is read, and how many characters are read before it."""


NOT_STARTED: Final = "no server of PostgreSQL has been started here yet"


@dataclass(frozen=True, slots=True)
class Slip:
    """What is wrong with a text: in words, how to mend it, and from where to where it stands, in characters from 0."""

    what: str
    mend: str = ""
    place: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of an expression: ``judge`` says who, empty if it was the grammar alone, and then ``why``."""

    judge: str
    slip: Slip | None = None
    why: str = ""


def read(piece: Piece, text: str) -> Slip | None:
    """Return what the grammar does not take of a text, or ``None``; an empty text says nothing and is fine."""
    if not text.strip():
        return None
    reader, before = _READERS[piece]
    try:
        reader(text)
    except InvalidSql as error:
        cause = error.__cause__
        position = int(getattr(cause, "cursorpos", 0) or 0)
        if position == 0:
            return Slip(error.what, error.mend)
        place = min(max(position - 1 - before, 0), len(text))
        said = str(getattr(cause, "message", "") or error.what)
        return Slip(said, "", _word_at(text, place))
    return None


def judged(design: Design, entity_id: UUID, use: Use, text: str, attribute_id: UUID | None = None) -> Verdict:
    """Return what PostgreSQL says of an expression of an entity, with the design's types and the columns in scope.

    Only a server that is at hand is asked. Where none is, or the entity's table cannot be made there, the verdict is
    that of the grammar.
    """
    slip = read("expression", text)
    if slip is not None or not text.strip():
        return Verdict("", slip)
    if not target.is_at_hand():
        return Verdict("", why=NOT_STARTED)
    entity = design.entity(entity_id)
    attribute = entity.attribute(attribute_id) if attribute_id is not None else None
    if entity.is_abstract:
        return Verdict("", why="an abstract entity has no table")
    try:
        said = objections.objection(
            lower(design),
            (design.schema_of(entity), entity.name),
            use,
            text,
            column=attribute.name if attribute is not None else "",
            is_virtual=attribute is not None and attribute.is_virtual,
        )
    except DesignerError as error:
        return Verdict("", why=error.what)
    judge = f"PostgreSQL {cluster.major_version()}"
    if said is None:
        return Verdict(judge)
    return Verdict(judge, Slip(said.what, said.mend, None if said.place is None else _word_at(text, said.place)))


def types_at_hand(session: ProjectSession, place: str) -> ServerTypes:
    """Return the types of a target; where there is no such database yet, those of its server.

    Raises
    ------
    ServerUnavailable
        If no server is at hand, or it does not answer.
    """
    with reached(session, place, write=False) as found:
        wanted = found or session.target
        if target.is_url(wanted):
            return server_types(wanted)
        if not target.is_at_hand() and not os.environ.get(target.ENVIRONMENT):
            raise ServerUnavailable(NOT_STARTED, mend="deploy, or ask PostgreSQL under Validation")
        server = target.default_server()
        return server_types(server.url(wanted) if target.exists(wanted) else server.url())


def _word_at(text: str, place: int) -> tuple[int, int]:
    """Return from where to where the word or sign stands that begins at a place; the end of the text has no length."""
    end = place
    while end < len(text) and (text[end].isalnum() or text[end] in "_$."):
        end += 1
    return place, max(end, min(place + 1, len(text)))
