"""The page about the API's paths: complete, and nothing in it but text."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser

from designer_kernel.api import handbook
from tests import naughty
from tests.designer_kernel.api.conftest import Service


class Tags(HTMLParser):
    """What a browser would see: the elements with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.attributes |= {name for name, _value in attrs}


def elements(html: str) -> Tags:
    tags = Tags()
    tags.feed(html)
    return tags


def test_the_page_has_all_paths_and_runs_nothing(service: Service) -> None:
    with service.client() as nobody:
        answer = nobody.get("/docs")
        assert nobody.post("/docs").status_code == 401
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    for path, methods in service.app.openapi()["paths"].items():
        for method in methods:
            assert f"<code>{method.upper()} {path}</code>" in answer.text
    assert "nine violet otters" in answer.text  # examples
    for row in (
        "<td><code>data_type</code></td><td>required</td><td>text of 1 to 200 characters</td><td>Any type",
        "<td><code>on_delete_action</code></td><td>default &quot;NO ACTION&quot;</td><td>one of &quot;NO ACTION&quot;,",
        "<td><code>definition.tables[].columns[].type</code></td><td>required</td>",
        "<td><code>limit</code></td><td>default 50</td><td>a whole number from 1 to 200</td>",
        "<td><code>edit.kind</code></td><td>required</td><td>one of &quot;add_entity&quot;,",
        "<td><code>MemberView.role</code></td><td>&quot;viewer&quot;, &quot;editor&quot;, &quot;admin&quot;, ",
        "<td><code>Relationship.source_cardinality</code></td><td>&quot;1&quot;, &quot;0..1&quot;, &quot;N&quot;,",
    ):
        assert row in answer.text, row
    policy = answer.headers["content-security-policy"]
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    assert f"'sha256-{base64.b64encode(sha256(style.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none'; style-src")
    assert "unsafe" not in policy
    found = elements(answer.text)
    assert not found.seen & {"script", "img", "link", "iframe", "form", "a", "svg", "object"}
    assert found.attributes <= {"lang", "charset", "class"}


def test_hostile_words_of_a_document_stay_text() -> None:
    harmless = elements(handbook.text(document("x")))
    for word in naughty.ALL:
        html = handbook.text(document(word))
        found = elements(html)
        assert (found.seen, found.attributes) == (harmless.seen, harmless.attributes), word
    assert "<script>alert(1)</script>" in unescape(handbook.text(document("<script>alert(1)</script>")))


def document(word: str) -> dict[str, object]:
    """Return a document that holds a word wherever one may stand."""
    operation = {
        "tags": [word],
        "description": word,
        "parameters": [{"name": word, "in": "query", "description": word, "schema": {"enum": [word], "default": word}}],
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {word: {
            "type": "string", "examples": [word], "description": word, "pattern": word, "maxLength": 9}}}}}},
    }  # fmt: skip
    about = {"title": word, "version": word, "description": word}
    values = {word: {"properties": {word: {"enum": [word, f"{word}{word}"]}}}}
    return {"info": about, "paths": {f"/{word}": {"get": operation}}, "components": {"schemas": values}}
