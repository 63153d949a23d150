"""What a view may ask while somebody types SQL, as values: of the grammar, of PostgreSQL, and which types there are."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.postgres.objections import Use
from designer_kernel.studio.typed_sql import Piece
from designer_widgets.intent_bases import Intent

Text = Annotated[str, Field(max_length=50_000)]


class ReadSql(Intent):
    """Return what the grammar does not take of a text, or nothing."""

    kind: Literal["read_sql"]
    piece: Piece = "expression"
    text: Text


class JudgeSql(Intent):
    """Return what PostgreSQL says of an expression of an entity; asked again until it has answered."""

    kind: Literal["judge_sql"]
    entity_id: UUID
    attribute_id: UUID | None = None
    use: Use
    text: Text


class OfferTypes(Intent):
    """Return the types of the design and of the server; asked again until the server has answered."""

    kind: Literal["offer_types"]


class OfferProviders(Intent):
    """Return the names of what sample values can be made by."""

    kind: Literal["offer_providers"]


JudgingIntent = ReadSql | JudgeSql | OfferTypes | OfferProviders
