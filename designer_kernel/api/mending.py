"""How to mend a request that does not fit: from what pydantic found, and what the route takes at that place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Annotated, Any, Final
from weakref import WeakKeyDictionary

from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from pydantic.errors import PydanticUserError

from designer_kernel.api.wording import Schema, resolved, wanted, without_null

_UNKNOWN: Final = "look at what /docs says of this path"
_LISTED: Final = 40
"""Names that are told of what there is."""

_LONGEST: Final = 200
"""Characters of a name that another one is looked for by."""

_KNOWN: Final[WeakKeyDictionary[Callable[..., Any], dict[str, Any]]] = WeakKeyDictionary()
"""What the routes of functions take, once somebody got it wrong."""

REPEATED: Final = "repeated"
"""The kind of error of a parameter that comes twice and is taken once."""


def mend(error: Mapping[str, Any], route: object) -> str:
    """Return how to mend what pydantic found.

    Parameters
    ----------
    error
        One of the errors of a validation.
    route
        What the request was for; anything but a route of FastAPI is not known further.
    """
    kind, place = str(error.get("type", "")), tuple(error.get("loc", ()))
    if kind == REPEATED:
        return "give it once"
    if not isinstance(route, APIRoute) or not place:
        return _UNKNOWN
    of, *inside = place
    taken = _taken(route)
    if kind == "extra_forbidden":
        return _of_unknown(str(place[-1]), _names(taken, of, inside[:-1]))
    schema = _at(taken.get(of, {}), taken, inside)
    if schema is None:
        return _UNKNOWN
    schema = resolved(schema, taken["$defs"])
    if kind == "value_error" and schema.get("minProperties"):
        return f"give at least one of {', '.join(schema['properties'])}"
    told = f"give {wanted(schema, taken['$defs'])}{_meant(error.get('input'), schema, taken['$defs'])}"
    about = schema.get("description", "") if kind == "string_pattern_mismatch" else ""
    return f"{told}: {about}" if about else told


def names(route: APIRoute) -> tuple[str, ...]:
    """Return the query parameters that a route takes."""
    return tuple(_taken(route)["query"].get("properties", ()))


def is_list(route: APIRoute, name: str) -> bool:
    """Return whether a query parameter may come several times."""
    schema = resolved(_taken(route)["query"]["properties"][name], _taken(route)["$defs"])
    return schema.get("type") == "array"


def _meant(given: object, schema: Schema, schemas: Schema) -> str:
    """Return a question for the value of an enumeration that is like the one that was given."""
    several = [resolved(one, schemas) for one in schema.get("anyOf", (schema,))]
    values = {str(value).lower(): str(value) for one in several for value in one.get("enum", ())}
    near = get_close_matches(given[:_LONGEST].lower(), values, 1) if isinstance(given, str) else []
    return f"; did you mean {values[near[0]]}?" if near else ""


def _of_unknown(name: str, known: Sequence[str]) -> str:
    if not known:
        return "leave it out: nothing is taken here"
    near = get_close_matches(name[:_LONGEST], known, 1)
    meant = f"did you mean {near[0]}? " if near else "leave it out; "
    return f"{meant}there are {', '.join(known[:_LISTED])}" if len(known) > 1 else f"{meant}there is {known[0]}"


def _names(taken: Mapping[str, Any], of: str, inside: Sequence[Any]) -> list[str]:
    schema = _at(taken.get(of, {}), taken, inside)
    return [] if schema is None else list(resolved(schema, taken["$defs"]).get("properties", ()))


def _at(schema: Schema, taken: Mapping[str, Any], place: Sequence[Any]) -> Schema | None:
    """Return the schema of a place inside of another; names of alternatives stand in a place, too."""
    if not place:
        return schema
    schema = resolved(schema, taken["$defs"])
    head, rest = place[0], place[1:]
    if head in schema.get("properties", {}):
        return _at(schema["properties"][head], taken, rest)
    several = [resolved(one, taken["$defs"]) for one in schema.get("anyOf") or schema.get("oneOf") or ()]
    named = [_at(one, taken, rest) for one in several if one.get("title") == head]
    for found in (*named, *(_at(one, taken, place) for one in several), *(_at(one, taken, rest) for one in several)):
        if found is not None:
            return found
    inner = schema.get("items") if isinstance(head, int) else schema.get("additionalProperties")
    return _at(inner, taken, rest) if isinstance(inner, Mapping) else None


def _taken(route: APIRoute) -> dict[str, Any]:
    """Return the schemas of what a route takes: its body, and objects of its parameters by where they stand."""
    known = _KNOWN.get(route.endpoint)
    if known is None:
        known = _KNOWN[route.endpoint] = _read(route)
    return known


def _read(route: APIRoute) -> dict[str, Any]:
    found: dict[str, Any] = {"$defs": {}, "body": {}, **{of: {"properties": {}} for of in ("path", "query", "header")}}
    if route.body_field is not None:
        found["body"] = _schema(route.body_field, found["$defs"])
    for field in get_flat_params(route.dependant):
        of: str = field.field_info.in_.value  # type: ignore[attr-defined]
        found[of]["properties"][field.alias] = without_null(_schema(field, found["$defs"]))
    return found


def _schema(field: Any, defs: dict[str, Any]) -> dict[str, Any]:
    try:
        schema = TypeAdapter(Annotated[field.field_info.annotation, field.field_info]).json_schema()
    except PydanticUserError:  # a type that has no schema is told without one
        return {}
    defs.update(schema.pop("$defs", {}))
    return schema
