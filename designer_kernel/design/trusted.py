"""Items made of values that a server gave, without checking them again: a catalog has tens of thousands.

Only `designer_kernel.design.lift` makes items this way. Its tests validate what it made and compare.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

from designer_kernel.design.values import Value

ValueT = TypeVar("ValueT", bound=Value)


def trusted(kind: type[ValueT], /, **fields: Any) -> ValueT:
    """Return a value of a design with these fields, which are known to fit, and defaults for the others."""
    made = kind.__new__(kind)
    fresh = {name: make() for name, make in _factories(kind).items() if name not in fields}
    object.__setattr__(made, "__dict__", {**_defaults(kind), **fresh, **fields})
    object.__setattr__(made, "__pydantic_fields_set__", set(fields))
    object.__setattr__(made, "__pydantic_extra__", None)
    object.__setattr__(made, "__pydantic_private__", None)
    return made


@cache
def _defaults(kind: type[Value]) -> dict[str, Any]:
    """Return a kind's fields in their order, at their defaults; those that must be given or made are ``None``."""
    return {
        name: None if field.is_required() or field.default_factory else field.default
        for name, field in kind.model_fields.items()
    }


@cache
def _factories(kind: type[Value]) -> dict[str, Callable[[], Any]]:
    """Return what makes the defaults that every item has for itself."""
    return {
        name: cast("Callable[[], Any]", field.default_factory)
        for name, field in kind.model_fields.items()
        if field.default_factory
    }
