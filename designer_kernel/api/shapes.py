"""What bodies of requests have in common."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from designer_kernel.studio.team import naming


class Body(BaseModel):
    """A body: unknown fields are errors, and nothing is made of what has another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"  # it may be a password, and errors show what they were given

    __str__ = __repr__


def _without_defaults(schema: dict[str, Any]) -> None:
    """What is left out stays as it is: the defaults of these fields are never used, so nobody is told of them."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)
    schema["minProperties"] = 1


class Changes(Body):
    """What is to be changed: at least one field; what is left out stays."""

    model_config = ConfigDict(json_schema_extra=_without_defaults)

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("there is nothing to change")
        return self


Title = Annotated[
    str,
    Field(
        min_length=1,
        max_length=255,
        pattern=naming.NAME,
        description="A name for people, of one line, not only spaces, without what is not seen.",
        examples=["shop"],
    ),
]
"""A name for people: 1 to 255 characters of one line, not only spaces."""

Name = Annotated[
    str,
    Field(
        min_length=1,
        max_length=63,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="A name for PostgreSQL, of 63 bytes at most, without control characters.",
        examples=["orders"],
    ),
]
"""A name for PostgreSQL: 1 to 63 bytes without control characters."""

Text = Annotated[str, Field(max_length=100_000, pattern=r"^[^\x00]*$", examples=["What customers ordered"])]
"""Free text for people."""


def given(body: Body) -> dict[str, Any]:
    """Return what a body says, as JSON-ready values, without what it leaves out."""
    return body.model_dump(mode="json", exclude_unset=True)
