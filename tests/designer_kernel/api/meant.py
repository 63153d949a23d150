"""Requests that are meant: hooks of Schemathesis for what no JSON Schema can say.

A schema says that a type is text, but not which text is a type; that a path takes an id, but not which ids there are.
So of each request that fits the schema, texts with a grammar of their own are replaced by some that keep it, and part
of the ids by those of what is there. Requests that are not to fit the schema stay as they are.
"""

from __future__ import annotations

import json
import os
from typing import Any, Final
from zlib import crc32

import schemathesis

THINGS: Final[dict[str, str]] = json.loads(os.environ.get("DESIGNER_API_THINGS", "{}"))
"""One of each thing that there is, by the name that paths have for its id."""

TYPES: Final = (
    "bigint",
    "text",
    "boolean",
    "uuid",
    "timestamp with time zone",
    "jsonb",
    "numeric(12,2)",
    "VARCHAR(255)",
)
DEFAULTS: Final = ("now()", "'x'", "gen_random_uuid()", "1 + 1")
URIS: Final = ("postgresql://ada@8.8.8.8/shop", "host=8.8.4.4 dbname=shop user=bob connect_timeout=1")
TEXTS: Final = {
    "yaml": "format: 1\nname: shop\nentities: []\n",
    "json": '{"format": 1, "name": "shop", "entities": []}',
    "dbml": "Table orders {\n  id bigint [pk]\n}\n",
    "sql": "CREATE TABLE orders (id bigint PRIMARY KEY);",
    "csv": "id,name\n1,one\n2,two\n",
}
OF_WORKSPACES: Final = ("/api/projects", "/api/projects/import", "/api/schemas")
"""Where a workspace may be left out by who owns one alone."""

TAGS: Final = ('"1"', '"2"', "*")
ANY_TAG: Final = ("*",)
"""What may be sent as a tag; which tags rows have, nobody can know who has not seen them."""

FILTERS: Final = ("id:ge:1", "id:in:[1,2]", "id:is_null:false")
CARDINALITIES: Final = {"ONE_TO_ONE": ("1", "0..1"), "ONE_TO_MANY": ("0..1", "N"), "MANY_TO_MANY": ("N", "0..N")}
BYTES: Final = 63
PASSWORD: Final = os.environ.get("DESIGNER_API_PASSWORD", "")
"""That of whoever asks, before and after."""


def one_of(several: tuple[str, ...], value: object) -> str:
    """Return the same one for the same value."""
    return several[crc32(repr(value).encode()) % len(several)]


def word(value: object) -> str:
    """Return a short word for a value."""
    return f"w{crc32(repr(value).encode())}"


def name(value: str) -> str:
    """Return a name that is not too long in bytes."""
    return value.encode()[:BYTES].decode(errors="ignore")


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    """Give a request that fits the schema a meaning."""
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.path_parameters:
        _places(case)
    if case.query:
        _query(case)
    if case.headers and "If-Match" in case.headers:
        case.headers["If-Match"] = one_of(TAGS if "/tables/" not in case.path else ANY_TAG, case.headers["If-Match"])
    if isinstance(case.body, dict):
        case.body = _body(case.operation.path, case.method, case.body)


def _places(case: Any) -> None:
    is_last = case.method == "DELETE" and "/entities/" not in case.path
    for key, value in list(case.path_parameters.items()):
        if key in THINGS and not is_last and crc32(repr((value, case.operation.path)).encode()) % 4:
            case.path_parameters[key] = THINGS[key]


def _query(case: Any) -> None:
    case.query.pop("cursor", None)
    if case.query.get("filter"):
        case.query["filter"] = [one_of(FILTERS, one) for one in case.query["filter"]]
    if case.query.get("sort"):
        case.query["sort"] = ["-id"]


def _body(path: str, method: str, body: dict[str, Any]) -> dict[str, Any]:
    """Return a body with texts that keep their grammar."""
    if path.startswith("/api/auth/"):
        return _person(path, body)
    if "/tables/" in path:
        return {"rows": [{"id": crc32(repr(body).encode()) >> 1}]} if method == "POST" else {"id": 1}
    made = {key: _value(key, value) for key, value in body.items()}
    if "/connections" in path and "name" in made:
        made["name"] = word(body)
    if "/attributes" in path:
        return _attribute(made, method)
    if "/relationships" in path:
        return _relationship(made, method)
    if "workspace_id" in made or path in OF_WORKSPACES:
        made["workspace_id"] = THINGS["workspace_id"]
    if path.endswith("/import"):
        made |= {"text": TEXTS[body.get("format", "yaml")], "mends": []}
    if path.endswith("/edits"):
        made["edit"] = {"kind": "change_design", "changes": {"description": word(body)}}
        made.pop("base_revision", None)
    if path.endswith("/fills"):
        made = {key: value for key, value in made.items() if key in ("seed", "run_triggers", "mode")}
        made |= {"rows": {THINGS.get("table", "orders"): 2}}
    return made


def _value(key: str, value: Any) -> Any:
    match key, value:
        case ("name" | "schema_name", str()):
            return name(value)
        case "connection_uri", str():
            return one_of(URIS, value)
        case "definition", {"tables": list() as tables}:
            return value | {"tables": _distinct(_table(one) for one in tables)}
        case (("base_revision" | "revision"), int()):
            return None
        case "hints", _:
            return None
    return value


def _table(table: dict[str, Any]) -> dict[str, Any]:
    columns = _distinct(_column(one) for one in table.get("columns", []))
    return table | {"name": name(table["name"]), **({"columns": columns} if "columns" in table else {})}


def _column(column: dict[str, Any]) -> dict[str, Any]:
    made = column | {"name": name(column["name"]), "type": one_of(TYPES, column["type"])}
    if made.get("default"):
        made["default"] = one_of(DEFAULTS, made["default"])
    return made


def _distinct(items: Any) -> list[dict[str, Any]]:
    return list({one["name"]: one for one in items}.values())


def _attribute(body: dict[str, Any], method: str) -> dict[str, Any]:
    made = {key: value for key, value in body.items() if key not in ("length", "precision", "scale")}
    if method == "PUT" and not made.get("is_primary_key"):
        made.pop("is_primary_key", None)  # a key that others refer to stays one
    if made.get("data_type"):
        made["data_type"] = one_of(TYPES, made["data_type"])
    if made.get("default_value"):
        made["default_value"] = one_of(DEFAULTS, made["default_value"])
    if made.get("is_primary_key"):
        made["is_nullable"] = False
    return made or {"description": word(body)}


def _relationship(body: dict[str, Any], method: str) -> dict[str, Any]:
    made = dict(body)
    for key in ("source_entity_id", "target_entity_id"):
        if key in made:
            made[key] = THINGS.get("entity_id", made[key])
    if method == "POST":
        source, target = CARDINALITIES[made.get("relationship_type", "ONE_TO_MANY")]
        return made | {"source_cardinality": source, "target_cardinality": target}
    for key in ("relationship_type", "source_cardinality", "target_cardinality"):
        made.pop(key, None)
    return made or {"description": word(body)}


def _person(path: str, body: dict[str, Any]) -> dict[str, Any]:
    made = dict(body)
    if path.endswith("/register"):
        made |= {"username": word(body), "email": f"{word(body)}@example.org", "full_name": word(body), "code": ""}
    if "password" in made:
        made["password"] = f"nine violet otters {word(body)}"
    if "old" in made:
        made |= {"old": PASSWORD, "new": PASSWORD}
    return made
