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
        "parameters": [{"name": word, "in": "query", "description": word}],
        "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {word: {
            "type": "string", "examples": [word]}}}}}},
    }  # fmt: skip
    return {"info": {"title": word, "version": word, "description": word}, "paths": {f"/{word}": {"get": operation}}}
