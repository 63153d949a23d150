"""The kinds of value that fields of a design hold: names, SQL, types, colours; each refuses what it cannot be."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from designer_kernel.catalog import identifiers, sqltext
from designer_kernel.catalog.kinds.grant import PUBLIC
from designer_kernel.design.identity import new_id
from designer_kernel.errors import InvalidDesign

_ROLE_WORDS: Final = frozenset({PUBLIC, "none", "current_user", "current_role", "session_user"})


class Value(BaseModel):
    """Base of everything in a design: frozen, and unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=False, validate_default=False)

    def replace(self, **changes: Any) -> Any:
        """Return a copy with fields changed and checked again.

        Raises
        ------
        pydantic.ValidationError
            If a field is unknown or its value does not fit.
        """
        current = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self)(**(current | changes))


class Item(Value):
    """A value with an identity of its own that survives renames."""

    id: UUID = Field(default_factory=new_id)


def _name(value: str) -> str:
    identifiers.check(value)
    return value


def _role(value: str) -> str:
    if value != PUBLIC and value.lower() in _ROLE_WORDS:
        raise InvalidDesign(
            f"{value!r} is a word of SQL and names no role",
            mend=f"name a role, or write {PUBLIC} (in lower case) for everybody",
        )
    return value


def _expression(value: str) -> str:
    sqltext.settled_expression(value)
    return value


def _query(value: str) -> str:
    sqltext.settled_query(value)
    return value


def text_without_nul(value: str) -> str:
    """Return a text for people.

    Raises
    ------
    InvalidDesign
        If it holds a NUL character.
    """
    if "\x00" in value:
        raise InvalidDesign("text cannot hold a NUL character", mend="remove the NUL")
    return value


Name = Annotated[str, AfterValidator(_name)]
"""A PostgreSQL identifier: 1 to 63 bytes."""

RoleName = Annotated[Name, AfterValidator(_role)]
"""A role, or ``public`` for everybody."""

Expression = Annotated[str, AfterValidator(_expression), Field(max_length=sqltext.MAX_LENGTH)]
"""Exactly one SQL expression."""

Query = Annotated[str, AfterValidator(_query), Field(max_length=sqltext.MAX_LENGTH)]
"""Exactly one query that only reads."""

Text = Annotated[str, AfterValidator(text_without_nul), Field(max_length=100_000)]
"""Free text for people."""

Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$")]
"""A colour as ``#rrggbb``."""


class Action(StrEnum):
    """What happens to children when the parent's key is deleted or changed."""

    NO_ACTION = "NO ACTION"
    RESTRICT = "RESTRICT"
    CASCADE = "CASCADE"
    SET_NULL = "SET NULL"
    SET_DEFAULT = "SET DEFAULT"


class RelationshipType(StrEnum):
    """The shape of a relationship, read from source to target."""

    ONE_TO_ONE = "ONE_TO_ONE"
    ONE_TO_MANY = "ONE_TO_MANY"
    MANY_TO_MANY = "MANY_TO_MANY"


class Cardinality(StrEnum):
    """How many entities of one end belong to one entity of the other end."""

    ONE = "1"
    ZERO_OR_ONE = "0..1"
    MANY = "N"
    ZERO_OR_MANY = "0..N"
    ONE_OR_MANY = "1..N"

    @property
    def is_many(self) -> bool:
        """Whether more than one is allowed."""
        return self not in {Cardinality.ONE, Cardinality.ZERO_OR_ONE}

    @property
    def is_optional(self) -> bool:
        """Whether none is allowed; ``N`` leaves it open and counts as optional."""
        return self not in {Cardinality.ONE, Cardinality.ONE_OR_MANY}


class Position(Value):
    """The top left corner of a card, in CSS pixels of the diagram at scale 1.

    A card that ``is_fixed`` stays there also when the diagram is arranged anew.
    """

    x: Annotated[float, Field(ge=-1_000_000, le=1_000_000), AfterValidator(lambda v: round(v, 1))]
    y: Annotated[float, Field(ge=-1_000_000, le=1_000_000), AfterValidator(lambda v: round(v, 1))]
    is_fixed: bool = False
