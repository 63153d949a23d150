"""Attributes of entities."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from designer_kernel.catalog import types
from designer_kernel.design.values import Expression, Item, Name, Text

Limit = Annotated[int, Field(ge=1, le=10_485_760)]


class Attribute(Item):
    """A property of an entity: a column, once deployed.

    ``data_type`` may be given whole (``numeric(10,2)[]``); it is taken apart into ``length`` (character and bit
    types), ``precision`` and ``scale`` (numeric, and fractional seconds of times), and ``is_array``.

    A ``generated`` attribute is stored, unless ``is_virtual`` (PostgreSQL 18) has it computed whenever it is read.

    ``identity`` SERIAL is what databases had before identity columns: a sequence that the column owns and takes its
    default from.
    """

    name: Name
    data_type: Annotated[str, Field(min_length=1, max_length=200)]
    length: Limit | None = None
    precision: Annotated[int, Field(ge=0, le=1000)] | None = None
    scale: Annotated[int, Field(ge=-1000, le=1000)] | None = None
    is_array: bool = False
    is_nullable: bool = True
    is_primary_key: bool = False
    is_unique: bool = False
    default_value: Expression | None = None
    identity: Literal["ALWAYS", "BY DEFAULT", "SERIAL"] | None = None
    generated: Expression | None = None
    is_virtual: bool = False
    collation: Name | None = None
    description: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _take_type_apart(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not isinstance(data.get("data_type"), str):
            return data
        text = data["data_type"]
        if not any(mark in text for mark in "([") and text.islower() and text.isalnum():
            return data
        parsed = types.parse(text)
        fields = _modifier_fields(parsed)
        clash = [name for name, value in fields.items() if data.get(name) not in (None, value)]
        if clash:
            raise ValueError(f"data_type {text!r} and {clash[0]} {data[clash[0]]!r} contradict each other")
        base = (
            str(types.TypeName(parsed.schema, parsed.name, () if fields else parsed.modifiers, 0, parsed.fields))
            if fields or parsed.dimensions
            else text
        )
        return data | fields | {"data_type": base} | ({"is_array": True} if parsed.dimensions else {})

    @model_validator(mode="after")
    def _fits_together(self) -> Attribute:
        types.parse(self.type)  # refuses what is no type, such as serial
        if self.length is not None and (self.precision is not None or self.scale is not None):
            raise ValueError("length and precision contradict each other; a type has one of them")
        if self.scale is not None and self.precision is None:
            raise ValueError("scale needs precision")
        if sum(value is not None for value in (self.default_value, self.identity, self.generated)) > 1:
            raise ValueError("default_value, identity and generated exclude each other")
        if self.is_virtual and self.generated is None:
            raise ValueError("is_virtual needs generated")
        if self.identity and types.parse(self.type).name not in {"smallint", "integer", "bigint"}:
            raise ValueError(f"an identity column must be smallint, integer or bigint, not {self.type}")
        return self

    @property
    def type(self) -> str:
        """The whole type as PostgreSQL prints it: ``character varying(255)``."""
        return _whole(self.data_type, self.length, self.precision, self.scale, is_array=self.is_array)


@lru_cache(maxsize=4096)
def _whole(data_type: str, length: int | None, precision: int | None, scale: int | None, *, is_array: bool) -> str:
    base = types.parse(data_type)
    if length is not None:
        modifiers: tuple[int | str, ...] = (length,)
    elif precision is not None and scale is not None:
        modifiers = (precision, scale)
    elif precision is not None:
        modifiers = (precision, 0) if base.name == "numeric" else (precision,)
    else:
        modifiers = base.modifiers
    dimensions = 1 if is_array else base.dimensions
    return str(types.TypeName(base.schema, base.name, modifiers, dimensions, base.fields))


def _modifier_fields(parsed: types.TypeName) -> dict[str, int]:
    if not parsed.numbers or parsed.numbers != parsed.modifiers or parsed.schema:
        return {}  # those of an extension's type stay with its name
    if parsed.name in types.LENGTH:
        return {"length": parsed.numbers[0]}
    if parsed.name not in {"numeric", "interval", *types.PRECISION}:
        return {}
    return dict(zip(("precision", "scale"), parsed.numbers, strict=False))
