"""What every answer says to a browser: that it is no page, and to keep nothing."""

from __future__ import annotations

import httpx

from tests.designer_kernel.api.conftest import Service


def test_no_answer_sets_a_cookie_or_may_be_a_page(service: Service, ada: httpx.Client) -> None:
    with service.client() as nobody:
        answers = [
            nobody.get("/healthz"), nobody.get("/api/workspaces"), nobody.get("/nothing"), nobody.get("/openapi.json"),
            nobody.post("/api/auth/login", json={"username": "ada", "password": "not this one"}),
            nobody.post("/api/auth/login", content=b"{"), nobody.request("TRACE", "/api/workspaces"),
            ada.get("/api/workspaces"), ada.post("/api/workspaces", json={"name": "<script>alert(1)</script>"}),
            ada.request("TRACE", "/api/workspaces"), ada.delete("/api/workspaces"),
        ]  # fmt: skip
    for answer in answers:
        assert "set-cookie" not in answer.headers
        assert "server" not in answer.headers
        assert answer.headers["content-type"] in ("application/json", "application/problem+json")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["cache-control"] == "no-store"
    assert {answer.status_code for answer in answers if answer.request.method == "TRACE"} == {401, 405}
