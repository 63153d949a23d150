"""The page about the paths of the API: made of its OpenAPI document, all text, without any script."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from designer_kernel.api.document import described
from designer_kernel.api.wording import Schema, resolved, wanted

PATH: Final = "/docs"

_STYLE: Final = """
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: #1d2433 }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #d5dae3 } h3 { margin-bottom: .2rem; font-size: 1rem }
code, pre { font: 14px/1.45 ui-monospace, monospace } pre { padding: .6rem; background: #f3f5f8; overflow-x: auto }
td { padding: .1rem 1rem .1rem 0; vertical-align: top } p { margin: .2rem 0 .6rem } .open { color: #5b6475 }
"""
_HASH: Final = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""No script, no picture, nothing of other hosts; the one style that is ours."""


async def page(request: Request) -> HTMLResponse:
    """Return the page; a browser that shows it runs nothing and asks nobody."""
    return HTMLResponse(text(await described(request.app)), headers={"Content-Security-Policy": _POLICY})


def text(document: dict[str, Any]) -> str:
    """Return an OpenAPI document as HTML."""
    return "".join(_page(document))


def _page(document: dict[str, Any]) -> Iterator[str]:
    about = document["info"]
    yield f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(about["title"])}</title>'
    yield f"<style>{_STYLE}</style></head><body><h1>{escape(about['title'])} {escape(about['version'])}</h1>"
    yield "".join(f"<p>{escape(part)}</p>" for part in about.get("description", "").split("\n\n"))
    for tag, operations in _by_tag(document).items():
        yield f"<h2>{escape(tag)}</h2>"
        for method, path, operation in operations:
            yield from _operation(document, method, path, operation)
    values = "".join(_values(document.get("components", {}).get("schemas", {})))
    yield f"<h2>values of fields</h2><table>{values}</table>" if values else ""
    yield "</body></html>"


def _by_tag(document: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault((operation.get("tags") or ["other"])[0], []).append((method.upper(), path, operation))
    return found


def _operation(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    is_open = operation.get("security") == []
    yield f"<h3><code>{escape(method)} {escape(path)}</code>"
    yield '<span class="open"> without a token</span></h3>' if is_open else "</h3>"
    yield f"<p>{escape(operation.get('description', operation.get('summary', '')))}</p>"
    asked = [one for one in operation.get("parameters", ()) if one["in"] != "path"]
    schemas = document.get("components", {}).get("schemas", {})
    if asked:
        yield f"<table>{''.join(_parameter(one, schemas) for one in asked)}</table>"
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is not None:
        shown = json.dumps(_example(document, content["schema"]), indent=2, ensure_ascii=False)
        yield f"<pre>{escape(shown)}</pre>"
        rows = "".join(_fields(content["schema"], schemas))
        yield f"<table>{rows}</table>" if rows else ""


def _parameter(one: dict[str, Any], schemas: Schema) -> str:
    schema = one.get("schema", {})
    told = one.get("description") or schema.get("description", "")
    return _row(one["name"], _needed(one.get("required", False), schema), wanted(schema, schemas), told)


def _fields(schema: Schema, schemas: Schema, before: str = "", depth: int = 0) -> Iterator[str]:
    """Yield a row for each field of a body, with those of objects inside."""
    schema = resolved(schema, schemas)
    for one in schema.get("anyOf", ()):
        yield from _fields(one, schemas, before, depth)
    for name, field in schema.get("properties", {}).items():
        own = resolved(field, schemas)
        needed = _needed(name in schema.get("required", ()), field)
        told = field.get("description", "")
        yield _row(before + name, needed, wanted(field, schemas), told)
        if depth < _DEEPEST:
            inner, mark = (own["items"], "[].") if "items" in own else (own, ".")
            yield from _fields(inner, schemas, f"{before}{name}{mark}", depth + 1)


def _needed(is_required: bool, schema: Schema) -> str:
    if is_required:
        return "required"
    default = schema.get("default")
    return "" if default in (None, "", [], {}) else f"default {json.dumps(default, ensure_ascii=False)}"


def _row(name: str, *cells: str) -> str:
    return f"<tr><td><code>{escape(name)}</code></td>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _values(schemas: Schema) -> Iterator[str]:
    """Yield what fields of requests and answers can say, where that is one of a few words."""
    for name, schema in sorted(schemas.items()):
        for field, one in schema.get("properties", {}).items():
            own = resolved(one, schemas)
            listed = [resolved(inner, schemas) for inner in own.get("anyOf", (own.get("items", own),))]
            values = [json.dumps(value, ensure_ascii=False) for inner in listed for value in inner.get("enum", ())]
            if len(values) > 1:
                yield _row(f"{name}.{field}", ", ".join(values))


def _example(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> Any:
    """Return a body such as a schema allows: its examples, its defaults, or what kind of thing is meant."""
    if depth > _DEEPEST:
        return "…"
    if "$ref" in schema:
        return _example(document, document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], depth)
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    for name in ("default", "const"):
        if name in schema:
            return schema[name]
    several = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if several:
        return _example(document, several[0], depth + 1)
    if schema.get("type") == "object":
        return {name: _example(document, one, depth + 1) for name, one in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [_example(document, schema["items"], depth + 1)] if "items" in schema else []
    return schema.get("format") or schema.get("type") or "anything"


_DEEPEST: Final = 5
